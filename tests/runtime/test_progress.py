# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bars where somebody looks: on terminals and in notebooks, whose standard error is no terminal."""

from __future__ import annotations

import sys
import types
import warnings

import pytest
from tqdm import tqdm

from fourfold.runtime import progress as module
from fourfold.runtime.progress import progress, silent_progress

pytestmark = pytest.mark.cpu_only


class Kernel:
    """The shell of a notebook."""

    config = {"IPKernelApp": {}}  # noqa: RUF012


class Colab:
    """A shell that is told by its kernel alone."""

    config: dict = {}  # noqa: RUF012
    kernel = object()


class Terminal:
    """IPython's on a terminal, or within a script."""

    config = {"TerminalIPythonApp": {}}  # noqa: RUF012


@pytest.fixture
def shell(monkeypatch, capsys):  # noqa: ARG001  standard error that is no terminal
    """Makes this process one of such a shell, without a terminal and without ipywidgets."""
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(module, "_has_widgets", lambda: False)

    def enter(kind):
        stand_in = types.ModuleType("IPython")
        stand_in.get_ipython = lambda: kind and kind()
        monkeypatch.setitem(sys.modules, "IPython", stand_in)

    return enter


@pytest.mark.parametrize("kind", [Kernel, Colab])
def test_notebooks_have_bars_of_text_without_widgets(shell, capsys, kind):
    shell(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with progress(10, "count") as bar:
            assert type(bar) is tqdm
            assert not bar.disable
            bar.delay = 0
            bar.update(10)
            bar.refresh()
    assert "count" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [None, Terminal])
def test_there_are_none_where_nobody_looks(shell, capsys, kind):
    shell(kind)
    with progress(10, "count") as bar:
        assert bar.disable
        bar.update(10)
    assert capsys.readouterr().err == ""


def test_silence_is_kept_in_notebooks(shell, monkeypatch):
    shell(Kernel)
    with silent_progress(), progress(10, "count") as bar:
        assert bar.disable
    with progress(10, "count") as bar:
        assert not bar.disable
    monkeypatch.setenv("TQDM_DISABLE", "1")
    with progress(10, "count") as bar:
        assert bar.disable


def test_widgets_are_taken_where_they_are(shell, monkeypatch):
    shell(Kernel)
    made = []
    stand_in = types.ModuleType("tqdm.notebook")
    stand_in.tqdm = lambda **how: made.append(how)
    monkeypatch.setitem(sys.modules, "tqdm.notebook", stand_in)
    monkeypatch.setattr(module, "_has_widgets", lambda: True)
    progress(10, "count", "rows")
    assert made[0]["desc"] == "count"
    assert made[0]["disable"] is False
    assert "file" not in made[0]
