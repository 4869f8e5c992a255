# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Captures in files: what they hold, also after an exception, and what is refused."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import fourfold as ff
from fourfold.torch import capture, load_capture
from tests.support.towers import IMAGE, WIDTH, assert_equal_rows, masks_of, run


def test_files_hold_what_memory_would(model, batches, tmp_path):
    expected = run(model, batches)
    captured = run(model, batches, directory=tmp_path / "run")
    assert_equal_rows(captured, expected)
    assert isinstance(captured["image"]["layers.0"], np.memmap)
    loaded = load_capture(tmp_path / "run")
    assert list(loaded) == ["image", "text"]
    assert_equal_rows(loaded, expected)
    assert not loaded["image"]["layers.0"].flags.writeable
    plain = np.load(tmp_path / "run" / "text" / "layers.2.npy")
    np.testing.assert_array_equal(plain, expected["text"]["layers.2"])
    assert plain.dtype == np.float32


def test_a_directory_is_not_overwritten(model, batches, tmp_path):
    run(model, batches, directory=tmp_path)
    with pytest.raises(FileExistsError, match="holds a capture"):
        run(model, batches, directory=tmp_path)


def test_files_after_an_exception_hold_the_batches_that_ended(model, batches, tmp_path):
    expected = run(model, batches[:2])

    def interrupt_the_third_batch():
        with capture(model, layers="layers.*", masks=masks_of, directory=tmp_path):
            model(batches[0])
            model(batches[1])
            # as if the disk was full after the first file
            with (tmp_path / "image" / "layers.0.npy").open("ab") as file:
                file.write(b"\0" * 24)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt_the_third_batch()
    with pytest.raises(ValueError, match="ended by an exception after 7 samples"):
        load_capture(tmp_path)
    assert_equal_rows(load_capture(tmp_path, partial=True), expected)
    np.save(tmp_path / "plain.npy", expected["image"]["layers.0"])
    plain = (tmp_path / "plain.npy").read_bytes()
    assert (tmp_path / "image" / "layers.0.npy").read_bytes() == plain


def test_a_batch_that_could_not_be_written_can_be_run_again(model, batches, tmp_path):
    expected = run(model, batches)
    file, aside = tmp_path / "text" / "layers.1.npy", tmp_path / "aside"
    with capture(model, layers="layers.*", masks=masks_of, directory=tmp_path) as captured:
        model(batches[0])
        file.rename(aside)
        with pytest.raises(FileNotFoundError):
            model(batches[1])
        aside.rename(file)
        assert captured.n_samples == 4
        model(batches[1])
        model(batches[2])
    assert_equal_rows(captured, expected)


