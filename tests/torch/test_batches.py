# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Batches of a capture: calls, masks, exceptions and ends."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")

from torch import nn

from fourfold.torch import capture
from tests.support.towers import (
    IMAGE,
    WIDTH,
    Tower,
    assert_equal_rows,
    hooks_left,
    masks_of,
    run,
    states_of,
)

# -- batches ---------------------------------------------------------------------------


def test_masks_get_the_inputs_by_name(model, batches):
    seen = []

    def masks(inputs):
        seen.append(inputs)
        return {"all": None}

    with capture(model, layers="norm", masks=masks):
        model(batches[0], batches[0] > 0, other=3)
        model(attention_mask=None, input_ids=batches[1])
    assert list(seen[0]) == ["input_ids", "attention_mask", "other"]
    assert seen[0]["input_ids"] is batches[0]
    assert seen[0]["other"] == 3
    assert seen[1]["input_ids"] is batches[1]


def test_batch_by_hand_gives_the_same_rows(model, batches):
    expected = run(model, batches)
    with capture(model, layers="layers.*") as captured:
        for ids in batches:
            with captured.batch(image=(ids == IMAGE).long(), text=(ids != IMAGE) & (ids != 0)):
                model(ids)
    assert_equal_rows(captured, expected)


def test_batch_holds_calls_of_parts_of_the_model(model, batches):
    ids = batches[0]
    expected = run(model, [ids], masks=None)
    with capture(model, layers="layers.*") as captured, captured.batch():
        states_of(model, ids)
    assert_equal_rows(captured, expected)
    with (
        pytest.raises(
            RuntimeError, match=r"'layers.0' was called outside of a call of the model"
        ),
        capture(model, layers="layers.*"),
    ):
        states_of(model, ids)


def test_two_captures_run_side_by_side(model, batches):
    expected = run(model, batches)
    with (
        capture(model, layers="layers.*", masks=masks_of) as first,
        capture(model, layers="norm") as second,
    ):
        for ids in batches:
            model(ids)
    assert_equal_rows(first, expected)
    assert second["all"]["norm"].shape == (8, WIDTH)


class Generator(Tower):
    """Calls itself for each new token with the last token and a cache, as generate() does."""

    def forward(self, input_ids, past_key_values=None):  # noqa: ARG002
        return super().forward(input_ids)

    def generate(self, ids, cache):
        out = self(ids, past_key_values=cache(0))
        for step in range(2):
            out = self(ids[:, -1:], past_key_values=cache(ids.shape[1] + step))
        return out


@pytest.mark.parametrize(
    "cache",
    [lambda n: SimpleNamespace(get_seq_length=lambda: n), lambda n: ((None,),) if n else None],
    ids=["Cache", "tuple"],
)
def test_generation_takes_the_prompt_or_is_refused(cache, batches):
    model, ids = Generator(), batches[1]
    expected = run(model, [ids])
    with (
        capture(model, layers="layers.*", repeated_calls="first") as captured,
        captured.batch(**masks_of({"input_ids": ids})),
    ):
        model.generate(ids, cache)
    assert_equal_rows(captured, expected)
    with (
        pytest.raises(RuntimeError, match=r"continue from a cache.*captured.batch"),
        capture(model, layers="layers.*", masks=masks_of),
    ):
        model.generate(ids, cache)


def test_a_sample_without_chosen_tokens_is_refused_by_its_number(model, batches):
    batches[1][2, :2] = 1
    with pytest.raises(ValueError, match=r"masks: 'image' chooses no token of sample 6, row 2"):
        run(model, batches)


@pytest.mark.parametrize(
    ("masks", "match"),
    [
        (lambda ids: {"image": ids[:, 1:] > 0}, r"layers.0.*\(4, 5, 6\).*'image'.*\(4, 4\)"),
        (lambda ids: {"image": ids[:3] > 0}, "mask 'image' has 3 rows.*input_ids has 4"),
        (lambda ids: {"image": ids}, "'image' is of torch.int64; expected bool"),
        (lambda ids: {"image": ids.double()}, "'image' is of torch.float64; expected bool"),
        (lambda ids: {"image": ids[0] > 0}, r"'image' is of the shape \(5,\)"),
    ],
)
def test_masks_that_do_not_fit_are_refused(model, batches, masks, match):
    with pytest.raises(ValueError, match=match):
        run(model, batches, masks=lambda inputs: masks(inputs["input_ids"]))


def test_masks_are_the_same_in_all_batches(model, batches):
    names = iter(["image", "audio"])
    with pytest.raises(ValueError, match="'audio', the batches before had 'image'"):
        run(model, batches, masks=lambda inputs: {next(names): inputs["input_ids"] > 0})
    for wrong in (None, {}, batches[0] > 0):
        with pytest.raises(TypeError, match="expected a dict"):
            run(model, batches, masks=lambda inputs, wrong=wrong: wrong)  # noqa: ARG005


