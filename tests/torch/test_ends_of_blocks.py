# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Ways in which the block of a capture ends, none of which leaves a hook on the model."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import pytest

torch = pytest.importorskip("torch")

from torch import nn

from fourfold.torch import capture
from tests.support.ends import IDS, Ways, hooks_of, raises, run
from tests.support.towers import masks_of

WAYS = Ways()


# -- of the block ----------------------------------------------------------------------


@WAYS.add()
def it_ends(model, *_):
    run(model)


WAYS.add_options(
    too_few_samples=({"n_samples": 5}, UserWarning, "5 samples were expected"),
    too_many_samples=({"n_samples": 1}, ValueError, "1 samples were expected"),
)
for _error in (ValueError, KeyboardInterrupt, SystemExit, MemoryError):

    @WAYS.add(_error, name=f"{_error.__name__} in the block")
    def _(model, *_, error=_error):
        with capture(model, "**"):
            model(IDS)
            raise error


@WAYS.add(UserWarning, "was not called")
def nothing_is_called(model, *_):
    with capture(model, "norm"):
        pass


@WAYS.add()
def a_loop_is_left(model, *_):
    for _ in range(2):
        with capture(model, "norm"):
            model(IDS)
            break


@WAYS.add()
def a_function_returns(model, *_):
    def function():
        with capture(model, "norm"):
            return model(IDS)

    function()


def suspended(model):
    def generator():
        with capture(model, "norm"):
            yield model(IDS)

    started = generator()
    next(started)
    assert hooks_of(model)
    return started


@WAYS.add()
def a_generator_is_closed(model, *_):
    suspended(model).close()


@WAYS.add()
def a_generator_is_dropped(model, *_):
    suspended(model)


@WAYS.add(ZeroDivisionError)
def a_generator_gets_an_exception(model, *_):
    suspended(model).throw(ZeroDivisionError)


@WAYS.add(asyncio.CancelledError)
def a_task_is_cancelled(model, *_):
    async def task():
        with capture(model, "norm"):
            model(IDS)
            await asyncio.sleep(60)

    async def cancel():
        running = asyncio.create_task(task())
        await asyncio.sleep(0)
        running.cancel()
        await running

    asyncio.run(cancel())


@WAYS.add(ZeroDivisionError)
def an_exit_stack_is_unwound(model, *_):
    with contextlib.ExitStack() as stack:
        stack.enter_context(capture(model, "norm"))
        stack.callback(raises(ZeroDivisionError))
        model(IDS)


# -- in a call of the model ------------------------------------------------------------


def with_wrap(model, wrap):
    model.layers[1].wrap = wrap
    try:
        run(model)
    finally:
        model.layers[1].wrap = model.layers[0].wrap


for _name, (_wrap, _error, _match) in {
    "a layer raises": (raises(ZeroDivisionError), ZeroDivisionError, None),
    "a layer is interrupted": (
        lambda hidden: signal.raise_signal(signal.SIGINT) or hidden,
        KeyboardInterrupt,
        None,
    ),
    "a layer returns nothing": (lambda hidden: (), TypeError, "tuple without hidden"),  # noqa: ARG005
    "a layer returns a sparse tensor": (
        lambda hidden: hidden.to_sparse(),
        TypeError,
        "sparse_coo",
    ),
    "a layer returns NaN": (lambda hidden: hidden * torch.nan, ValueError, "not finite"),
    "a layer has other samples": (lambda hidden: hidden[:1], ValueError, "has 1 rows"),
}.items():
    WAYS[_name] = lambda model, *_, wrap=_wrap: with_wrap(model, wrap), _error, _match


def with_hook(model, register):
    handle = getattr(model.layers[1], register)(raises(ZeroDivisionError))
    try:
        run(model)
    finally:
        handle.remove()


for _register in ("register_forward_hook", "register_forward_pre_hook"):
    WAYS[f"another hook raises, {_register}"] = (
        lambda model, *_, register=_register: with_hook(model, register),
        ZeroDivisionError,
        None,
    )

