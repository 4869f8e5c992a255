# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of a Gaussian fitted to samples, layer by layer and as a batch."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.from_covariance import (
    atoms_of_closed_form,
    fields_of,
    informations_of,
    scalars,
)
from fourfold.gaussian.heavy_tails import heavy_tails
from fourfold.gaussian.influence import row_bits
from fourfold.gaussian.interval import (
    errors_of_draws,
    errors_of_rows,
    interval_of,
    standard_errors,
)
from fourfold.gaussian.zero_tests import zero_pvalues
from fourfold.results.atoms import Atoms, Information, atoms_of, python_scalar
from fourfold.results.confidence_interval import ConfidenceInterval
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.gaussian_table import APART
from fourfold.runtime.caller import caller_depth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.gaussian.closed_form import ClosedForm
    from fourfold.gaussian.estimate import Estimate
    from fourfold.gaussian.samples import GaussianSamples
    from fourfold.gaussian.scatters import Dealt
    from fourfold.inference.options import Inference
    from fourfold.results.gaussian_pid import Dependence

__all__ = ["fitted_result", "shrunk_result"]


def fitted_result(
    samples: GaussianSamples,
    dealt: Dealt,
    found: Estimate,
    inference: Inference,
    seed: int,
    dependence: Dependence | None = None,
    *,
    copula: bool,
) -> GaussianPID:
    """With errors and intervals of each layer."""
    scatters = dealt.scatters
    layers = list(np.ndindex(samples.shape))
    bits = [row_bits(dealt, found, layer) for layer in layers]
    tails = heavy_tails(dealt.residual, of_ranks=copula)
    generator = np.random.default_rng(seed)
    if inference.n_resamples:
        errors = errors_of_draws(bits, scatters, inference.n_resamples, generator, tails)
    else:
        errors = [
            errors_of_rows(each, scatters, found.of(layer).of_ranks)
            for layer, each in zip(layers, bits, strict=True)
        ]
    interval = None
    if inference.confidence_level is not None:
        interval = _joined(
            [
                interval_of(
                    found.of(layer), each, of_rows, inference.confidence_level, scatters
                )
                for layer, each, of_rows in zip(layers, errors, bits, strict=True)
            ],
            samples.shape,
        )
    plug_in = atoms_of_closed_form(found.exact)
    corrected = atoms_of(found.information, found.union)
    unique = None
    if found.crossed is not None:
        unique = (found.crossed.unique1, found.crossed.unique2)
    _warn_of_unconfirmed(plug_in, unique)
    asked = inference.bias_correction != "none"
    return _result(
        samples,
        found.exact,
        corrected if asked else plug_in,
        found.information if asked else informations_of(found.exact),
        model="copula" if copula else "gaussian",
        bias_correction="digamma" if asked else "none",
        plug_in=scalars(plug_in),
        bias=scalars(Atoms(*(a - b for a, b in zip(plug_in, corrected, strict=True)))),
        standard_error=scalars(
            Atoms(*_stacked([standard_errors(each) for each in errors], samples.shape))
        ),
        dependence=dependence,
        kink=None if interval is None else interval.kink,
        confidence_interval=interval,
        pvalues=zero_pvalues(
            scatters,
            found.exact,
            inference.n_resamples or 0,
            generator,
            tails=tails,
        ),
        unique_cross_fitted=None if unique is None else tuple(map(python_scalar, unique)),
        row_terms=np.stack([each.low for each in bits]).reshape(
            (*samples.shape, *bits[0].low.shape)
        ),
    )


def shrunk_result(
    samples: GaussianSamples, found: ClosedForm, share: np.ndarray, *, copula: bool
) -> GaussianPID:
    """The atoms of a shrunk matrix, and nothing of their errors."""
    return _result(
        samples,
        found,
        atoms_of_closed_form(found),
        informations_of(found),
        model="copula" if copula else "gaussian",
        bias_correction="none",
        shrinkage=python_scalar(share),
    )


def _result(
    samples: GaussianSamples,
    exact: ClosedForm,
    atoms: Atoms,
    information: Information,
    **more: Any,
) -> GaussianPID:
    # of columns as they came: v'Y is the same
    scale = samples.scale[..., -samples.sizes[2] :]
    return GaussianPID(
        **fields_of(atoms, information, samples.rows.shape[-2]),
        eigenvalues=exact.eigenvalues,
        directions=exact.directions / scale[..., None, :],
        sizes=samples.sizes,
        given=samples.n_given,
        target_scale=scale,
        target_columns=samples.target_labels,
        **more,
    )


def _stacked(rows: Sequence[Any], shape: tuple[int, ...]) -> np.ndarray:
    """Values of layers (..., 4) as 4 arrays of the batch's shape."""
    values = np.array(rows, dtype=float)
    found: np.ndarray = np.moveaxis(values.reshape(*shape, values.shape[-1]), -1, 0)
    return found


def _joined(
    intervals: Sequence[ConfidenceInterval], shape: tuple[int, ...]
) -> ConfidenceInterval:
    """The intervals of layers as one whose fields have the batch's shape."""
    first = intervals[0]
    if not shape:
        return first
    atoms: dict[str, Any] = {
        name: Atoms(*_stacked([getattr(each, name) for each in intervals], shape))
        for name in ("low", "high", "estimate", "bias_error")
    }
    shares = np.moveaxis(np.array([each.contributions for each in intervals]), 0, -1)
    replicates = np.stack([each.replicates for each in intervals])
    scatter = np.empty(len(intervals), dtype=object)
    for k, each in enumerate(intervals):
        scatter[k] = each.scatter
    return dataclasses.replace(
        first,
        **atoms,
        contributions=((shares[0, 0], shares[0, 1]), (shares[1, 0], shares[1, 1])),
        kink=np.array([each.kink for each in intervals]),  # type: ignore[arg-type]
        replicates=replicates,
        scatter=scatter.reshape(shape),  # type: ignore[arg-type]
    )


def _warn_of_unconfirmed(plug_in: Atoms, unique: tuple[Any, Any] | None) -> None:
    """Say where U1 and U2 of the matrix are more than other rows confirm."""
    if unique is None:
        msg = (
            "the rows are too few for half of them to confirm what directions of the other half "
            "find: U1 and U2 are reported as if one source told all that the other does, v* = "
            "max(I1, I2); plug_in has what the samples' covariance says. Give more rows, or fewer "
            "columns (PCA)"
        )
        warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
        return
    pairs = zip(plug_in[1:3], unique, strict=True)
    if max(np.abs(np.asarray(found) - confirmed).max() for found, confirmed in pairs) > APART:
        # without the numbers, so that Python shows a loop over pairs of sources once
        msg = (
            "the samples' covariance and other rows do not agree: U1 or U2 by directions of all rows "
            "and as confirmed by rows that did not choose them, plug_in and unique_cross_fitted of "
            "the result, are apart. The reported "
            "atoms are made of the latter, which is low where unique parts are small, and of v* not "
            "below max(I1, I2); the interval has both. More rows, or fewer columns of y, bring them "
            "together"
        )
        warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
