# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of a decomposition: four atoms in bits, and the certificate around them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.device_arrays import host_index, to_numpy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from fourfold.coupling import Coupling

__all__ = ["PID", "Atoms"]

Value = Any  # a float for one problem, an array with the batch shape for a batch


class Atoms(NamedTuple):
    """One number for each of the four parts of I(X1,X2;Y).

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : float or ndarray
        In the order R, U1, U2, S; arrays for a batch.
    """

    redundancy: Value
    unique1: Value
    unique2: Value
    synergy: Value


@dataclasses.dataclass(frozen=True, repr=False, eq=False)
class PID:
    """Partial information decomposition of I(X1,X2;Y) (Bertschinger et al. 2014), in bits.

    With v* the union information, the least I_q(X1,X2;Y) over all q that keep p(x1,y) and
    p(x2,y)::

        R = I(X1;Y) + I(X2;Y) - v*      U1 = v* - I(X2;Y)
        S = I(X1,X2;Y) - v*             U2 = v* - I(X1;Y)

    so the atoms add up to I(X1,X2;Y), and one certified interval around v* is an interval
    of the same width around each atom. The atoms are those of the upper end of that
    interval, the value of a coupling that was found.

    For a batch every field is an array with the batch's shape; index the result to get the
    parts.

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : float or ndarray
        The atoms R, U1, U2, S in bits. `synergy` is NaN when I(X1,X2;Y) is not known.
    mi_joint, mi1, mi2 : float or ndarray
        I(X1,X2;Y), I(X1;Y) and I(X2;Y) in bits. `mi_joint` is NaN when not known.
    gap : float or ndarray
        Width in bits of the certified interval around each atom.
    converged : bool or ndarray
        Whether `gap` is at most the tolerance that was asked for; nothing else decides it.
    iterations : int or ndarray
        Outer steps of the solver.
    n_samples : int, ndarray or None
        Number of samples behind the counts; None when probabilities were given.
    solver : str or ndarray
        What solved it, always of NumPy in a batch: "cpu"; "cuda-shared" or "cuda-block", one block of GPU threads with its
        arrays in shared or in global memory; "cuda-grid", the whole device.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16
    (2014), Definition 1 and equations (5) to (8).

    Examples
    --------
    >>> import fourfold as ff
    >>> result = ff.decompose(ff.gates.AND.pmf)
    >>> round(result.redundancy, 4), round(result.synergy, 4)
    (0.3113, 0.5)
    """

    redundancy: Value
    unique1: Value
    unique2: Value
    synergy: Value
    mi_joint: Value
    mi1: Value
    mi2: Value
    gap: Value
    converged: Value
    iterations: Value
    n_samples: Value = None
    solver: Value = "cpu"
    _coupling: Coupling | None = None

    # -- the certificate ---------------------------------------------------------------

    @property
    def union_information(self) -> Value:
        """R + U1 + U2 in bits: the least I_q(X1,X2;Y) given both pairwise marginals."""
        return self.redundancy + self.unique1 + self.unique2

    @property
    def lower(self) -> Atoms:
        """Certified lower bound of each atom in bits."""
        return Atoms(
            self.redundancy,
            python_scalar(np.maximum(self.unique1 - self.gap, 0.0)),
            python_scalar(np.maximum(self.unique2 - self.gap, 0.0)),
            self.synergy,
        )

    @property
    def upper(self) -> Atoms:
        """Certified upper bound of each atom in bits."""
        return Atoms(
            self.redundancy + self.gap,
            self.unique1,
            self.unique2,
            self.synergy + self.gap,
        )

    # -- ways to read it ---------------------------------------------------------------

    @property
    def atoms(self) -> Atoms:
        """The four atoms (R, U1, U2, S) in bits."""
        return Atoms(self.redundancy, self.unique1, self.unique2, self.synergy)

    def contributions(self) -> tuple[Value, Value]:
        """Share of each source in the unique information.

        Returns
        -------
        c1, c2 : float or ndarray
            U1 / (U1 + U2) and U2 / (U1 + U2), without unit. NaN where U1 + U2 is not
            larger than the certified gap, or than rounding: the ratio would then say nothing.
        """
        total = self.unique1 + self.unique2
        known = total > np.maximum(self.gap, 1e-12)
        safe = np.where(known, total, 1.0)
        return (
            python_scalar(np.where(known, self.unique1 / safe, np.nan)),
            python_scalar(np.where(known, self.unique2 / safe, np.nan)),
        )

    def fractions(self) -> Atoms:
        """Each atom as a fraction of I(X1,X2;Y); NaN where that is zero or not known."""
        total = np.where(self.mi_joint > 0, self.mi_joint, np.nan)
        return Atoms(*(python_scalar(atom / total) for atom in self.atoms))

    def coupling(self, i: Any = None, j: Any = None) -> np.ndarray:
        """Read the coupling q*(x1,x2,y) that attains the reported union information.

        It keeps p(x1,y) and p(x2,y), and is held as factors; only the part asked for is
        formed. Where several couplings are optimal, this is the one that the solver's
        iteration leads to; the atoms do not depend on the choice.

        Parameters
        ----------
        i, j : int or array of int, optional
            States of X1 and of X2, broadcast against each other. None stands for all.

        Returns
        -------
        ndarray
            Probabilities, shape (broadcast shape of i and j) + (K_Y,); shape (K2, K_Y) with
            only i, (K1, K_Y) with only j, (K1, K2, K_Y) with neither.

        Raises
        ------
        ValueError
            If the array asked for would have more than `fourfold.coupling.MAX_DENSE_ENTRIES`
            entries, if i and j do not broadcast, or the result is a batch (index it first).
        IndexError
            If i or j is not a state.
        """
        if self.shape:
            msg = (
                f"coupling: this result is a batch of shape {self.shape}; "
                "index it first, for example result[0].coupling()"
            )
            raise ValueError(msg)
        if self._coupling is None:
            msg = "coupling: this result was built without its marginals and has no coupling"
            raise ValueError(msg)
        return self._coupling.read(i, j)

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values, ready for JSON; None for what is not known.

        Returns
        -------
        dict
            The fields, `union_information`, the bounds `lower` and `upper` of each atom,
            and `unit`, which is always "bits".
        """
        record: dict[str, Any] = {"unit": "bits"}
        for name in (*Atoms._fields, "mi_joint", "mi1", "mi2", "union_information", "gap"):
            record[name] = _plain(getattr(self, name))
        record["converged"] = _plain(self.converged)
        record["iterations"] = _plain(self.iterations)
        record["n_samples"] = _plain(self.n_samples)
        record["solver"] = _plain(self.solver)
        for name in ("lower", "upper"):
            bounds = getattr(self, name)
            record[name] = {key: _plain(value) for key, value in bounds._asdict().items()}
        return record

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the atoms as a stacked bar in bits; see `fourfold.plotting.plot`."""
        from fourfold.plotting import plot  # noqa: PLC0415  matplotlib is optional

        return plot(self, ax=ax, **options)

    # -- batches -----------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch; () for one problem."""
        return np.shape(self.gap)

    def __len__(self) -> int:
        if not self.shape:
            msg = "len() of one decomposition: this result is not a batch"
            raise TypeError(msg)
        return self.shape[0]

    def __getitem__(self, index: Any) -> PID:
        if not self.shape:
            msg = "index: this result is one decomposition, not a batch"
            raise TypeError(msg)
        parts = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "_coupling"
        }
        picked = {name: _part(value, index) for name, value in parts.items()}
        coupling = None if self._coupling is None else self._coupling[index]
        return PID(**picked, _coupling=coupling)

    def __iter__(self) -> Iterator[PID]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        if self.shape:
            return self._repr_batch()
        rows = [
            ("redundancy  R", self.redundancy),
            ("unique 1    U1", self.unique1),
            ("unique 2    U2", self.unique2),
            ("synergy     S", self.synergy),
            ("I(X1,X2;Y)", self.mi_joint),
        ]
        lines = ["PID in bits"]
        lines += [f"  {label:<16}{_number(value)}" for label, value in rows]
        state = "converged" if self.converged else "NOT converged"
        note = f"  certified gap   {self.gap:.1e}, {state} in {self.iterations} iterations"
        if self.n_samples is not None:
            note += f", {self.n_samples} samples"
        return "\n".join([*lines, note])

    def _repr_batch(self) -> str:
        lines = [f"PID in bits, batch of shape {self.shape}"]
        if np.size(self.gap):
            for label, value in zip(("R ", "U1", "U2", "S "), self.atoms, strict=True):
                lines.append(f"  {label}  mean {float(np.mean(value)):.6f}  range "
                             f"[{float(np.min(value)):.6f}, {float(np.max(value)):.6f}]")  # fmt: skip
            lines.append(
                f"  largest certified gap {float(np.max(self.gap)):.1e}, "
                f"{int(np.sum(self.converged))} of {np.size(self.gap)} converged"
            )
        return "\n".join(lines)


def _number(value: float) -> str:
    return "not known" if np.isnan(value) else f"{value:.6f}"


def python_scalar(value: Any) -> Any:
    """A number of Python for an array without axes, of the host or of a device."""
    return value.item() if np.ndim(value) == 0 and hasattr(value, "item") else value


def _part(value: Any, index: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, np.ndarray):
        index = host_index(index)
    return python_scalar(value[index])


def _plain(value: Any) -> Any:
    if value is None:
        return None
    array = to_numpy(value)
    if array.dtype.kind == "f":
        plain = array.astype(object)
        plain[np.isnan(array)] = None
        return plain.tolist()
    return array.tolist()
