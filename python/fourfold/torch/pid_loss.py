# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The atoms of a batch as a part of a loss: values with one subgradient each."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from fourfold.torch.batch_informations import BatchInformations, Rows, batch_informations

__all__ = ["BatchAtoms", "pid_loss"]

#: By how much rows of probabilities may miss a sum of 1: those of bfloat16 do by a percent.
_SUM = 2e-2


class BatchAtoms(NamedTuple):
    """Tensors without axes, in bits, that backward() may start from.

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : Tensor
        Of the posteriors of a batch, calibrated to its labels. Their sum is I(X1,X2;Y), as far
        as the third head tells.

    See Also
    --------
    fourfold.torch.pid_loss : Makes it.
    fourfold.PosteriorPID : Atoms to report.

    Examples
    --------
    >>> import torch
    >>> from fourfold.torch import pid_loss
    >>> y = torch.tensor([0, 1] * 32)
    >>> sure, blind = 0.98 * torch.eye(2)[y] + 0.01, torch.full((64, 2), 0.5)
    >>> atoms = pid_loss(blind, blind, sure, y)  # only both heads together tell
    >>> bool(atoms.synergy > 0.8), bool(sum(atoms) < 1)  # at most H(Y), 1 bit
    (True, True)
    """

    redundancy: torch.Tensor
    unique1: torch.Tensor
    unique2: torch.Tensor
    synergy: torch.Tensor


def pid_loss(
    p1: torch.Tensor,
    p2: torch.Tensor,
    p12: torch.Tensor,
    y: torch.Tensor,
    *,
    tol: float = 1e-2,
    max_iter: int = 20_000,
) -> BatchAtoms:
    """Atoms of what three heads tell about the labels of a batch, in bits, to be trained on.

    Add ``-0.1 * pid_loss(...).synergy`` to a loss to encourage synergy, or
    ``0.1 * pid_loss(...).redundancy`` to hold redundancy down. The heads are those of either source and of both,
    and are trained by their cross-entropies as always.

    Each head's posteriors are first calibrated to the labels by a temperature and class offsets.
    Then I(X1;Y), I(X2;Y) and I(X1,X2;Y) are H(Y) less the cross-entropies, v* is that of the
    calibrated posteriors, and a head gains nothing by being surer, or less sure, than it should be.

    Parameters
    ----------
    p1, p2, p12 : Tensor, shape (n, K), floating
        Probabilities from X1, from X2 and from both, as of `torch.softmax`. Numbers below the
        smallest normal one of their type, as zeros of a softmax, count as that, without gradient.
    y : Tensor, shape (n,) of integers from 0 to K - 1, or (n, K) of probabilities
        The labels; they get no gradient. Classes that no row has are left out.
    tol : float
        Gap of the solver in bits. All four values are off by at most that, and U1, U2 never
        below 0.
    max_iter : int
        Of the solver, as in `fourfold.decompose`.

    Returns
    -------
    BatchAtoms
        Four tensors without axes on the device of p12; float32, or float64 if a head is.

    Raises
    ------
    TypeError
        If an argument is no tensor of the kind that is asked for, or inside `torch.func.vmap`, `grad` or
        another transform, in which values cannot be read.
    ValueError
        If shapes do not fit, rows are no probabilities, or labels are out of range.
    RuntimeError
        In ``backward(create_graph=True)``: there are no second derivatives.

    Warns
    -----
    ConvergenceWarning
        If the gap is above `tol` after `max_iter` steps. The values are then off by that gap.

    Notes
    -----
    v* is the certified lower bound, and its gradient is the dual pair that attains it (envelope
    theorem), pulled back through the calibration by implicit differentiation. Where several
    pairs do, as between equal sources, it is that of one of them: a subgradient. The work is done on
    the host, in double precision; tensors of a device are copied there and the gradients
    back. `torch.compile` breaks the graph here.

    The labels are read with a doubt of 1/(n+1), so a batch that is told without error has
    somewhat less than H(Y). A head whose best temperature is below 1/10 gets 1/10; one that is best
    inverted tells nothing, and gets no gradient. A small batch tells what chance put there: of heads
    that are blind it tells about 0.4/n bits, of their v* more.

    References
    ----------
    The estimate and its gradient, with proofs: docs/training.md. The dual: docs/algorithm.md.
    Calibration to labels in doubt: Platt, "Probabilistic outputs for support vector machines" (1999),
    section 2.2.

    See Also
    --------
    fourfold.posterior_pid : The same with labels held out, errors and bounds, to report.

    Examples
    --------
    >>> import torch
    >>> from fourfold.torch import pid_loss
    >>> y = torch.tensor([0, 1] * 64)
    >>> logits = torch.randn(128, 2, generator=torch.Generator().manual_seed(0))
    >>> logits = (logits + 2 * torch.eye(2)[y]).requires_grad_()
    >>> p1, p2 = torch.softmax(logits, 1), torch.full((128, 2), 0.5)
    >>> atoms = pid_loss(p1, p2, p1, y)
    >>> atoms.redundancy.item(), round(atoms.unique1.item(), 2)
    (0.0, 0.73)
    >>> (-atoms.unique1).backward()
    >>> logits.grad.shape
    torch.Size([128, 2])
    """
    found = _found
    if torch.compiler.is_compiling():  # a graph has no room for NumPy and the solver
        found = torch.compiler.disable(_found)  # type: ignore[no-untyped-call]
    return found({"p1": p1, "p2": p2, "p12": p12}, y, tol, max_iter)


