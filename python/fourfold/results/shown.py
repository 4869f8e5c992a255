# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How results are shown: the one door to plots and pages, opened when it is first asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fourfold.results.words import legible

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from matplotlib.axes import Axes

__all__ = ["Drawn", "Shown", "draw", "in_notebook", "page_of"]


def draw(result: Any, ax: Axes | None, **options: Any) -> Axes:
    """Draw any result; which function does is registered in `fourfold.report.dispatch`."""
    for name in ("source_names", "target_name", "label"):  # fonts have no NUL and no surrogates
        if isinstance(options.get(name), str):
            options[name] = legible(options[name])
        elif isinstance(options.get(name), tuple | list):
            options[name] = tuple(legible(str(each)) for each in options[name])
    axes: Axes = importlib.import_module("fourfold.report.dispatch").draw(result, ax, **options)
    return axes


def in_notebook(result: Any) -> str | None:
    """Tables of a result, as notebooks show them; None where its text is better."""
    text: str | None = importlib.import_module("fourfold.report.html_report").notebook(result)
    return text


def page_of(result: Any, heading: str, path: Any, **options: Any) -> str:
    """A page of one result."""
    pages = importlib.import_module("fourfold.report.html_report")
    page: str = pages.html_report({heading: result}, path, **options)
    return page


class Shown:
    """A result that `fourfold.html_report` can show."""

    def page_heading(self) -> str:
        """Of the result on its page."""
        raise NotImplementedError

    def to_html(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        title: str | None = None,
        source_names: tuple[str, str] = ("X1", "X2"),
        target_name: str = "Y",
        parameters: Mapping[str, object] | None = None,
    ) -> str:
        """Make an HTML page that needs no other file: pictures, tables, warnings, versions.

        Parameters are those of `fourfold.html_report`, which shows several results on a page.

        Returns
        -------
        str
            The page, also written to `path` if that is given.

        Raises
        ------
        ValueError
            If the result is a batch, or `source_names` is not a pair.
        ImportError
            If jinja2 or matplotlib is not installed.
        """
        return page_of(
            self,
            self.page_heading(),
            path,
            title=title,
            source_names=source_names,
            target_name=target_name,
            parameters=parameters,
        )


class Drawn(Shown):
    """One that has a picture of both sources and the target; its class says what is in it."""

    def plot(
        self,
        ax: Axes | None = None,
        *,
        source_names: tuple[str, str] = ("X1", "X2"),
        target_name: str = "Y",
    ) -> Axes:
        """Draw the result; its class says what is in the picture.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default. The legend stands to the right of the
            axes: in a figure of your own use ``layout="constrained"``.
        source_names, target_name
            What X1, X2 and Y are, for the legend and the axes.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ValueError
            If `source_names` is not a pair.
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, source_names=source_names, target_name=target_name)
