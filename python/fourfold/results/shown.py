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
        """Of the result on its page.

        Returns
        -------
        str
            What it is, in a few words.

        See Also
        --------
        to_html : The page.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.decompose(ff.gates.AND.pmf).page_heading()
        'Decomposition'
        """
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

        Parameters
        ----------
        path : str or path, optional
            Where to write the page as well; a file that is there is replaced as a whole.
        title : str, optional
            At its top; by default what it is about, from the names.
        source_names : pair of str
            What X1 and X2 are.
        target_name : str
            What Y is.
        parameters : mapping of str to object, optional
            What the result was made with; shown as text.

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

        See Also
        --------
        fourfold.html_report : Several results on a page.
        fourfold.plotting.plot : The picture alone.

        Examples
        --------
        >>> import fourfold as ff
        >>> page = ff.decompose(ff.gates.AND.pmf).to_html(title="AND", target_name="both")
        >>> "<title>AND</title>" in page
        True
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
        source_names : pair of str
            What X1 and X2 are, for the legend and the axes.
        target_name : str
            What Y is.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn into.

        Raises
        ------
        ValueError
            If `source_names` is not a pair.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        fourfold.plotting.plot : The same of any result.
        to_html : A page with this picture.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.wine()
        >>> sweep = ff.cluster_sweep(x1, x2, y, n_clusters=[2, 4], random_state=0)
        >>> ax = sweep.plot(source_names=("phenols", "chemistry"), target_name="cultivar")
        >>> ax.get_xlabel()
        'Clusters of each source'
        """
        return draw(self, ax, source_names=source_names, target_name=target_name)