def _found(heads: dict[str, torch.Tensor], y: Any, tol: float, max_iter: int) -> BatchAtoms:
    """See `pid_loss`."""
    rows = {name: _probabilities(p, name) for name, p in heads.items()}
    shape = rows["p12"].shape
    for name, p in rows.items():
        if p.shape != shape:
            msg = f"{name}: got shape {p.shape}, but p12 has {shape}; expected the same of both"
            raise ValueError(msg)
    found = batch_informations(
        list(rows.values()),
        [torch.finfo(p.dtype).tiny for p in heads.values()],
        _shares(y, *shape),
        slopes=torch.is_grad_enabled() and any(p.requires_grad for p in heads.values()),
        tol=tol,
        max_iter=max_iter,
    )
    dtype = torch.float32
    for head in heads.values():
        dtype = torch.promote_types(dtype, head.dtype)
    values = torch.tensor(found.values, dtype=dtype, device=heads["p12"].device)
    if found.own:
        values = _WithSlopes.apply(values, found, *heads.values())  # type: ignore[no-untyped-call]
    mi1, mi2, mi_joint, union = values
    return BatchAtoms(mi1 + mi2 - union, union - mi2, union - mi1, mi_joint - union)


class _WithSlopes(torch.autograd.Function):
    """The values as they are, with the slopes that were found."""

    @staticmethod
    def forward(
        ctx: Any, values: torch.Tensor, found: BatchInformations, *heads: torch.Tensor
    ) -> torch.Tensor:
        slopes = [*found.own, *found.union]
        devices = [heads[k].device for k in (0, 1, 2, 0, 1)]
        ctx.save_for_backward(
            *(
                torch.as_tensor(slope, dtype=values.dtype, device=device)
                for slope, device in zip(slopes, devices, strict=True)
            )
        )
        ctx.dtypes = [p.dtype for p in heads]
        return values.clone()

    @staticmethod
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        if torch.is_grad_enabled():
            msg = (
                "pid_loss: has no second derivatives, its gradient is that of a dual pair; "
                "expected backward() without create_graph=True"
            )
            raise RuntimeError(msg)
        own1, own2, own12, union1, union2 = ctx.saved_tensors
        by1, by2, by12, by_union = outer[0]
        slopes = (by1 * own1 + by_union * union1, by2 * own2 + by_union * union2, by12 * own12)
        return None, None, *(s.to(t) for s, t in zip(slopes, ctx.dtypes, strict=True))


def _on_host(values: Any, name: str, dtype: torch.dtype) -> np.ndarray:
    try:
        return np.asarray(values.detach().to("cpu", dtype).numpy())
    except RuntimeError as error:
        msg = (
            f"{name}: cannot be read inside torch.func.vmap, grad or another transform; call "
            "pid_loss outside of them, with one batch, and take gradients by backward()"
        )
        raise TypeError(msg) from error


def _probabilities(values: Any, name: str) -> Rows:
    """Rows (n, K) on the host in double precision, or raise."""
    if not isinstance(values, torch.Tensor) or not values.is_floating_point():
        got = values.dtype if isinstance(values, torch.Tensor) else type(values).__name__
        msg = f"{name}: got {got}; expected a tensor of probabilities, as of torch.softmax"
        raise TypeError(msg)
    if values.ndim != 2 or not values.numel():
        msg = (
            f"{name}: got shape {tuple(values.shape)}; expected (rows, classes), none of them 0"
        )
        raise ValueError(msg)
    rows = _on_host(values, name, torch.float64)
    sums = rows.sum(1)
    # written so that NaN is wrong too
    wrong = ~((rows >= 0).all(1) & (np.abs(sums - 1) <= _SUM))
    if wrong.any():
        row = int(wrong.argmax())
        msg = (
            f"{name}: row {row} is {rows[row][:4].tolist()}{'...' if rows.shape[1] > 4 else ''} "
            f"and sums to {sums[row]:.6g}; expected probabilities, at least 0 with sum 1. Of "
            f"logits make torch.softmax({name}, 1)"
        )
        raise ValueError(msg)
    return rows


def _shares(y: Any, n: int, classes: int) -> Rows:
    """The labels as probabilities (n, K), or raise."""
    if not isinstance(y, torch.Tensor) or y.dtype == torch.bool or y.is_complex():
        got = y.dtype if isinstance(y, torch.Tensor) else type(y).__name__
        msg = f"y: got {got}; expected a tensor of integers, or of probabilities"
        raise TypeError(msg)
    expected = (n, classes) if y.is_floating_point() else (n,)
    if y.shape != expected:
        msg = (
            f"y: got {y.dtype} of shape {tuple(y.shape)}; expected integers of shape ({n},), or "
            f"probabilities of shape ({n}, {classes})"
        )
        raise ValueError(msg)
    if y.is_floating_point():
        rows = _probabilities(y, "y")
        normalised: Rows = rows / rows.sum(1, keepdims=True)
        return normalised
    labels = _on_host(y, "y", torch.int64)
    wrong = (labels < 0) | (labels >= classes)
    if wrong.any():
        row = int(wrong.argmax())
        msg = (
            f"y: row {row} is {labels[row]}; expected classes from 0 to {classes - 1}. Leave rows "
            "without a label out"
        )
        raise ValueError(msg)
    one_hot: Rows = np.eye(classes)[labels]
    return one_hot
