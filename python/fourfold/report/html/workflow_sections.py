# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results of the workflows as sections of a page: strata, masked decisions, interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.html.page import Cell, Head, Picture, Row, Section, Table
from fourfold.report.html.picture import inline_svg
from fourfold.report.html.sections import bits_words, ends_words, result_section
from fourfold.results.words import percent_words, pvalue_words

if TYPE_CHECKING:
    from fourfold.report.html.sections import Names
    from fourfold.workflows.ablation.result import AblationReport
    from fourfold.workflows.conditional.conditional_pid import ConditionalPID
    from fourfold.workflows.decisions.decision_pid import DecisionPID
    from fourfold.workflows.sweeps.layer_profile import LayerProfile

__all__ = [
    "ablation_sections",
    "conditional_sections",
    "contributions_section",
    "decision_sections",
]

_PICTURE = (7.6, 4.2)  # inches


def conditional_sections(
    heading: str, found: ConditionalPID, names: Names, identifier: str
) -> list[Section]:
    """The mean over the strata, and a row for each of them."""
    rows = [
        Row(
            Head(stratum),
            [
                Cell(percent_words(round(float(weight), 3))),
                Cell(str(part.n_samples)),
                *(Cell(bits_words(value)) for value in (*part.atoms, part.mi_joint)),
                Cell("undersampled" if part.undersampled else "", words=True),
            ],
            doubtful=bool(part.undersampled),
        )
        for stratum, weight, part in zip(
            found.strata, found.weights, found.by_stratum, strict=True
        )
    ]
    warnings = []
    if found.pooled:
        warnings.append(
            f"Pooled, as there are few rows for their cells: {', '.join(found.pooled)}. Within the "
            "pooled stratum the third variable is not known."
        )
    heads = [Head("stratum"), Head("share"), Head("samples"), *names.heads(), Head("sum")]
    strata = Section(
        heading=f"{heading}: strata",
        lead="What the sources tell within each stratum of the third variable; the atoms above "
        "are their mean, weighed by their shares.",
        warnings=warnings,
        table=Table("The atoms by stratum, in bits", [*heads, Head("flags", words=True)], rows),
    )
    given = names._replace(target=f"{names.target} given T")
    return [result_section(heading, found.result, given, identifier), strata]


def decision_sections(
    heading: str, found: DecisionPID, names: Names, identifier: str
) -> list[Section]:
    """The atoms, and how far masked predictions are from marginals of the joint ones."""
    of = found.consistency
    numbers: list[tuple[str, Any, Any]] = [
        ("class probabilities, total variation", of.class_distance1, of.class_distance2),
        (
            "class probabilities, divergence in bits",
            of.class_divergence1,
            of.class_divergence2,
        ),
        ("states, divergence in bits", of.state_divergence1, of.state_divergence2),
        ("changed by the projection, in bits", of.correction1, of.correction2),
    ]
    rows = [
        Row(Head(what), [Cell(bits_words(one)), Cell(bits_words(two))])
        for what, one, two in numbers
        if one is not None
    ]
    heads = [Head("distance"), *(Head(f"{name} alone") for name in names.sources)]
    warnings = []
    if found.projected:
        warnings.append(
            "The masked predictions were not marginals of the joint ones, and were projected: "
            f"by {bits_words(of.correction1)} and {bits_words(of.correction2)} bits."
        )
    if any(found.uniform):
        counts = ", ".join(map(str, found.uniform))
        warnings.append(
            "Rows made uniform for want of mass on the candidates, of the joint predictions "
            f"and of both masked ones: {counts}."
        )
    fit = Section(
        heading=f"{heading}: do the predictions fit together?",
        lead="Predictions with one source masked, against what marginals of those with both would "
        "be. Anything but zero in the first row is a contradiction.",
        warnings=warnings,
        table=Table("Distances of the masked predictions", heads, rows),
    )
    return [result_section(heading, found.result, names, identifier), fit]


