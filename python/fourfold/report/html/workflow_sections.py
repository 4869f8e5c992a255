# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results of the workflows as sections of a page: strata, masked decisions, interventions, use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.html.picture import BAR, CURVES, Picture
from fourfold.report.html.render import Section
from fourfold.report.html.sections import bits_words, result_sections
from fourfold.report.plots.heat import size_of
from fourfold.report.plots.pairs import pairs_size
from fourfold.report.plots.strata import plot_strata, strata_size
from fourfold.results.words import percent_words
from fourfold.workflows.decisions.result import bounds_words
from fourfold.workflows.pairs import words as pair_words
from fourfold.workflows.subsets import words as subset_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.results.words import Names
    from fourfold.workflows.ablation.result import AblationReport
    from fourfold.workflows.conditional.result import ConditionalPID
    from fourfold.workflows.decisions.result import DecisionPID
    from fourfold.workflows.families.result import ModelProfiles
    from fourfold.workflows.pairs.result import FeaturePairs
    from fourfold.workflows.recombined.result import RecombinedPID
    from fourfold.workflows.subsets.result import SynergySubsets

__all__ = [
    "ablation_sections",
    "decision_sections",
    "model_sections",
    "pair_sections",
    "strata_sections",
    "subset_sections",
    "use_sections",
]


#: Of the table on a page; a frame has them all.
_MOST_PAIRS = 30


def strata_sections(found: ConditionalPID, heading: str, names: Names) -> Iterator[Section]:
    """A row for each stratum, to stand below their mean."""
    warnings = []
    if found.pooled:
        warnings.append(
            f"Pooled, as there are few rows for their cells: {', '.join(found.pooled)}. Within the "
            "pooled stratum the third variable is not known."
        )
    if found.kept is not None and found.kept.poor:
        warnings.append(
            "The strata leave much of the third variable: the atoms are given the stratum, not given "
            "the third variable itself."
        )
    yield Section(
        heading=f"{heading}: strata",
        lead="What the sources tell within each stratum of the third variable; the atoms above "
        "are their mean, weighed by their shares.",
        warnings=warnings,
        picture=Picture(
            lambda ax: plot_strata(
                found, ax, source_names=names.sources, target_name=names.target
            ),
            strata_size(found, names.sources),
            "A bar for the mean and one for each stratum; the table has the same numbers.",
        ),
        table=found.table(names),
        notes=found.strata_words(names),
    )


