# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions for several settings and seeds of clustering: their means and intervals."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from scipy.special import ndtri

from fourfold.caller import caller_depth
from fourfold.confidence_interval import contribution_intervals, first_shares
from fourfold.estimator import seeds_from
from fourfold.exceptions import ConvergenceWarning, UndersampledWarning
from fourfold.progress import progress, silent_progress
from fourfold.result import Atoms
from fourfold.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fourfold.result import PID

__all__ = ["Sweep", "decompose_each", "summary", "sweep_seeds", "warn_of_unfinished"]

Setting = TypeVar("Setting")


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sweep(Shown):
    """What sweeps have in common; see `fourfold.ClusterSweep` and `fourfold.NoiseSweep`.

    Attributes
    ----------
    atoms : Atoms of ndarray, each of shape (L,)
        Mean over the seeds for each of the L settings, in bits, corrected as was asked for.
    low, high : Atoms of ndarray, each of shape (L,), or None
        Confidence interval in bits of each atom, for clusters of any one seed; None without
        resampling.
    plug_in : Atoms of ndarray, each of shape (L,)
        Mean over the seeds of the atoms without any correction, in bits.
    bias : Atoms of ndarray, each of shape (L,)
        Mean over the seeds of the estimated bias of the plug-in atoms, in bits: of those for
        which it is known; NaN where that is none.
    mi_joint : ndarray, shape (L,)
        I(X1,X2;Y) in bits, the sum of `atoms`.
    by_seed : ndarray, shape (L, n_seeds, 4)
        The atoms R, U1, U2, S of each fit in bits, of which `atoms` is the mean.
    samples_per_cell : ndarray, shape (L,)
        Samples for each cell of the K1 x K2 x K_Y table, mean over the seeds.
    undersampled : ndarray of bool, shape (L,)
        Whether at least half of the seeds' results are, see `fourfold.PID`.
    contributions : ndarray, shape (L, 2)
        U1 / (U1 + U2) and U2 / (U1 + U2) of `atoms`, negative ones counted as zero; NaN where
        their sum is not larger than the certified gap.
    contribution_intervals : ndarray, shape (L, 2, 2), or None
        Low and high end of the interval of each contribution, for clusters of any one seed; 0
        and 1 where the data do not tell. None without resampling.
    results : tuple of tuple of PID
        The fits, ``results[setting][seed]``.
    seeds : tuple of int
        The `random_state` of the fits of each seed, the same for all settings.
    confidence_level : float
        Of the intervals.
    """

    atoms: Atoms
    low: Atoms | None
    high: Atoms | None
    plug_in: Atoms
    bias: Atoms
    mi_joint: np.ndarray
    by_seed: np.ndarray
    samples_per_cell: np.ndarray
    undersampled: np.ndarray
    contributions: np.ndarray
    contribution_intervals: np.ndarray | None
    results: tuple[tuple[PID, ...], ...]
    seeds: tuple[int, ...]
    confidence_level: float

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values, ready for JSON; of `results` those in `by_seed`.

        Returns
        -------
        dict
            The fields, and `unit`, which is always "bits".
        """
        record: dict[str, Any] = {"unit": "bits"}
        for field in dataclasses.fields(self):
            if field.name != "results":
                record[field.name] = _plain(getattr(self, field.name))
        return record

    def _setting_labels(self) -> tuple[str, list[str]]:
        """What the settings are, for the head of their column, and what each of them is."""
        raise NotImplementedError

    def _notes(self) -> list[str]:
        """What else there is to say below a table."""
        return []

    def _page_heading(self) -> str:
        return f"Atoms by {self._setting_labels()[0]}"

    def _table(self, column: str, settings: Sequence[str]) -> list[str]:
        """A row for each setting, at its end the sum of |bias|; a star where undersampled."""
        rows = [[column, "per cell", "R", "U1", "U2", "S", "I(X1,X2;Y)", "|bias|"]]
        for k, setting in enumerate(settings):
            row = [setting, f"{self.samples_per_cell[k]:.2g}"]
            for name, values in self.atoms._asdict().items():
                row.append(f"{round(values[k], 3) + 0.0:.3f}")
                if self.low is not None and self.high is not None:
                    low, high = getattr(self.low, name)[k], getattr(self.high, name)[k]
                    row[-1] += f" [{round(low, 2) + 0.0:.2f}, {round(high, 2) + 0.0:.2f}]"
            bias = np.abs(self.bias).sum(0)[k]
            row += [f"{self.mi_joint[k]:.3f}", "not known" if np.isnan(bias) else f"{bias:.3f}"]
            rows.append(row)
        widths = [max(map(len, texts)) for texts in zip(*rows, strict=True)]
        stars = " " + "".join(" *"[int(poor)] for poor in self.undersampled)
        lines = [
            f"{star} "
            + "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
            for star, row in zip(stars, rows, strict=True)
        ]
        if self.undersampled.any():
            lines.append("* UNDERSAMPLED: too few samples for tables of this size")
        return lines

    def _heading(self) -> str:
        seeds = len(self.seeds)
        words = f"mean over {seeds} seeds" if seeds > 1 else "one seed"
        if self.low is not None:
            words += f", with {self.confidence_level:.0%} confidence intervals"
        return f"{type(self).__name__} in bits, {words}"


def sweep_seeds(
    random_state: Any, number: int
) -> tuple[tuple[int, ...], list[np.random.SeedSequence]]:
    """Seeds of the clusterings, and of the noise; more of them begin with the same.

    Raises as `PIDEstimator.fit` for what is no `random_state`.
    """
    for_clusters, for_noise = np.random.SeedSequence(seeds_from(random_state)).spawn(2)
    seeds = tuple(int(child.generate_state(1)[0]) for child in for_clusters.spawn(number))
    return seeds, for_noise.spawn(number)


def decompose_each(
    settings: Sequence[Setting],
    n_seeds: int,
    fit: Callable[[Setting, int], PID],
    *,
    tol: float,
    description: str,
) -> tuple[tuple[PID, ...], ...]:
    """Results of `fit` for each setting and number of a seed, with at most one warning.

    Undersampled settings are what a sweep is there to show, so they are not warned of.
    """
    results = []
    with progress(len(settings) * n_seeds, description) as bar:
        for setting in settings:
            of_setting = []
            for seed in range(n_seeds):
                with warnings.catch_warnings(), silent_progress():
                    warnings.simplefilter("ignore", UndersampledWarning)
                    warnings.simplefilter("ignore", ConvergenceWarning)
                    of_setting.append(fit(setting, seed))
                bar.update()
            results.append(tuple(of_setting))
    warn_of_unfinished(results, tol)
    return tuple(results)


def warn_of_unfinished(results: Iterable[Iterable[PID]], tol: float) -> None:
    """Give the one `ConvergenceWarning` of many fits."""
    every = [result for of_setting in results for result in of_setting]
    unfinished = [result.gap for result in every if not result.converged]
    if unfinished:
        msg = (
            f"{len(unfinished)} of {len(every)} fits did not converge: the largest certified "
            f"gap is {max(unfinished):.2e} bits, above tol = {tol:.2e}. The bounds hold; raise "
            "max_iter or tol."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=caller_depth())


def summary(
    results: tuple[tuple[PID, ...], ...], seeds: tuple[int, ...], confidence_level: float
) -> dict[str, Any]:
    """The fields of `Sweep`.

    The variance of an atom for clusters of any one seed is that of sampling, of which each fit
    has an estimate, plus that over the seeds. Each end is as far from the centre as both say::

        low  = m - sqrt(mean((e_s - low_s)**2)  + z**2 var(e_s))
        high = m + sqrt(mean((high_s - e_s)**2) + z**2 var(e_s))

    where e_s is the corrected atom of seed s, m their mean, and low_s, high_s are its interval.
    That is m -+ z sqrt(mean squared standard error + variance over seeds), except that an end
    which a fit puts at zero or at the plug-in atom, for want of samples, lies as far here.
    """
    by_seed = _array(results, lambda result: result.atoms)
    bias = _array(results, lambda result: result.bias)
    removed = results[0][0].bias_correction != "none"
    low = high = shares = None
    if results[0][0].confidence_interval is not None:
        lowest = _array(results, lambda result: result.confidence_interval.low)
        estimates = _array(results, lambda result: result.confidence_interval.estimate)
        highest = _array(results, lambda result: result.confidence_interval.high)
        z = ndtri(0.5 + confidence_level / 2)
        over_seeds = z**2 * estimates.var(1, ddof=1) if len(seeds) > 1 else 0.0
        centre = estimates.mean(1)
        low = _atoms(centre - np.sqrt(((estimates - lowest) ** 2).mean(1) + over_seeds))
        high = _atoms(centre + np.sqrt(((highest - estimates) ** 2).mean(1) + over_seeds))
        shares = np.array([_shares(of_setting, confidence_level) for of_setting in results])
    first = first_shares(by_seed.mean(1))
    gap = _array(results, lambda result: result.gap).mean(1)
    first[np.maximum(by_seed.mean(1)[:, 1:3], 0.0).sum(1) <= gap] = np.nan
    return {
        "atoms": _atoms(by_seed.mean(1)),
        "low": low,
        "high": high,
        "plug_in": _atoms((by_seed + bias if removed else by_seed).mean(1)),
        "bias": _atoms(_known_mean(bias)),
        "mi_joint": _array(results, lambda result: result.mi_joint).mean(1),
        "by_seed": by_seed,
        "samples_per_cell": _array(results, lambda result: result.samples_per_cell.total).mean(
            1
        ),
        "undersampled": _array(results, lambda result: result.undersampled).mean(1) >= 0.5,
        "contributions": np.stack([first, 1 - first], axis=1),
        "contribution_intervals": shares,
        "results": results,
        "seeds": seeds,
        "confidence_level": float(confidence_level),
    }


def _shares(results: tuple[PID, ...], level: float) -> tuple[Any, Any]:
    """Intervals of both contributions, from what would scatter by sampling and by the seed."""
    intervals: list[Any] = [result.confidence_interval for result in results]
    centres = np.array([interval.estimate for interval in intervals])
    centre = centres.mean(0)
    # the deviations of n seeds from their own mean are too small by this factor
    wider = np.sqrt(len(results) / (len(results) - 1)) if len(results) > 1 else 0.0
    scattered = [
        interval.replicates + (wider - 1) * (of_seed - centre)
        for interval, of_seed in zip(intervals, centres, strict=True)
    ]
    return contribution_intervals(np.concatenate(scattered), level)


def _array(results: tuple[tuple[PID, ...], ...], read: Callable[[Any], Any]) -> np.ndarray:
    """Something of each fit, settings and seeds first."""
    return np.array([[read(result) for result in of_setting] for of_setting in results])


def _known_mean(values: np.ndarray) -> np.ndarray:
    """Mean over the seeds (axis 1) whose value is known; NaN where it is of none."""
    known = ~np.isnan(values)
    number = known.sum(1)
    total = np.where(known, values, 0.0).sum(1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _atoms(values: np.ndarray) -> Atoms:
    """Atoms of shape (L,) from an array (L, 4)."""
    return Atoms(*values.T.copy())


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        plain = value.astype(object)
        plain[value != value] = None  # noqa: PLR0124  NaN, of which JSON has none
        return plain.tolist()
    if isinstance(value, Atoms):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
