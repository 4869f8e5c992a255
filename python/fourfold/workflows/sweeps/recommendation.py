# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which number of clusters a sweep recommends, and why."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from fourfold.counts.undersampling import ENOUGH, ENOUGH_CORRECTED
from fourfold.results.words import Clusters, setting_words

__all__ = ["SMALL_CHANGE", "SMALL_SHARE", "Verdict", "recommendation"]

#: Below the samples per cell that always do, bias is small where its estimates add up to at most
#: this share of I(X1,X2;Y), and halving the samples changes the atoms by at most so many bits.
SMALL_SHARE = 0.1
SMALL_CHANGE = 0.05


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Whether one setting is trusted, and the figures that say so."""

    setting: Clusters
    undersampled: int
    n_seeds: int
    n_samples: int
    pairs: int
    per_cell: float
    enough: int  # samples per cell that always do
    bias: float  # bits, of the four atoms
    mi_joint: float
    change: float  # bits, of the four atoms, by half of the samples; NaN where not known

    @classmethod
    def of(cls, setting: Clusters, fields: dict[str, Any], k: int) -> Verdict:
        results = fields["results"][k]
        bias = np.array([atom[k] for atom in fields["bias"]])
        plug_in = np.array([atom[k] for atom in fields["plug_in"]])
        change = math.nan
        if results[0].confidence_interval is not None:
            drifts = [result.confidence_interval.drift for result in results]
            change = float(np.abs(np.mean(drifts, axis=0)).sum())
        corrected = results[0].bias_correction != "none"
        return cls(
            setting=setting,
            undersampled=sum(bool(result.undersampled) for result in results),
            n_seeds=len(results),
            n_samples=results[0].n_samples,
            pairs=math.prod(setting) if isinstance(setting, tuple) else setting**2,
            per_cell=float(fields["samples_per_cell"][k]),
            enough=ENOUGH_CORRECTED if corrected else ENOUGH,
            bias=float(np.abs(bias).sum()),
            mi_joint=float((plug_in - bias).sum()),
            change=change,
        )

    @property
    def cells(self) -> float:
        """Of the table, K1 K2 K_Y."""
        return self.n_samples / self.per_cell

    @property
    def many_undersampled(self) -> bool:
        """Whether at least half of the seeds' results are."""
        return 2 * self.undersampled >= self.n_seeds

    @property
    def trusted(self) -> bool:
        """Whether there are enough samples; see `fourfold.cluster_sweep`."""
        if self.many_undersampled:
            return False
        small = self.bias <= SMALL_SHARE * self.mi_joint and self.change <= SMALL_CHANGE
        return self.per_cell >= self.enough or small

    def figures(self) -> str:
        """Why it is trusted, or why it is not."""
        words = (
            f"with {setting_words(self.setting)} clusters there are {self.per_cell:.2g} "
            "samples per cell"
        )
        if self.many_undersampled:
            return f"{words}, and {self.undersampled} of {self.n_seeds} seeds are undersampled"
        if self.per_cell >= self.enough:
            return f"{words}, and {self.enough} are enough"
        words += f", an estimated bias of {self.bias:.3f} bits"
        if self.mi_joint > 0:
            words += f" ({self.bias / self.mi_joint:.0%} of I(X1,X2;Y))"
        if math.isnan(self.change):
            return f"{words}, and without resampling it is not known whether they do"
        return f"{words}, and a change of {self.change:.3f} bits by halving the samples"

    def remedy(self) -> str:
        """What would bring as many samples per cell as always do."""
        excess = self.enough / self.per_cell
        samples = math.ceil(float(f"{self.n_samples * excess:.2g}"))
        states = int(math.sqrt(self.pairs / excess))
        fewer = f", or {states} clusters of each source" if states > 1 else ""
        return f"About {samples} samples{fewer} would do."


def recommendation(verdicts: list[Verdict]) -> tuple[Clusters | None, str]:
    """The setting to use, if any is trusted, and why."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.cells)
    refused = [verdict for verdict in ordered if not verdict.trusted]
    limit = refused[0].cells if refused else math.inf
    accepted = [v for v in ordered if v.trusted and v.cells <= limit]
    if not accepted:
        first = refused[0]
        return None, f"No setting can be trusted: {first.figures()}. {first.remedy()}"
    most = max(verdict.cells for verdict in accepted)
    best = next(verdict for verdict in accepted if verdict.cells == most)
    then = f"; {refused[0].figures()}" if refused else "; all settings can be trusted"
    words = f"{best.figures()}{then}."
    return best.setting, words[0].upper() + words[1:]
