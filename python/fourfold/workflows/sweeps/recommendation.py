# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which number of clusters a sweep recommends, and why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.held_out_information import FOLDS, HeldOut, most_told
from fourfold.results.words import Clusters, setting_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.posteriors.probe import Probe

__all__ = ["recommendation"]


def recommendation(
    settings: Sequence[Clusters],
    cells: np.ndarray,
    held_out: Sequence[HeldOut],
    undersampled: np.ndarray,
    probe: Probe,
) -> tuple[Clusters | None, str]:
    """The setting that tells most about held-out rows, if any tells something, and why.

    Parameters
    ----------
    settings : sequence of int or (int, int)
    cells : ndarray, shape (L,)
        Of the table of each; the fewest are taken where several tell as much.
    held_out : sequence of HeldOut
        What each tells; NaN where it is not known.
    undersampled : ndarray of bool, shape (L,)
        Whether samples are too few for the atoms, however well the clusters tell the target.
    probe : Probe
        With the information that is found in both sources together.
    """
    told = [one.bits for one in held_out]
    order = [k for k in np.argsort(cells, kind="stable").tolist() if not math.isnan(told[k])]
    if not order:
        return None, f"There are fewer than {FOLDS} samples, of which none can be held out."
    best = most_told(held_out, cells.tolist())
    if best is None:
        most = max(order, key=told.__getitem__)
        chance = ", less than twice the error of that" if told[most] > 0 else ""
        return None, (
            "No setting tells anything about rows that were not counted: at most "
            f"{told[most]:.3f} bits{chance}, with {setting_words(settings[most])} clusters."
        )
    name, bits = setting_words(settings[best]), told[best]
    words = f"{name} clusters tell most about rows that were not counted, {bits:.3f} bits"
    place = order.index(best)
    beside = [order[k] for k in (place - 1, place + 1) if 0 <= k < len(order)]
    if beside:
        others = (f"{setting_words(settings[k])} tell {told[k]:.3f}" for k in beside)
        words += f"; {' and '.join(others)}"
    if place == len(order) - 1:
        words += "; they are the most that were asked for, and more may tell more"
    if undersampled[best]:
        words += ". Its atoms are undersampled all the same: take more samples"
    if probe.why_not:
        words += f". No probe: {probe.why_not}"
    else:
        words += f". A held-out probe of both sources finds {probe.information[2]:.3f}"
    return settings[best], f"{words}."
