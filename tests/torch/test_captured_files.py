# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Captures in files: what they hold, also after an exception, and what is refused."""

from __future__ import annotations

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
