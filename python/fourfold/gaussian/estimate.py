# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The estimate of a population's informations and v* from scatters of folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.gaussian.closed_form import ClosedForm, closed_form
from fourfold.gaussian.cross_fitted_unique import CrossFitted, cross_fitted
from fourfold.gaussian.information_bias import information_bias
from fourfold.gaussian.rank_bias import RankBias
from fourfold.results.atoms import Information

if TYPE_CHECKING:
    from fourfold.gaussian.scatters import Scatters

#: Of what halves find more than all rows: less than the 1 of a bias like 1/n, which takes off more
#: than there is where halves have few rows for their columns; as for tables of labels.
EXTRAPOLATION = 2 / 3

__all__ = ["Estimate", "estimate", "plug_in_slopes"]


class Estimate(NamedTuple):
    """In bits; the shape of the batch leads.

    Attributes
    ----------
    exact : ClosedForm
        Of the covariance as it is.
    information : Information
        Without bias.
    low : ndarray
        v* by directions of other rows: at most the population's in the mean, and without bias where
        the sources tell alike of all combinations of y.
    high : ndarray
        v* by directions of the rows themselves, less two thirds of what halves of them find more: at
        least the population's in the mean, and near it where no combination of y is told alike.
    crossed : CrossFitted or None
        None where the folds are too small to confirm a direction; `low` then knows of none.
    of_ranks : ndarray, shape (..., 4), or None
        What ranks had taken off the informations and v*, negative; None without ranks.
    """

    exact: ClosedForm
    information: Information
    low: Any
    high: Any
    crossed: CrossFitted | None
    of_ranks: Any = None

    @property
    def union(self) -> Any:
        """The reported v*: `low`, and not below what one source tells."""
        return np.maximum(self.low, np.maximum(self.information.mi1, self.information.mi2))

    def of(self, layer: tuple[int, ...]) -> Estimate:
        """One of a batch, but for what held-out directions were."""
        return self._replace(
            exact=ClosedForm(*(np.asarray(part)[layer] for part in self.exact)),
            information=Information(
                *(part[layer] for part in map(np.asarray, self.information))
            ),
            low=np.asarray(self.low)[layer],
            high=np.asarray(self.high)[layer],
            of_ranks=None if self.of_ranks is None else self.of_ranks[layer],
        )


def estimate(
    scatters: Scatters, shift: np.ndarray | None = None, exact: ClosedForm | None = None
) -> Estimate:
    """Of scatters (..., F, D, D), whose covariance has the decomposition `exact`.

    `shift` is what ranks add to that covariance (`covariance_shift`), None for no ranks.
    """
    sizes, degrees = scatters.sizes, scatters.total
    cov = scatters.whole() / degrees
    exact = closed_form(cov, sizes) if exact is None else exact
    plug_in = Information(exact.mi1, exact.mi2, exact.mi_joint)
    information = Information(
        *(
            found - bias
            for found, bias in zip(plug_in, information_bias(degrees, sizes), strict=True)
        )
    )
    d1, d2, _ = sizes
    # what one source has more columns than the other takes off its Cov(Y|X)
    logs = np.log2(exact.eigenvalues * ((degrees - d1) / (degrees - d2)))
    told = abs(logs).sum(-1) / 2
    try:
        crossed = cross_fitted(scatters)
    except np.linalg.LinAlgError:  # halves of whose rows y is a function of a source
        crossed = None
    high = told
    if crossed is not None and crossed.extrapolated:
        high = told - EXTRAPOLATION * (crossed.plug_in_of_halves - told)
    of_ranks = None
    if shift is not None:
        ranks = RankBias(cov, shift, degrees, sizes)
        taken = ranks.information()
        information = Information(
            *(found - off for found, off in zip(information, taken, strict=True))
        )
        off = np.zeros_like(high)
        # by directions that are confirmed: of noise ranks take nothing off
        if crossed is not None:
            off = ranks.unique(crossed.slopes.mean(-4))
            # of both together, and the difference is that of the informations
            apart = taken[0] - taken[1]
            crossed = crossed._replace(
                unique1=crossed.unique1 - (off + apart) / 2,
                unique2=crossed.unique2 - (off - apart) / 2,
            )
            high = high - off
        of_ranks = np.stack([*taken, (taken[0] + taken[1] + off) / 2], -1)
    if crossed is None:  # v* is the larger information
        low = abs(information.mi1 - information.mi2)
    else:
        low = crossed.unique1 + crossed.unique2
    middle = (information.mi1 + information.mi2) / 2
    return Estimate(exact, information, middle + low / 2, middle + high / 2, crossed, of_ranks)


def plug_in_slopes(
    cov: np.ndarray, exact: ClosedForm, sizes: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """A1, A2 (..., dy, dy) of U1 + U2 as in `CrossFitted`, by the eigenvectors of all rows."""
    d1, d2, _ = sizes
    vectors = exact.directions
    signs = np.sign(np.log(exact.eigenvalues))
    slopes = []
    for start, stop, way in ((0, d1, -1.0), (d1, d1 + d2, 1.0)):
        source, across = cov[..., start:stop, start:stop], cov[..., start:stop, d1 + d2 :]
        told = across.swapaxes(-1, -2) @ np.linalg.solve(source, across)
        given = cov[..., d1 + d2 :, d1 + d2 :] - told
        size = ((vectors @ given) * vectors).sum(-1)
        weighted = vectors * (way * signs / size)[..., None]
        slopes.append(vectors.swapaxes(-1, -2) @ weighted)
    return slopes[0], slopes[1]