def test_layers_have_a_row_for_each_sample(batches):
    class Patches(nn.Module):
        """Patches of all images along one axis, as in the vision tower of Qwen-VL."""

        def __init__(self):
            super().__init__()
            self.vision, self.text = nn.Linear(3, 3), nn.Embedding(9, 3)

        def forward(self, input_ids):
            self.vision(torch.zeros(len(input_ids) * 4, 3))
            return self.text(input_ids)

    with (
        pytest.raises(
            ValueError, match="the layer 'vision' has 16 rows in this batch, input_ids"
        ),
        capture(Patches(), layers=["vision", "text"]) as captured,
    ):
        captured._model(batches[0])


def test_layers_that_are_not_called_are_refused(model, batches):
    model.unused = nn.Linear(1, 1)
    with pytest.raises(RuntimeError, match="'unused' was not called in this batch"):
        run(model, batches, layers=["norm", "unused"])


def test_widths_do_not_change():
    model = nn.Sequential(nn.Identity())
    with capture(model, layers="0") as captured:
        model(torch.zeros(2, 3))
        with pytest.raises(
            ValueError, match="'0' has 4 columns in this batch and had 3 before"
        ):
            model(torch.zeros(2, 4))
    assert captured["all"]["0"].shape == (2, 3)


# -- exceptions and ends ---------------------------------------------------------------


def test_after_an_exception_all_layers_have_the_same_rows(model, batches):
    captured = capture(model, layers="layers.*", masks=masks_of)

    def fail_in_the_second_batch():
        with captured:
            model(batches[0])
            model.fail_at = 2
            model(batches[1])

    with pytest.raises(RuntimeError, match="out of memory"):
        fail_in_the_second_batch()
    assert hooks_left(model) == []
    model.fail_at = None
    assert_equal_rows(captured, run(model, batches[:1]))


def test_a_failed_batch_that_was_caught_leaves_nothing(model, batches):
    for by_hand in (False, True):
        with capture(model, layers="layers.*", masks=None if by_hand else masks_of) as captured:
            for k, ids in enumerate(batches):
                model.fail_at = 1 if k == 1 else None
                try:
                    if by_hand:
                        with captured.batch(**masks_of({"input_ids": ids})):
                            model(ids)
                    else:
                        model(ids)
                except RuntimeError:
                    assert k == 1
        assert_equal_rows(captured, run(model, [batches[0], batches[2]]))


def test_more_samples_than_expected_are_an_error(model, batches):
    captured = capture(model, layers="layers.*", masks=masks_of, n_samples=6)

    def run_two_batches():
        with captured:
            model(batches[0])
            model(batches[1])

    with pytest.raises(ValueError, match=r"6 samples were expected.*makes them 7"):
        run_two_batches()
    assert_equal_rows(captured, run(model, batches[:1]))


def test_fewer_samples_than_expected_give_a_warning(model, batches):
    with pytest.warns(UserWarning, match="n_samples: 9 samples were expected and 8 came"):
        captured = run(model, batches, n_samples=9)
    assert captured["image"]["layers.0"].shape == (8, WIDTH)
    run(model, batches, n_samples=8)


def test_nothing_captured_gives_a_warning(model):
    with pytest.warns(UserWarning, match="the model was not called"):
        captured = run(model, [])
    assert len(captured) == 0
    with pytest.raises(KeyError, match="no batch was captured"):
        captured["image"]


def test_arrays_are_there_after_the_block_that_is_used_once(model, batches):
    captured = capture(model, layers="layers.*", masks=masks_of)
    with pytest.raises(RuntimeError, match="not running"), captured.batch():
        pass
    with captured:
        model(batches[0])
        with pytest.raises(RuntimeError, match="once the with block has ended"):
            captured["image"]
        with pytest.raises(RuntimeError, match="was given masks"), captured.batch():
            pass
    assert repr(captured) == "Capture(4 samples; image, text; 3 layers)"
    with pytest.raises(KeyError, match=r"'audio'; the masks are 'image', 'text'"):
        captured["audio"]
    with pytest.raises(RuntimeError, match="used already"), captured:
        pass
    assert hooks_left(model) == []


def test_batches_are_not_nested(model):
    with (
        pytest.raises(RuntimeError, match="another batch is open"),
        capture(model, layers="norm") as captured,
        captured.batch(),
        captured.batch(),
    ):
        pass


def test_the_bar_counts_samples(model, batches, monkeypatch):
    steps = []

    class Bar:
        def update(self, n):
            steps.append(n)

        def close(self):
            steps.append("closed")

    def bar(total, description):
        steps.append((total, description))
        return Bar()

    module = importlib.import_module("fourfold.torch.captured")
    monkeypatch.setattr(module, "progress", bar)
    run(model, batches, n_samples=8)
    assert steps == [(8, "capture"), 4, 3, 1, "closed"]


def test_rows_are_there_also_where_the_bar_cannot_be_closed(model, batches, monkeypatch):
    module = importlib.import_module("fourfold.torch.captured")
    bar = SimpleNamespace(update=lambda size: size, close=lambda: 1 / 0)
    monkeypatch.setattr(module, "progress", lambda total, description: bar)  # noqa: ARG005
    captured = capture(model, "norm")
    with pytest.raises(ZeroDivisionError), captured:
        model(batches[0])
    assert captured["all"]["norm"].shape == (4, WIDTH)
