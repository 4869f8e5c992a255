# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables through the solver to atoms, and what there is to say of these."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.undersampling import described, warn_if_undersampled
from fourfold.exceptions import ConvergenceWarning
from fourfold.inputs.device import on_device, to_numpy
from fourfold.inputs.room import require_table
from fourfold.results.atoms import ROUNDING, Information, atoms_of, bounded, python_scalar
from fourfold.results.coupling import AnyFactors, Coupling, Factors, Known
from fourfold.results.dual import CertifiedDual
from fourfold.results.pid import PID
from fourfold.runtime.caller import caller_depth
from fourfold.solve import backends
from fourfold.solve.closed_form import drawn_from_hull, has_closed_form
from fourfold.solve.memory import has_room_for_factors, require_memory
from fourfold.solve.merging import merges, solve_merged

if TYPE_CHECKING:
    from fourfold.counts.sampling_bias import Sampling
    from fourfold.solve.options import SolverOptions
    from fourfold.solve.tables import Table

__all__ = ["solved", "told", "warn_unless_converged"]

#: How much closer than to the tolerance the host goes for a dual pair, until it is as good as that
#: of the bound, but for so many bits.
_FURTHER = (1, 10, 100, 1e3, 1e4, 1e5)
_SAME_BOUND = 1e-12
#: What is read of each problem.
_NUMBERS = {
    **dict.fromkeys(("lower", "upper", "mi1", "mi2", "merged"), np.float64),
    "iterations": np.int64,
    "solver": np.str_,
}


def solved(table: Table, options: SolverOptions, start: backends.Start = None) -> PID:
    """Run the core on one table, a batch or tables of any shapes; nothing is said.

    `start` are r, a and b of an earlier coupling, for tables of one shape.
    """
    if options.merge:
        return _solved_merged(table, options)
    if table.p1y.dtype == object:
        shape = table.p1y.shape
        require_memory(list(zip(table.p1y, table.p2y, strict=True)), options)
        out = backends.solve_many(table.p1y, table.p2y, options)
    elif table.p1y.ndim == 2:
        shape = ()
        require_memory([(table.p1y, table.p2y)], options)
        lazily = has_closed_form(table.p1y, table.p2y, options) or not has_room_for_factors(
            table.p1y, table.p2y, options
        )
        out = backends.solve_one(table.p1y, table.p2y, options, start, factors=not lazily)
    else:
        shape = table.p1y.shape[:-2]
        problems = int(np.prod(shape))
        p1y, p2y = (p.reshape(problems, *p.shape[-2:]) for p in (table.p1y, table.p2y))
        if problems:
            require_memory([(p1y[0], p2y[0])], options)
        out = backends.solve_batch(p1y, p2y, options, start)
    again = _Again(options, start)
    factors = Factors(out["log_r"], out["a"], out["b"]) if "log_r" in out else None
    out["merged"] = np.zeros_like(out["lower"])  # of CuPy for its arrays
    numbers = {name: values for name, values in out.items() if values.ndim == 1}
    if shape:
        numbers = {name: values.reshape(shape) for name, values in numbers.items()}
    else:
        numbers = {name: values.item() for name, values in numbers.items()}
        table = table._replace(mi_joint=float(table.mi_joint))
    return _atoms(numbers, table, factors, out.get("dual"), again)


def _solved_merged(table: Table, options: SolverOptions) -> PID:
    """The same where similar states become one first, of each table by itself."""
    single = table.p1y.dtype != object and table.p1y.ndim == 2
    shape = () if single else table.p1y.shape[: 1 if table.p1y.dtype == object else -2]
    again = _Again(options, None)
    if single:
        one = solve_merged(table.p1y, table.p2y, options)
        table = table._replace(mi_joint=float(table.mi_joint))
        return _atoms(one.numbers, table, one.coupling, one.dual, again)
    # the factors of each are made anew when they are asked for
    found = [
        solve_merged(table.p1y[k], table.p2y[k], options).numbers for k in np.ndindex(shape)
    ]
    numbers = {
        name: np.array([one[name] for one in found], dtype).reshape(shape)
        for name, dtype in _NUMBERS.items()
    }
    return _atoms(numbers, table, None, None, again)


def told(result: PID, sampling: Sampling | None, options: SolverOptions) -> PID:
    """The result, after the warnings that a call gives of it."""
    warn_unless_converged(result.converged, options)
    if sampling is not None:
        warn_if_undersampled(result)
    return result


