# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Ways in which a capture fails to begin or to end, none of which leaves a hook on the model."""

from __future__ import annotations

import errno
import importlib
import io
import threading
import warnings
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from torch import nn
from torch.utils.hooks import RemovableHandle

from fourfold.torch import capture, load_capture
from tests.support.ends import IDS, Ways, raises, run

WAYS = Ways()


# -- on the way in and out -------------------------------------------------------------


def failing_registration(number, error, model, patched):
    """The number-th hook that is put on any module raises."""
    left = iter(range(number, -1, -1))
    for name in ("register_forward_hook", "register_forward_pre_hook"):
        register = getattr(nn.Module, name)

        def put(*args, register=register, **options):
            if next(left) == 0:
                raise error
            return register(*args, **options)

        patched.setattr(nn.Module, name, put)
    run(model)


for _number in range(5):
    for _error in (RuntimeError, KeyboardInterrupt):
        WAYS[f"hook {_number} cannot be put on, {_error.__name__}"] = (
            lambda model, _, patched, number=_number, error=_error: failing_registration(
                number, error, model, patched
            ),
            _error,
            None,
        )


@WAYS.add(KeyboardInterrupt)
def taking_hooks_off_is_interrupted(model, _, patched):
    remove, interrupts = RemovableHandle.remove, iter([False, True])

    def interrupted(handle):
        if next(interrupts, False):
            raise KeyboardInterrupt
        remove(handle)

    patched.setattr(RemovableHandle, "remove", interrupted)
    run(model)


def failing_bar(method):
    def end(model, _, patched):
        class Bar:
            update = close = staticmethod(lambda *_: None)

        def bar(*_):
            if method == "make":
                raise ZeroDivisionError
            setattr(Bar, method, staticmethod(raises(ZeroDivisionError)))
            return Bar()

        patched.setattr(importlib.import_module("fourfold.torch.captured"), "progress", bar)
        run(model)

    return end


for _method in ("make", "update", "close"):
    WAYS[f"the bar fails, {_method}"] = failing_bar(_method), ZeroDivisionError, None


@WAYS.add(RuntimeError, "used already")
def a_capture_is_entered_twice(model, *_):
    captured = capture(model, "norm")
    with captured:
        model(IDS)
        with captured:
            pass


@WAYS.add(RuntimeError, "used already")
def a_capture_is_used_again(model, *_):
    captured = capture(model, "norm")
    for _ in range(2):
        with captured:
            model(IDS)


@WAYS.add(ZeroDivisionError)
def one_of_two_captures_fails(model, *_):
    with capture(model, "norm"), capture(model, "**", pooling=raises(ZeroDivisionError)):
        model(IDS)


@WAYS.add()
def two_captures_end_in_another_order(model, *_):
    first, second = capture(model, "norm"), capture(model, "**")
    first.__enter__()
    second.__enter__()
    model(IDS)
    first.__exit__(None, None, None)
    model(IDS)
    second.__exit__(None, None, None)


@WAYS.add(TypeError, "'script' is a RecursiveScriptModule")
def a_layer_takes_no_hooks(model, *_):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        model.script = torch.jit.script(nn.Linear(2, 2))
    try:
        run(model, layers=["norm", "script"])
    finally:
        del model.script


@WAYS.add(RuntimeError, "before 2.6")
def a_compiled_model_cannot_run_as_written(model, _, patched):
    patched.delattr(torch.compiler, "set_stance")
    run(torch.compile(model, backend="eager"))


# -- threads ---------------------------------------------------------------------------


def in_a_thread(function, *args):
    """What it raised there, or None."""
    caught = []

    def run_it():
        try:
            function(*args)
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=run_it)
    thread.start()
    thread.join()
    return caught[0] if caught else None


@WAYS.add(RuntimeError, "while a batch of the thread 'MainThread' is open")
def another_thread_calls_the_model(model, *_):
    caught = []
    handle = model.embed.register_forward_hook(
        lambda *_: handle.remove() or caught.append(in_a_thread(model, IDS))
    )
    run(model)
    raise caught[0]


@WAYS.add(RuntimeError, "capture has ended")
def it_ends_in_another_thread(model, *_):
    captured = capture(model, "norm")
    # at the end of the call the hooks of this call are there all the same
    handle = model.norm.register_forward_pre_hook(
        lambda *_: handle.remove() or captured._batch.end()
    )
    with captured:
        model(IDS)


# -- disks -----------------------------------------------------------------------------


class Disk:
    """Files that take no more bytes than there is room for; those there are may be rewritten."""

    def __init__(self, patched, room):
        self.room = room
        opened = Path.open
        disk = self

        class File(io.FileIO):
            def write(self, data):
                end = self.seek(0, io.SEEK_END) if self.writable() else 0
                here = self._place
                grown = max(0, here + len(data) - end)
                fitting = len(data) - max(0, grown - disk.room)
                disk.room -= min(grown, disk.room)
                self.seek(here)
                written = super().write(data[:fitting])
                self._place += written
                if fitting < len(data):
                    raise OSError(errno.ENOSPC, "No space left on device")
                return written

            _place = 0

            def seek(self, place, whence=io.SEEK_SET):
                found = super().seek(place, whence)
                self._place = found if whence == io.SEEK_SET else self._place
                return found

        def open_on_disk(path, mode="r", *args, **options):
            if "b" in mode and mode != "rb":
                return File(path, mode.replace("b", ""))
            return opened(path, mode, *args, **options)

        patched.setattr(Path, "open", open_on_disk)


def full_disk(room, n_whole):
    """A way with so much room for the rows, of which so many batches are whole then."""

    def end(model, path, patched):
        Disk(patched, room)
        try:
            run(model, IDS, IDS, IDS, directory=path)
        finally:
            if n_whole:
                loaded = load_capture(path, partial=True)
                assert {len(rows) for rows in loaded["all"].values()} == {2 * n_whole}
            else:
                with pytest.raises(FileNotFoundError, match=r"no capture.json"):
                    load_capture(path)

    return end


# capture.json of 132 bytes, two headers of 128, and 48 bytes of each batch and layer
for _what, _room, _whole in (
    ("its manifest", 100, 0),
    ("a header", 300, 0),
    ("its first batch", 400, 0),
    ("its second batch", 500, 1),
    ("its third batch", 600, 2),
):
    WAYS[f"the disk has no room for {_what}"] = full_disk(_room, _whole), OSError, "No space"


@WAYS.add(NotADirectoryError)
def the_directory_is_a_file(model, path, _):
    (path / "file").write_text("")
    run(model, directory=path / "file" / "run")


@WAYS.add(OSError, "gone")
def rows_cannot_be_ended(model, path, patched):
    module = importlib.import_module("fourfold.torch.embedding_store")
    patched.setattr(module, "write_manifest", raises(OSError("gone")))
    run(model, directory=path)


# -- none leaves a hook ----------------------------------------------------------------


def test_there_are_many_ways():
    assert len(WAYS) >= 25


@pytest.mark.parametrize("name", WAYS)
def test_no_hook_is_left(name, tmp_path, monkeypatch):
    WAYS.check(name, tmp_path, monkeypatch)
