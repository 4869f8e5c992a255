# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results as one HTML page, with what they were made with; and as notebooks show one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from fourfold.inference.permutation_result import PermutationTest
from fourfold.inputs.optional import REPORT, require
from fourfold.report.dispatch import has_sections, sections
from fourfold.report.html.fields import lines_of
from fourfold.report.html.markup import table_markup
from fourfold.report.html.render import render, words_of
from fourfold.report.tables import adjusted_pvalues
from fourfold.results.pid import PID
from fourfold.results.union_words import sources_words
from fourfold.results.unions import Unions
from fourfold.results.words import DEFAULT_NAMES, Names, legible
from fourfold.writing import write_text

if TYPE_CHECKING:
    import os

__all__ = ["html_report", "notebook"]

_ACCEPTED = (
    "a PID, UnionInformation or GaussianUnion, a sweep or profile, a ConditionalPID, DecisionPID, "
    "RecombinedPID, AblationReport, ModelProfiles, SynergySubsets or Comparison, or a mapping of "
    "str to PermutationTest as permutation_test returns of several statistics"
)


def html_report(
    results: Mapping[str, Any],
    path: str | os.PathLike[str] | None = None,
    *,
    title: str | None = None,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
    data: Mapping[str, object] | None = None,
    parameters: Mapping[str, object] | None = None,
) -> str:
    """Put results on one HTML page that needs no other file and no network.

    Each result has a section: its warnings, what it says in a sentence, a picture, and a table
    with every number in bits. At the end are the data, the parameters and the versions.

    Parameters
    ----------
    results : mapping of str to result
        Heading of the section, and what it shows: a `PID`, `UnionInformation` or
        `GaussianUnion`; a sweep of clusters or noise, or a profile of layers or data sets; a
        `ConditionalPID`, `DecisionPID`, `RecombinedPID`, `AblationReport`, `ModelProfiles` or
        `SynergySubsets`; a `Comparison`; or several permutation tests by the names of their
        statistics.
    path : str or path-like, optional
        Where to write the page as well; a file that is there is replaced as a whole.
    title : str, optional
        At its top; by default what it is about, from the names.
    source_names, target_name : (str, str) and str
        What X1, X2 and Y are; more sources have the names of their result.
    data : mapping of str to object, optional
        More to say of the data, such as shapes and files; shown as text.
    parameters : mapping of str to object, optional
        What the results were made with, such as ``estimator.get_params()``; shown as text. A
        value that is a mapping is a group with a heading.

    Returns
    -------
    str
        The page. The same input gives the same bytes, but for the date.

    Raises
    ------
    TypeError
        If a result is none that a page can show.
    ValueError
        If there are no results, a result is a batch, or `source_names` is not a pair.
    ImportError
        If jinja2 or matplotlib is not installed.
    OSError
        If `path` cannot be written.

    See Also
    --------
    fourfold.PID.to_html : A page of one result.
    fourfold.plotting.plot : The pictures.

    Notes
    -----
    P-values are adjusted for all tests and comparisons of the page as one family.

    Examples
    --------
    >>> import fourfold as ff
    >>> page = ff.html_report({"AND": ff.decompose(ff.gates.AND.pmf)}, title="Gates")
    >>> "<h1>Gates</h1>" in page
    True
    """
    require(REPORT, "jinja2", "matplotlib")
    names = Names.of(source_names, target_name)
    _check(results)
    adjusted = adjusted_pvalues(results)
    sources, about = _sources(results, names)
    about |= {"Y": names.target}
    known = [f"{symbol} is {name}" for symbol, name in about.items() if symbol != name]
    page = render(
        title or f"What {sources} about {names.target}",
        [
            section
            for heading, result in results.items()
            for section in sections(result, str(heading), names, adjusted.get(heading))
        ],
        subtitle="Partial information decomposition (BROJA), in bits"
        + (f"; {', '.join(known)}" if known else ""),
        data=about | {name: words_of(value) for name, value in (data or {}).items()},
        parameters=_grouped(parameters or {}),
    )
    if path is not None:
        write_text(path, page)
    return page


def _sources(results: Mapping[str, Any], names: Names) -> tuple[str, dict[str, str]]:
    """Who tells, in words, and what X1 and X2 are, should the page speak of them."""
    unions = [result for result in results.values() if isinstance(result, Unions)]
    if len(unions) == len(results) and len({union.source_names for union in unions}) == 1:
        several = len(unions[0].source_names) > 1
        return f"{sources_words(unions[0])} tell{'s' * (not several)}", {}
    return f"{' and '.join(names.sources)} tell", dict(
        zip(("X1", "X2"), names.sources, strict=True)
    )


def _check(results: Any) -> None:
    if not isinstance(results, Mapping):
        msg = (
            f"results: expected a mapping of headings to results, got {type(results).__name__}"
        )
        raise TypeError(msg)
    if not results:
        msg = "results: expected at least one result, got none"
        raise ValueError(msg)
    for heading, result in results.items():
        if isinstance(result, PID) and result.shape:
            msg = (
                f"results[{heading!r}]: expected one decomposition, got a batch of shape "
                f"{result.shape}; index it, for example result[0]"
            )
            raise ValueError(msg)
        if not (_are_tests(result) if isinstance(result, Mapping) else has_sections(result)):
            msg = f"results[{heading!r}]: expected {_ACCEPTED}, got {type(result).__name__}"
            raise TypeError(msg)


def _are_tests(result: Mapping[str, Any]) -> bool:
    return len(result) > 0 and all(
        isinstance(test, PermutationTest) for test in result.values()
    )


def _grouped(parameters: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Groups by heading; what is in none of them stands first, under no heading."""
    groups: dict[str, dict[str, str]] = {"": {}}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            groups[str(name)] = {str(part): words_of(inner) for part, inner in value.items()}
        else:
            groups[""][str(name)] = words_of(value)
    return {name: group for name, group in groups.items() if group}


def notebook(result: Any) -> str | None:
    """Sections of a result without their pictures, or its fields; None for a batch, and for nothing."""
    if isinstance(result, PID) and result.shape:
        return None
    if not (isinstance(result, PermutationTest | Mapping) or has_sections(result)):
        above, table, below = lines_of(result)
        return "\n".join([*_paragraphs(above), table_markup(table), *_paragraphs(below)])
    if isinstance(result, Mapping) and not result:
        return None
    shown = {result.name: result} if isinstance(result, PermutationTest) else result
    heading = type(result).__name__
    adjusted = adjusted_pvalues({heading: shown}, warn=False).get(heading)
    parts = []
    for section in sections(shown, heading, DEFAULT_NAMES, adjusted):
        parts += _paragraphs((section.lead,))
        parts += _paragraphs(section.warnings, "<strong>Warning</strong> ")
        parts += [] if section.table is None else [table_markup(section.table)]
        parts += _paragraphs(section.notes)
    return "\n".join(parts)


def _paragraphs(texts: Iterable[str], before: str = "") -> list[str]:
    return [f"<p>{before}{escape(legible(text))}</p>" for text in texts]