def test_a_directory_that_is_no_capture_is_refused(model, batches, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no capture.json"):
        load_capture(tmp_path)
    run(model, batches, directory=tmp_path)
    np.save(tmp_path / "text" / "layers.1.npy", np.zeros((7, WIDTH), np.float32))
    with pytest.raises(
        ValueError, match=r"layers.1.npy.*\(7, 6\); expected float32 with 8 rows"
    ):
        load_capture(tmp_path)
    manifest = json.loads((tmp_path / "capture.json").read_text())
    manifest["layers"] = {"..": ["text"]}
    (tmp_path / "capture.json").write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match=r"'\.\.' cannot be the name of a file"):
        load_capture(tmp_path)
    (tmp_path / "capture.json").write_text(json.dumps({"format": 2}))
    with pytest.raises(ValueError, match="of a format"):
        load_capture(tmp_path)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[]", "it is a list"),
        ("null", "it is a NoneType"),
        ('{"format":1}', "it has no layers"),
        ("{bad", "it is no JSON"),
        ("", "it is no JSON"),
        ("[" * 10**5, "it is no JSON"),
        ("\0", "it is no JSON"),
        ('{"format":1,"complete":true,"n_samples":8,"layers":["a"]}', "no lists of names"),
        ('{"format":1,"complete":true,"n_samples":8,"layers":{"a":"b"}}', "no lists of names"),
        ('{"format":1,"complete":true,"n_samples":8,"layers":{"a":[3]}}', "no lists of names"),
        ('{"format":1,"complete":true,"n_samples":true,"layers":{}}', "n_samples are True"),
        ('{"format":1,"complete":true,"n_samples":-1,"layers":{}}', "n_samples are -1"),
        ('{"format":1,"complete":1,"n_samples":8,"layers":{}}', "complete is 1"),
    ],
)
def test_broken_manifests_are_refused_by_name(tmp_path, text, match):
    (tmp_path / "capture.json").write_text(text)
    with pytest.raises(
        ValueError, match=rf"^directory: .*capture.json' is no manifest.*{match}"
    ):
        load_capture(tmp_path, partial=True)
    (tmp_path / "capture.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(ValueError, match=r"capture.json' is no manifest"):
        load_capture(tmp_path)
    with pytest.raises(FileExistsError, match="holds a capture"):
        capture(torch.nn.Identity(), "(model)", directory=tmp_path)


def test_files_that_hold_no_array_are_refused_by_name(model, batches, tmp_path):
    run(model, batches, directory=tmp_path)
    for content in (b"", b"no array", (tmp_path / "text" / "norm.npy",)):
        path = tmp_path / "text" / "layers.1.npy"
        if isinstance(content, bytes):
            path.write_bytes(content)
            with pytest.raises(ValueError, match=r"layers.1.npy' is not as it was written"):
                load_capture(tmp_path)
        else:
            path.unlink()
            with pytest.raises(FileNotFoundError, match=r"layers.1.npy"):
                load_capture(tmp_path)


def test_a_capture_that_was_killed_is_told(model, batches, tmp_path):
    with capture(model, layers="layers.*", directory=tmp_path):
        model(batches[0])
        # as another process sees it, or this one's memory is gone
        for partial in (False, True):
            with pytest.raises(FileNotFoundError, match="runs, or its process was killed"):
                load_capture(tmp_path, partial=partial)
        with pytest.raises(FileExistsError, match="or one that runs"):
            capture(model, layers="layers.*", directory=tmp_path)
    assert len(load_capture(tmp_path)["all"]["layers.0"]) == 4


def test_two_captures_do_not_write_into_one_directory(model, batches, tmp_path):
    first, second = (capture(model, "norm", directory=tmp_path) for _ in range(2))
    with first, pytest.raises(FileExistsError, match="holds a capture, or one that"), second:
        model(batches[0])
    assert_equal_rows(load_capture(tmp_path), first)
    assert len(second) == 0


def test_rows_up_to_the_limit_of_file_sizes_can_be_read(tmp_path):
    resource = pytest.importorskip("resource")
    model, x = torch.nn.Identity(), torch.randn(100, 8)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def run_to_the_limit():
        with capture(model, "(model)", directory=tmp_path):
            for _ in range(9):
                model(x)

    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            run_to_the_limit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    rows = load_capture(tmp_path, partial=True)["all"]["(model)"]
    np.testing.assert_array_equal(rows, torch.cat([x] * 3))


def test_a_first_batch_that_could_not_be_written_leaves_the_directory_free(
    tmp_path, monkeypatch
):
    model = torch.nn.Identity()
    module = importlib.import_module("fourfold.torch.embedding_store")
    with capture(model, "(model)", directory=tmp_path) as captured:
        with monkeypatch.context() as patched:
            patched.setattr(module, "_write_header", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                model(torch.zeros(2, 3))
        assert not (tmp_path / "capture.json").exists()
        # the next may have other names and widths
        with captured.batch(image=None):
            model(torch.ones(2, 4))
    np.testing.assert_array_equal(load_capture(tmp_path)["image"]["(model)"], np.ones((2, 4)))


def test_captured_files_go_into_the_estimator(model, tmp_path):
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    noise = rng.integers(1, 3, size=200)
    # each token sees those before it: the image the noise, the text all
    ids = torch.from_numpy(np.stack([noise, np.full(200, IMAGE), y + 3], 1))
    captured = run(model, ids.split(64), n_samples=200, directory=tmp_path, pooling="last")
    atoms = (
        ff.PIDEstimator((2, 4), random_state=0)
        .fit(captured["image"]["layers.0"], captured["text"]["layers.0"], y)
        .result_.atoms
    )
    assert atoms.redundancy + atoms.unique1 < 0.02
    assert atoms.unique2 + atoms.synergy > 0.9
