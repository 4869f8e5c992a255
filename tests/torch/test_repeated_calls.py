# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Layers that are called several times in a batch, and models that several threads call."""

from __future__ import annotations

import contextlib
import threading
import time

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn

from fourfold.torch import capture, load_capture
from tests.support.towers import IMAGE, assert_equal_rows, run, states_of


class Recurrent(nn.Module):
    """One layer that is called as often as it is told to, and one that is called once."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.head = nn.Linear(3, 2)

    def forward(self, x, times=2):
        for _ in range(times):
            x = self.layer(x)
        return self.head(x)


def powers(model, x, times):
    """What the layer returns at each call."""
    states = []
    with torch.no_grad():
        for _ in range(times):
            x = model.layer(x)
            states.append(x.numpy())
    return states


# -- several calls ---------------------------------------------------------------------


def test_layers_that_are_called_again():
    model, x = Recurrent(), torch.randn(2, 3)
    states = powers(model, x, 3)
    for which, expected in (
        ("first", {"layer": states[0]}),
        ("last", {"layer": states[2]}),
        ("each", {f"layer#{k + 1}": state for k, state in enumerate(states)}),
        ("mean", {"layer": np.mean(states, 0)}),
    ):
        with capture(model, layers=["layer", "head"], repeated_calls=which) as captured:
            out = model(x, times=3)
            model(x, times=3)
        rows = captured["all"]
        assert list(rows) == [*expected, "head"]
        for name, values in expected.items():
            np.testing.assert_allclose(rows[name][:2], values, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(rows["head"][2:], out.detach())
        assert captured.layers == ("layer", "head")
    with (
        pytest.raises(RuntimeError, match=r"'layer' was called twice.*'each' or 'mean'"),
        capture(model, layers="layer"),
    ):
        model(x)


def test_weights_that_all_layers_share_are_captured_at_each_depth(model, batches, tmp_path):
    for k in (1, 2):
        model.layers[k] = model.layers[0]
    captured = run(model, batches, repeated_calls="each", directory=tmp_path)
    assert list(captured["image"]) == ["layers.0#1", "layers.0#2", "layers.0#3"]
    hidden = states_of(model, batches[0])
    for k in range(3):
        image = batches[0] == IMAGE
        rows = np.stack([h[m].mean(0) for h, m in zip(hidden[k], image, strict=True)])
        np.testing.assert_allclose(
            captured["image"][f"layers.0#{k + 1}"][:4], rows, rtol=1e-5, atol=1e-6
        )
    assert_equal_rows(load_capture(tmp_path), captured)


def test_each_call_is_there_in_every_batch():
    model, x = Recurrent(), torch.randn(2, 3)
    for before, after in ((2, 3), (1, 2)):
        with capture(model, layers=["head", "layer"], repeated_calls="each") as captured:
            model(x, times=before)
            with pytest.raises(ValueError, match="'layer' was called another number of times"):
                model(x, times=after)
            model(x, times=before)
        assert {len(rows) for rows in captured["all"].values()} == {4}


def test_a_mean_of_calls_is_of_rows_of_one_width():
    model = nn.Sequential(nn.Identity())

    def batch_of(*calls):
        with captured.batch():
            for call in calls:
                model(call)

    with capture(model, layers="0", repeated_calls="mean") as captured:
        with pytest.raises(ValueError, match="'0' has 4 columns in this call and had 3 before"):
            batch_of(torch.zeros(2, 3), torch.zeros(2, 4))
        with captured.batch():
            with torch.inference_mode():
                model(torch.full((2, 3), 1.0))
            for value in (5.0, 9.0):
                model(torch.full((2, 3), value))
    np.testing.assert_array_equal(captured["all"]["0"], np.full((2, 3), 5.0))


# -- several threads -------------------------------------------------------------------


class Passing(nn.Module):
    """Two layers that return what goes in; other threads run between them."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Identity(), nn.Identity()

    def forward(self, x):
        x = self.first(x)
        time.sleep(2e-4)
        return self.second(x)


def call_from_threads(model, guard):
    """Numbers of the calls that 4 threads made of 100 each, and what the others raised."""
    done, errors = [], []

    def work(first):
        for number in range(first, first + 100):
            try:
                with guard:
                    model(torch.full((2, 3), float(number)))
                done.append(number)
            except RuntimeError as error:
                errors.append(str(error))

    threads = [threading.Thread(target=work, args=(100 * k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, errors


@pytest.mark.parametrize("guard", [contextlib.nullcontext(), threading.Lock()])
def test_rows_of_several_threads_are_never_mixed(guard):
    model = Passing()
    with capture(model, layers=["first", "second"]) as captured:
        done, errors = call_from_threads(model, guard)
    first, second = captured["all"].values()
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(np.sort(first[::2, 0]), np.sort(done))
    assert len(first) == captured.n_samples == 2 * len(done)
    assert len(done) + len(errors) == 400
    assert bool(errors) == isinstance(guard, contextlib.nullcontext)
    for error in errors:
        assert "is open, whose samples are others; expected one call after the other" in error


def test_a_batch_by_hand_is_of_the_thread_that_began_it():
    model, errors = Passing(), []

    def work():
        for call in (lambda: model(torch.zeros(2, 3)), lambda: captured.batch().__enter__()):
            try:
                call()
            except RuntimeError as error:
                errors.append(str(error))

    with capture(model, layers=["first", "second"]) as captured:
        with captured.batch():
            thread = threading.Thread(target=work, name="other")
            thread.start()
            thread.join()
            model(torch.ones(2, 3))
        model(torch.ones(2, 3))
    assert [error.partition(":")[0] for error in errors] == ["model", "batch"]
    assert all(
        "in the thread 'other' while a batch of the thread 'MainThread'" in e for e in errors
    )
    np.testing.assert_array_equal(captured["all"]["second"], np.ones((4, 3)))


@pytest.mark.parametrize("fails", ["model", "masks"])
def test_a_call_that_failed_leaves_the_place_to_other_threads(fails):
    model, failing, done, errors = Passing(), [True], threading.Event(), []

    def masks(inputs):  # noqa: ARG001
        if failing and fails == "masks":
            raise ZeroDivisionError
        return {"all": None}

    def fail(*_):
        if failing and fails == "model":
            raise ZeroDivisionError

    def work():
        try:
            model(torch.zeros(2, 3))
        except ZeroDivisionError as error:
            errors.append(error)
        failed.set()
        done.wait(60)  # alive, so that its batch would be taken for one that runs

    failed = threading.Event()
    model.second.register_forward_pre_hook(fail)
    with capture(model, layers=["first", "second"], masks=masks) as captured:
        thread = threading.Thread(target=work)
        thread.start()
        failed.wait(60)
        failing.clear()
        try:
            model(torch.ones(2, 3))
        finally:
            done.set()
            thread.join()
    assert len(errors) == 1
    np.testing.assert_array_equal(captured["all"]["first"], np.ones((2, 3)))
