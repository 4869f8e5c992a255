# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many draws to figures: errors of atoms, coverage of bounds, time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.embeddings.cases import truth_of, wrong_truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["bounds_hold", "summarised"]

#: Half of a two-sided 95 % interval in standard errors.
TWO_SIDED = 1.96


def summarised(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One record for each part, case, number of rows and estimate."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record["part"], record["case"], record["rows"], record["method"]].append(record)
    return [made for key, group in groups.items() for made in _of_group(key, group)]


def _of_group(key: tuple[Any, ...], group: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    part, case, rows, method = key
    good = [record for record in group if not record["wrong"]]
    reasons = sorted({reason for record in group for reason in record["wrong"]})
    common = {
        "part": part,
        "case": case,
        "rows": rows,
        "method": method,
        "draws": len(good),
        "commits": sorted({str(record["commit"])[:8] for record in group}),
        "wrong": [*wrong_truth(case), *reasons],
    }
    if not good:
        yield {**common, "estimate": method}
        return
    common |= {
        "seconds": float(np.median([record["seconds"] for record in good])),
        "cpu_seconds": float(np.median([record["cpu_seconds"] for record in good])),
    }
    for name in good[0]["estimates"]:
        found = np.array([record["estimates"][name] for record in good])
        yield {
            **common,
            "estimate": name,
            **_errors(case, found),
            **_coverage(case, name, good),
        }


def _errors(case: str, found: np.ndarray) -> dict[str, Any]:
    """Of estimates (draws, 4), in bits."""
    made: dict[str, Any] = {"mean": _rounded(found.mean(0))}
    truth = truth_of(case)
    if truth is None:
        return made
    errors = found - np.array(truth)
    sums = np.abs(errors).sum(1)
    return made | {
        "truth": _rounded(truth),
        "mean_error": _rounded(errors.mean(0)),
        "rmse": _rounded(np.sqrt((errors**2).mean(0))),
        "sum_of_errors": round(float(sums.mean()), 6),
        "sum_of_errors_sd": round(float(sums.std()), 6),
    }


def _coverage(case: str, name: str, good: list[dict[str, Any]]) -> dict[str, Any]:
    """How often bounds hold, and twice the standard error reaches the truth."""
    if "bounds" not in good[0] or name != good[0]["method"]:
        return {}
    truth = truth_of(case)
    bounds = np.array([record["bounds"] for record in good], dtype=np.float64)
    sums = [sum(record["estimates"][name]) - record["held_out_joint"] for record in good]
    made: dict[str, Any] = {
        "bounds": _rounded(bounds.mean(0)),
        "sum_minus_held_out_joint": round(float(np.max(np.abs(sums))), 6),
    }
    atoms = np.array([record["estimates"][name] for record in good]) if truth is None else truth
    held = bounds_hold(bounds, np.broadcast_to(atoms, bounds.shape))
    made["bounds_hold"] = held.sum(0).tolist()
    made["all_bounds_hold"] = int(held.all(1).sum())
    if truth is not None:
        centre = np.array([record["estimates"][f"{name} cross-fitted"] for record in good])
        width = TWO_SIDED * np.array([record["standard_error"] for record in good])
        made["two_errors_reach"] = _rounded((np.abs(centre - truth) <= width).mean(0))
    return made


def bounds_hold(bounds: np.ndarray, atoms: np.ndarray) -> np.ndarray:
    """Which of the bounds R >=, U1 <=, U2 <=, S <= hold of atoms, both of shape (draws, 4)."""
    signs = np.array([1.0, -1.0, -1.0, -1.0])
    held: np.ndarray = signs * (atoms - bounds) >= -1e-9
    return held


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 6) for value in values]