def ablation_sections(
    heading: str, report: AblationReport, names: Names, identifier: str
) -> list[Section]:
    """Atoms of each case, accuracy lost, and how both rank together."""
    svg = inline_svg(
        lambda ax: report.plot(ax, source_names=names.sources), _PICTURE, identifier
    )
    drops = [
        Row(
            Head(f"{case}, without {names.sources[m]}"),
            [
                Cell(f"{report.accuracy[c]:.3f}"),
                *(
                    cell
                    for k in range(len(report.interventions))
                    for cell in _drop_cells(report, (c, m, k))
                ),
            ],
        )
        for c, case in enumerate(report.cases)
        for m in (0, 1)
    ]
    columns = [text for name in report.interventions for text in (name, "changed")]
    sections = [
        Section(
            heading=heading,
            lead="Accuracy lost, as a share of all answers, when a modality is taken away, with "
            f"{percent_words(report.confidence_level)} intervals below; and the share of answers "
            "that change, right or wrong.",
            picture=Picture(
                svg,
                "Accuracy lost against the unique information of each case; the tables have "
                "the same numbers.",
            ),
            table=Table(
                "Accuracy, and how much of it is lost",
                [Head("case"), Head("accuracy"), *map(Head, columns)],
                drops,
            ),
            notes=[report.note] if report.note else [],
        ),
        _ablation_atoms(heading, report, names),
    ]
    if np.isfinite(report.correlations).any():
        sections.append(_correlations(heading, report, names))
    return sections


def _drop_cells(report: AblationReport, at: tuple[int, int, int]) -> list[Cell]:
    ends = ends_words(report.drops_low[at], report.drops_high[at], digits=2)
    changed = percent_words(round(float(report.changed[at]), 3))
    return [Cell(bits_words(report.drops[at], digits=3), ends), Cell(changed)]


def _correlations(heading: str, report: AblationReport, names: Names) -> Section:
    rows = [
        Row(
            Head(f"{intervention}, without {names.sources[m]}"),
            [
                Cell(bits_words(rho, digits=2, signed=True), f"p {pvalue_words(p)}")
                if np.isfinite(rho)
                else Cell("not known")
                for rho, p in zip(
                    report.correlations[:, m, k], report.adjusted_pvalues[:, m, k], strict=True
                )
            ],
        )
        for k, intervention in enumerate(report.interventions)
        for m in (0, 1)
    ]
    return Section(
        heading=f"{heading}: do atoms and drops rank alike?",
        lead=f"Spearman's rank correlation over {len(report.cases)} cases of each atom with each "
        "drop; p-values are adjusted for all of this table.",
        table=Table("Rank correlations", [Head("drop"), *names.heads(), Head("sum")], rows),
    )


def _ablation_atoms(heading: str, report: AblationReport, names: Names) -> Section:
    rows = []
    for c, case in enumerate(report.cases):
        cells = []
        for k, values in enumerate(report.atoms):
            below = ""
            if report.low is not None and report.high is not None:
                below = ends_words(report.low[k][c], report.high[k][c], digits=3)
            cells.append(Cell(bits_words(values[c]), below))
        poor = bool(report.undersampled[c])
        flag = Cell("undersampled" if poor else "", words=True)
        total = Cell(bits_words(report.mi_joint[c]))
        rows.append(Row(Head(case), [*cells, total, flag], doubtful=poor))
    heads = [Head("case"), *names.heads(), Head("sum"), Head("flags", words=True)]
    warnings = []
    if report.undersampled.any():
        warnings.append("Atoms of the cases flagged are of too few samples, and mostly bias.")
    return Section(
        heading=f"{heading}: atoms",
        lead=f"What {' and '.join(names.sources)} tell about "
        f"{'the answers' if report.target == 'decision' else names.target}.",
        warnings=warnings,
        table=Table("The atoms by case, in bits", heads, rows),
    )


def contributions_section(
    heading: str, profile: LayerProfile, names: Names, identifier: str
) -> Section:
    """Curves of U1 / (U1 + U2) and its complement; the table of the profile has the numbers."""
    svg = inline_svg(
        lambda ax: profile.plot(ax, what="contributions", source_names=names.sources),
        _PICTURE,
        identifier,
    )
    return Section(
        heading=f"{heading}: contributions",
        lead="Who holds more of what only one of them tells: shares of U1 + U2. They say nothing "
        "of redundancy and synergy.",
        picture=Picture(svg, "Contributions by layer; the table above has the same numbers."),
    )
