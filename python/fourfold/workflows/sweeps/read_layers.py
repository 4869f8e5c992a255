# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings of several layers, and targets of several, as pairs with a target and a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fourfold.counts.binned_target import bins_words
from fourfold.inputs.arrays import as_array, check_same_length, known_shape
from fourfold.inputs.device import on_device
from fourfold.inputs.sparse_rows import dense_rows
from fourfold.workflows.sweeps.paired_layers import paired_layers
from fourfold.workflows.sweeps.profile_cases import Case

__all__ = ["read_layers", "tokens_as_rows"]


def read_layers(
    sources1: Any,
    sources2: Any,
    target: Any,
    *,
    tokens: bool,
    of_target: bool,
    pairing: str,
) -> tuple[tuple[str, ...], list[Case]]:
    """Names of the layers and what there is of each; `of_target` where targets may have layers."""
    ndim = 3 if tokens else 2
    each = {"sources1": _layers(sources1, "sources1", ndim)}
    each["sources2"] = _layers(sources2, "sources2", ndim)
    each["target"] = _target_layers(target) if of_target else target
    layered = {name: layers for name, layers in each.items() if isinstance(layers, dict)}
    if not of_target:
        layered.pop("target", None)
    _check_layered(layered, of_target)
    layered = paired_layers(layered, pairing)
    names = tuple(next(iter(layered.values())))
    cases = [
        Case(
            f"layer {name!r}",
            *(layered[one][name] if one in layered else values for one, values in each.items()),
        )
        for name in names
    ]
    return names, cases


def _target_layers(target: Any) -> Any:
    """Targets by the name of their layer, or the one that all layers share."""
    several = isinstance(target, (list, tuple)) and all(
        getattr(one, "ndim", 0) == 2 for one in target
    )
    if several or isinstance(target, Mapping) or getattr(target, "ndim", 0) == 3:
        return _layers(target, "target", 2, least=1)
    return target


def _layers(sources: Any, name: str, ndim: int, least: int | None = None) -> Any:
    """Arrays by the name of their layer, or the one array that all layers share."""
    rows = "(N, T, d)" if ndim == 3 else "(N, d)"
    if isinstance(sources, Mapping):
        layers = {str(layer): values for layer, values in sources.items()}
        if len(layers) < len(sources):
            msg = f"{name}: two layers have the same name as text: {list(sources)!r}"
            raise ValueError(msg)
    elif isinstance(sources, (list, tuple)):
        layers = {str(k): values for k, values in enumerate(sources)}
    else:
        array = sources if on_device(sources) else as_array(dense_rows(sources, name), name)
        if array.ndim == ndim:
            return array
        if array.ndim != ndim + 1:
            msg = (
                f"{name}: expected a mapping from layer to arrays {rows}, an array (L, "
                f"{rows[1:]}, or one array {rows}, got shape {array.shape}"
            )
            raise ValueError(msg)
        layers = {str(k): values for k, values in enumerate(array)}
    if not layers:
        msg = f"{name}: expected at least one layer, got none"
        raise ValueError(msg)
    for layer, values in layers.items():
        shape = known_shape(values, f"{name}: layer {layer!r}")
        if not (least or ndim) <= len(shape) <= ndim:
            msg = f"{name}: layer {layer!r} has shape {shape}, expected {rows}"
            if len(shape) == 3:
                msg += (
                    ", one row a sample; pool its tokens, as fourfold.torch.capture does, or "
                    "say paired_tokens=True where tokens of both sources belong together"
                )
            raise ValueError(msg)
    return layers


def _check_layered(layered: dict[str, dict[str, Any]], of_target: bool) -> None:
    if not layered:
        every = "sources1, sources2" + (" and target" if of_target else "")
        msg = (
            f"{every}: {'all' if of_target else 'both'} are one array, so there are no layers; "
            "expected a mapping or (L, N, d) for at least one, or use "
            f"fourfold.{'gaussian_pid' if of_target else 'PIDEstimator'}"
        )
        raise ValueError(msg)


def tokens_as_rows(case: Case, held_out: float, target_bins: Any) -> Case:
    """Tokens as rows, blocks of which are one sample."""
    if held_out:
        msg = "held_out: with paired_tokens all rows are counted, expected 0"
        raise ValueError(msg)
    shapes = known_shape(case.x1, "sources1"), known_shape(case.x2, "sources2")
    n, tokens = shapes[0][:2]
    if shapes[1][:2] != (n, tokens):
        msg = (
            f"{case.name}: paired tokens need the same N and T in both sources, got shapes "
            f"{shapes[0]} and {shapes[1]}"
        )
        raise ValueError(msg)
    y = as_array(case.y, "target")
    check_same_length(X1=n, target=len(y) if y.ndim else 0)
    numbers = bool(bins_words(target_bins))
    of_tokens = y.ndim == 2 and y.shape[1] == tokens and (numbers or y.dtype.kind != "f")
    labelled = y.ndim > 1 and y.shape[1] != 1 and y.dtype.kind in "iubUS"
    if labelled and not of_tokens and _is_no_indicator(y):
        msg = (
            f"target: shape {y.shape} is neither a label for each sample, (N,) = ({n},), nor for "
            f"each token, (N, T) = ({n}, {tokens}), nor rows of probabilities"
        )
        raise ValueError(msg)
    y = y.reshape(n * tokens) if of_tokens else np.repeat(y, tokens, axis=0)
    x1, x2 = (
        (x if on_device(x) else as_array(x, name)).reshape(n * tokens, shape[2])
        for x, shape, name in zip((case.x1, case.x2), shapes, ("X1", "X2"), strict=True)
    )
    return Case(case.name, x1, x2, y, tokens)


def _is_no_indicator(y: np.ndarray) -> bool:
    """Whether rows of whole numbers or text are no rows of one 1."""
    return y.dtype.kind in "US" or bool((y.astype(np.int64).sum(-1) != 1).any())