WAYS.add_options(
    masks_raise=({"masks": raises(ZeroDivisionError)}, ZeroDivisionError, None),
    masks_are_interrupted=({"masks": raises(KeyboardInterrupt)}, KeyboardInterrupt, None),
    masks_are_no_dict=({"masks": lambda inputs: IDS}, TypeError, "expected a dict"),  # noqa: ARG005
    masks_choose_nothing=(
        {"masks": lambda inputs: {"none": inputs["input_ids"] > 9}}, ValueError, "chooses no token"
    ),
    pooling_raises=({"pooling": raises(ZeroDivisionError)}, ZeroDivisionError, None),
    pooling_is_interrupted=({"pooling": raises(KeyboardInterrupt)}, KeyboardInterrupt, None),
    pooling_has_no_rows=({"pooling": lambda hidden, mask: hidden}, ValueError, "the shape"),  # noqa: ARG005
    pooling_has_no_such_mask=(
        {"masks": masks_of, "pooling": {"image": "mean"}}, ValueError, "'text'"
    ),
    pooling_does_not_fit=({"pooling": "spatial"}, ValueError, "channels stand last"),
)  # fmt: skip


@WAYS.add(ValueError, "the batches before had")
def masks_get_other_names(model, *_):
    names = iter(["one", "two"])
    run(model, IDS, IDS, masks=lambda inputs: {next(names): inputs["input_ids"] > 0})


@WAYS.add(RuntimeError, "'unused' was not called")
def a_layer_is_not_called(model, *_):
    model.unused = nn.Linear(1, 1)
    run(model, layers=["norm", "unused"])


@WAYS.add(RuntimeError, "called twice")
def a_layer_is_called_twice(model, *_):
    model.layers.append(model.layers[0])
    try:
        run(model)
    finally:
        del model.layers[2]


@WAYS.add(RuntimeError, "outside of a call")
def a_layer_is_called_by_itself(model, *_):
    with capture(model, "layers.*"):
        model.layers[0](torch.zeros(1, 2, 6))


@WAYS.add(ValueError, "has 3 columns in this batch and had 6")
def widths_change(model, *_):
    widths = iter([6, 3])
    run(model, IDS, IDS, layers="norm", pooling=lambda h, mask: h[:, 0, : next(widths)])  # noqa: ARG005


@WAYS.add(RuntimeError, "continue from a cache")
def it_goes_on_from_a_cache(model, *_):
    with capture(model, "norm"):
        model(IDS, past_key_values=((None,),))


@WAYS.add(RuntimeError, "it called itself")
def it_calls_itself(model, *_):
    def again(*_):
        handle.remove()
        model(IDS)

    handle = model.norm.register_forward_hook(again)
    run(model, layers="embed")


@WAYS.add()
def a_layer_is_taken_out(model, *_):
    with capture(model, "layers.*"):
        model(IDS)
        taken = model.layers[1]
        del model.layers[1]
    model.layers.append(taken)


@WAYS.add()
def all_hooks_are_cleared(model, *_):
    with capture(model, "layers.*"):
        model(IDS)
        for module in model.modules():
            module._forward_hooks.clear()


# -- batches by hand -------------------------------------------------------------------


@WAYS.add(ZeroDivisionError)
def a_batch_is_left_by_an_exception(model, *_):
    with capture(model, "norm") as captured, captured.batch():
        model(IDS)
        raise ZeroDivisionError


@WAYS.add(RuntimeError, "another batch is open")
def batches_are_nested(model, *_):
    with capture(model, "norm") as captured, captured.batch(), captured.batch():
        pass


@WAYS.add(RuntimeError, "was not called|were not called")
def a_batch_is_empty(model, *_):
    with capture(model, "norm") as captured, captured.batch():
        pass


# -- none leaves a hook ----------------------------------------------------------------


def test_there_are_many_ways():
    assert len(WAYS) >= 40


@pytest.mark.parametrize("name", WAYS)
def test_no_hook_is_left(name, tmp_path, monkeypatch):
    WAYS.check(name, tmp_path, monkeypatch)