def decision_sections(
    found: DecisionPID, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """The atoms, and how far masked predictions are from marginals of the joint ones."""
    yield from result_sections(found.result, heading, names)
    of = found.consistency
    warnings = []
    if found.projected:
        warnings.append(
            "The masked predictions were not marginals of the joint ones, and were projected: "
            f"by {bits_words(of.correction1)} and {bits_words(of.correction2)} bits. "
            f"{found.advice}."
        )
    if any(found.uniform):
        counts = ", ".join(map(str, found.uniform))
        warnings.append(
            "Rows made uniform for want of mass on the candidates, of the joint predictions "
            f"and of both masked ones: {counts}."
        )
    yield Section(
        heading=f"{heading}: do the predictions fit together?",
        lead="Predictions with one source masked, against what marginals of those with both would "
        "be. Anything but zero in the first row is a contradiction.",
        warnings=warnings,
        table=found.table(names),
        notes=[
            "Of the inputs, with masked predictions as recalibrated predictors of the joint ones: "
            + bounds_words(found.outer_bounds)
        ],
    )


def use_sections(
    found: RecombinedPID, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """Shares of use, then the atoms that they are made of."""
    first, second = names.sources
    warnings = []
    if not found.repeats:
        warnings.append(
            "The model answers the same rows otherwise when asked again: what it draws by lot "
            "counts as synergy."
        )
    yield Section(
        heading=heading,
        lead=f"Rows of {first} were put together with rows of {second} of other samples: what the "
        "answers then tell of an input is what the model uses of it.",
        warnings=warnings,
        picture=Picture(
            lambda ax: found.plot(ax, source_names=names.sources, target_name=names.target),
            BAR,
            f"Shares of use: {first} {found.use[0]:.3f}, {second} {found.use[1]:.3f}.",
        ),
        table=found.table(names),
        notes=found.notes(),
    )
    yield from result_sections(found.result, f"{heading}: atoms", names)


def ablation_sections(
    report: AblationReport, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """Atoms of each case, accuracy lost, and how both rank together."""
    yield Section(
        heading=heading,
        lead="Accuracy lost, as a share of all answers, when a modality is taken away, with "
        f"{percent_words(report.confidence_level)} intervals below; and the share of answers "
        "that change, right or wrong.",
        picture=Picture(
            lambda ax: report.plot(ax, source_names=names.sources),
            CURVES,
            "Accuracy lost against the unique information of each case; the tables have "
            "the same numbers.",
        ),
        table=report.drop_table(names),
        notes=[report.note] if report.note else [],
    )
    warnings = []
    if report.undersampled is not None and report.undersampled.any():
        warnings.append("Atoms of the cases flagged are of too few samples, and mostly bias.")
    yield Section(
        heading=f"{heading}: atoms",
        lead=f"What {' and '.join(names.sources)} tell about "
        f"{'the answers' if report.target == 'decision' else names.target}, {report.estimator}.",
        warnings=warnings,
        table=report.table(names),
        notes=report.notes(),
    )
    if not np.isfinite(report.correlations).any():
        return
    yield Section(
        heading=f"{heading}: do atoms and drops rank alike?",
        lead=f"Spearman's rank correlation over {len(report.cases)} cases of each atom with each "
        "drop; p-values are adjusted for all of this table.",
        table=report.correlation_table(names),
    )


def model_sections(
    found: ModelProfiles, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """A heat map of the synergy, atoms of each model, and what ranks as they do."""
    warnings = ["Atoms set back are doubtful."] if found.doubtful.any() else []
    yield Section(
        heading=heading,
        lead=f"Atoms of {len(found.models)} models on {len(found.datasets)} data sets: "
        f"{found.estimator}. Errors are below the numbers.",
        warnings=warnings,
        picture=Picture(
            found.plot,
            size_of(found),
            "The synergy of each model on each data set; the table has the same numbers.",
        ),
        table=found.table(names),
    )
    if found.rank_correlations is not None:
        yield Section(
            heading=f"{heading}: what ranks as they do",
            lead="Rank correlations over the models. True ones are without the errors of the atoms; "
            "p-values are adjusted for all of this table.",
            table=found.correlation_table(),
            notes=found.notes(),
        )
    orders = found.order_table()
    if orders.rows:
        yield Section(
            heading=f"{heading}: do orders agree?",
            lead="Whether data sets order the models alike, and families the data sets.",
            table=orders,
        )


def subset_sections(
    found: SynergySubsets, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """The atom by subset, those first that are most surely above the rest."""
    atom = subset_words.atom_words(found.atom, names)
    intervals = subset_words.intervals_words(found.alpha, len(found.subsets))
    yield Section(
        heading=heading,
        lead=f"The {atom} within each subset, {subset_words.about(found.whole)}, with {intervals}; in "
        "as many other rows; and p-values of being no higher, adjusted for the search.",
        warnings=subset_words.too_small_words(found.too_small, found.least_rows),
        picture=Picture(
            lambda ax: found.plot(ax, source_names=names.sources),
            CURVES,
            f"The {atom} by subset; the table has the same numbers.",
        ),
        table=found.table(names),
        notes=[subset_words.verdict(found.atom, found.high_ones, found.adjust, found.alpha)],
    )


def pair_sections(
    found: FeaturePairs, heading: str, names: Names, _: Any = None
) -> Iterator[Section]:
    """All pairs as a heat map, and the best ones as a table."""
    yield Section(
        heading=heading,
        lead=f"What {pair_words.about(found)}, tell about the target: {pair_words.verdict(found)}. Colours are of atoms as "
        "they were counted, less their estimated bias.",
        picture=Picture(
            found.plot,
            pairs_size(found),
            "Synergy above the diagonal, redundancy below it, what each feature tells by itself on it; "
            "grey where a pair did not pass.",
        ),
        table=found.table(names, _MOST_PAIRS) if found.results else None,
        notes=[f"{line}." for line in pair_words.best_words(found)]
        if found.results
        else ["No pair was corrected."],
    )
