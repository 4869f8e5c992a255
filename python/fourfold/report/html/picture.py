# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pictures of matplotlib as SVG, of which several can stand in one HTML page."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.posterior_pid import PosteriorPID

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from fourfold.results.pid import PID

__all__ = ["BAR", "CURVES", "DECODED", "Picture", "inline_svg", "size_of"]

BAR = (6.8, 1.7)  # inches
CURVES = (7.6, 4.2)
DECODED = (7.2, 3.3)
GAUSSIAN = (7.2, 3.0)

#: The same bytes each time; letters as outlines, so that no font need be where the page is read;
#: and a name with dollars in it is no formula.
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "fourfold",
    "svg.fonttype": "path",
    "text.parse_math": False,
}
#: Without these the file says when, by what, and by whose vocabulary it was made.
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_COMMENTS = re.compile(r"<!--.*?-->\s*", re.DOTALL)
#: Rules for every element, which within HTML would be for every element of the page.
_RULES = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)
_IDENTIFIERS = re.compile(r'(\bid="|href="#|url\(#)')


class Picture(NamedTuple):
    """What draws it, once a page wants it, and what to say to those who do not see it."""

    draw: Callable[[Axes], object]
    #: Inches; or what finds them, where that takes matplotlib, which notebooks may not have.
    size: tuple[float, float] | Callable[[], tuple[float, float]]
    description: str


def size_of(result: PID) -> tuple[float, float]:
    """Of the picture of one decomposition, in inches."""
    if isinstance(result, PosteriorPID):
        return DECODED
    of_samples = result.plug_in is not None or result.confidence_interval is not None
    return GAUSSIAN if isinstance(result, GaussianPID) and of_samples else BAR


def inline_svg(picture: Picture, identifier: str) -> str:
    """An ``<svg>`` element without prolog, comments, metadata or style sheet.

    `identifier` is put before every id within, which must be unique in a page. The same picture
    gives the same markup.
    """
    import matplotlib as mpl  # noqa: PLC0415  optional
    from matplotlib.figure import Figure  # noqa: PLC0415  optional

    text = io.StringIO()
    with mpl.rc_context(_STYLE):
        # pyplot would want a display
        size = picture.size() if callable(picture.size) else picture.size
        figure = Figure(figsize=size, layout="constrained")
        picture.draw(figure.subplots())
        figure.savefig(text, format="svg", metadata=_NO_METADATA)
    markup = text.getvalue()
    markup = _COMMENTS.sub("", markup[markup.index("<svg") :])
    markup = _RULES.sub("", markup, count=1)
    return _IDENTIFIERS.sub(rf"\g<1>{identifier}-", markup).strip()
