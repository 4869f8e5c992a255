# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How figures are written, and the line that says where they were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.record.report import Report

__all__ = [
    "UNITS",
    "duration",
    "joined",
    "megabytes",
    "short_duration",
    "size",
    "where",
    "within",
]


#: Packages that a report of this kind measures beside Fourfold.
_PEERS = {
    "run": ("dit", "ecos", "cvxpy", "clarabel"),
    "scale": ("pandas", "polars", "pyarrow", "duckdb"),
    "many": ("cvxpy", "clarabel"),
}


def where(report: Report) -> str:
    """Name the day, the machine and the versions of a report."""
    machine, config = report.machine, report.fourfold_config
    packages = ", ".join(
        f"{name} {report.versions[name]}"
        for name in _PEERS.get(report.kind, ())
        if report.versions.get(name)
    )
    commit = report.git["commit"]
    state = "unknown commit" if commit is None else f"commit {commit[:8]}"
    if report.git["dirty"]:
        state += " with uncommitted changes"
    return (
        f"{report.date[:10]}, {machine['cpu']}, {machine['cores']} cores, {machine['os']}; "
        f"Fourfold {report.versions['fourfold']} ({config.get('compiler')}, "
        f"SIMD level {config.get('simd')}; {state})"
        f"{'; ' if packages else ''}{packages}."
    )


def duration(seconds: float) -> str:
    """Write seconds, or milliseconds, with three significant digits."""
    if seconds < 0.9995:
        return f"{_three(1e3 * seconds)} ms"
    return f"{_three(seconds)} s"


def short_duration(seconds: float) -> str:
    """Write microseconds below 10 ms, so that times of about one size have one unit."""
    return f"{_three(1e6 * seconds)} us" if seconds < 0.01 else duration(seconds)


def _three(value: float) -> str:
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f}"


def megabytes(count: int) -> str:
    """Write a number of bytes in units of 1e6."""
    return f"{count / 1e6:.0f} MB"


def size(states: Sequence[int]) -> str:
    """Write the states of a table."""
    return " x ".join(map(str, states))


def within(limit: str, *, met: bool) -> str:
    """Write that a figure is within its limit, or above."""
    return f"{'within' if met else '**above**'} {limit}"


def joined(reasons: Sequence[str]) -> str:
    """Write what is wrong with an answer."""
    return f"**{'; '.join(reasons)}**"


#: How a figure is written that is held to a target, by its unit.
UNITS: dict[str, Callable[[Any], str]] = {
    "s": duration,
    "bytes": megabytes,
    "a second": "{:.0f} a second".format,
    "rows a second": lambda value: f"{value / 1e6:.3g} million a second",
    "parts": "{:d}".format,
    "times": "{:.2f} times".format,
    "bits": "{:.3f} bits".format,
    "tiny bits": "{:.1e} bits".format,
    "share": lambda value: f"{100.0 * value:.1f} %",
}