class _Again(NamedTuple):
    """Solves one problem again as before; the convergence warning was given then."""

    options: SolverOptions
    start: backends.Start

    def factors(self, p1y: Any, p2y: Any) -> AnyFactors:
        """Of the coupling."""
        if has_closed_form(p1y, p2y, self.options):
            return drawn_from_hull(p1y, p2y)
        if merges(p1y, p2y, self.options):
            found = solve_merged(p1y, p2y, self.options, factors=True).coupling
            assert found is not None
            return found
        if not on_device(p1y):
            require_table((len(p1y), len(p2y)), "coupling")
        out = backends.solve_one(p1y, p2y, *self)
        return Factors(out["log_r"], out["a"], out["b"])

    def dual(self, p1y: Any, p2y: Any, lower: float) -> np.ndarray:
        """log a above log b in nats, whose value is at least the lower bound; of the host.

        There the same steps find the same bound. What a CUDA device found by others is reached
        by going further.
        """
        if self.options.merge:
            return solve_merged(p1y, p2y, self.options).dual
        options = dataclasses.replace(self.options, device="cpu")
        for times in _FURTHER:
            out = backends.solve_one(p1y, p2y, options.within(times), self.start, factors=False)
            if out["lower"].item() >= lower - _SAME_BOUND:
                break
        dual: np.ndarray = out["dual"]
        return dual


def _atoms(
    numbers: dict[str, Any],
    table: Table,
    factors: AnyFactors | None,
    dual: np.ndarray | None,
    again: _Again,
) -> PID:
    lower = numbers["lower"]
    short = table.mi_joint < lower - ROUNDING
    if np.any(short):
        least, got = (np.atleast_1d(to_numpy(v)) for v in (lower, table.mi_joint))
        first = np.argmax(np.atleast_1d(to_numpy(short)).ravel())
        msg = (
            "joint_information: expected at least the certified union information "
            f"{least.flat[first]:.9g} bits, got "
            f"{got.flat[first]:.9g}; no distribution with these marginals has it"
        )
        raise ValueError(msg)
    information = Information(numbers["mi1"], numbers["mi2"], table.mi_joint)
    information, union, gap = bounded(information, lower, numbers["upper"])
    attained = _attained(information, union, numbers["upper"], table)
    if attained is not None and np.any(attained.independent):
        factors = None
    coupling = Coupling(table.p1y, table.p2y, factors, again.factors, attained)
    fields: dict[str, Any] = {}
    if table.sampling is not None:
        known: tuple[Any, ...] = (*information, union, gap)
        *plug_in, upper, width = map(to_numpy, known) if np.ndim(gap) else known
        fields = described(Information(*plug_in), upper, width, table.sampling)
    atoms = atoms_of(information, union)
    return PID(
        *atoms,
        mi_joint=information.mi_joint,
        mi1=information.mi1,
        mi2=information.mi2,
        gap=gap,
        converged=gap <= again.options.tol,
        iterations=numbers["iterations"],
        n_samples=python_scalar(table.n_samples),
        solver=numbers["solver"],
        entropy=table.entropy(),
        merged=numbers["merged"],
        **fields,
        plug_in=None if table.n_samples is None else atoms,
        factored=coupling,
        certified_dual=CertifiedDual(table.p1y, table.p2y, union - gap, dual, again.dual),
    )


def _attained(information: Information, union: Any, upper: Any, table: Table) -> Known | None:
    """Couplings whose information is less than the solver's, where that was cut to what I allow."""
    below = union < upper - _SAME_BOUND
    if not np.any(below):
        return None
    cut = np.asarray(to_numpy(below))
    independent = cut & np.asarray(to_numpy(information.mi1 + information.mi2 <= union))
    number = np.full(cut.shape, -1)
    tables: list[np.ndarray] = []
    if table.joint is not None:
        own = np.flatnonzero(cut & ~independent)
        number.flat[own] = np.arange(len(own))
        tables = table.joint(own.tolist())
    return Known(independent[()], number[()], tables)


def warn_unless_converged(converged: Any, options: SolverOptions) -> None:
    """Give the one `ConvergenceWarning` of a call."""
    if bool(np.all(converged)):
        return
    # no number that differs from table to table, so that Python shows a loop of them once
    msg = (
        f"the certified gap is, after max_iter = {options.max_iter} steps, above tol = "
        f"{options.tol:.2e} bits; see result.gap, and of a batch result.converged. The bounds hold; "
        "raise max_iter or tol."
    )
    warnings.warn(msg, ConvergenceWarning, stacklevel=caller_depth())
