# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The decomposition of samples as of a Gaussian, or of its copula."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.columns import read_columns
from fourfold.gaussian.cross_fitted_unique import cross_fitted
from fourfold.gaussian.information_bias import information_bias
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.scatters import deal_rows
from fourfold.inputs.device import array_module
from fourfold.results.atoms import Atoms, Information, atoms_of, python_scalar
from fourfold.results.gaussian_pid import GaussianPID

__all__ = ["gaussian_pid"]


def gaussian_pid(
    x1: Any,
    x2: Any,
    y: Any,
    *,
    given: Any = None,
    copula: bool = True,
    shrinkage: Any = None,
    bias_correction: str = "auto",
    n_resamples: int = 0,
    confidence_level: float | None = 0.95,
    check_dependence: bool = True,
    random_state: Any = 0,
) -> GaussianPID:
    """Decompose I(X1,X2;Y) of samples as of a Gaussian with their covariance, or their ranks."""
    del shrinkage, n_resamples, confidence_level, check_dependence
    read = read_columns(x1, x2, y, given)
    xp = array_module(read[0].values)
    values = [normal_scores(each.values).values if copula else each.values for each in read]
    if not copula:
        values = [each - each.mean(-2, keepdims=True) for each in values]
        values = [each / each.std(-2, keepdims=True) for each in values]
    batch = np.broadcast_shapes(*(each.shape[:-2] for each in values))
    wide = [xp.broadcast_to(each, (*batch, *each.shape[-2:])) for each in values]
    sizes = tuple(each.shape[-1] for each in wide[:3])
    generator = np.random.default_rng(random_state)
    dealt = deal_rows(
        xp.concatenate(wide[:3], -1),
        sizes,
        generator=generator,
        given=wide[3] if given is not None else None,
    )
    scatters = dealt.scatters
    cov = scatters.whole() / scatters.total
    exact = closed_form(cov, sizes)
    plug = Information(exact.mi1, exact.mi2, exact.mi_joint)
    plug_in = atoms_of(plug, exact.mi1 + exact.unique2)
    crossed = None
    if bias_correction == "none":
        information, union = plug, exact.mi1 + exact.unique2
    else:
        bias = information_bias(scatters.total, sizes)
        information = Information(*(one - off for one, off in zip(plug, bias, strict=True)))
        union = np.maximum(information.mi1, information.mi2)
        crossed = cross_fitted(scatters)
        if crossed is not None:
            middle = (information.mi1 + information.mi2 + crossed.unique1 + crossed.unique2) / 2
            union = np.maximum(union, middle)
    atoms = atoms_of(information, union)
    shape = cov.shape[:-2]
    return GaussianPID(
        **{name: python_scalar(value) for name, value in atoms._asdict().items()},
        mi_joint=python_scalar(information.mi_joint),
        mi1=python_scalar(information.mi1),
        mi2=python_scalar(information.mi2),
        gap=python_scalar(np.zeros(shape)),
        converged=python_scalar(np.ones(shape, dtype=bool)),
        iterations=python_scalar(np.zeros(shape, dtype=int)),
        n_samples=python_scalar(np.full(shape, values[0].shape[-2])),
        solver="closed-form",
        bias_correction="none" if bias_correction == "none" else "digamma",
        plug_in=Atoms(*map(python_scalar, plug_in)),
        bias=Atoms(*(python_scalar(a - b) for a, b in zip(plug_in, atoms, strict=True))),
        unique_cross_fitted=None
        if crossed is None
        else (python_scalar(crossed.unique1), python_scalar(crossed.unique2)),
        eigenvalues=exact.eigenvalues,
        directions=exact.directions,
        sizes=sizes,
        model="copula" if copula else "gaussian",
    )
