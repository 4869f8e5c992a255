# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where a measurement was made: machine, versions, state of the source tree."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["PACKAGES", "ROOT", "core", "git", "machine", "versions"]

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = (
    "fourfold",
    "numpy",
    "scipy",
    "scikit-learn",
    "dit",
    "ecos",
    "cvxpy",
    "clarabel",
    "pandas",
    "polars",
    "pyarrow",
    "duckdb",
    "cupy-cuda13x",
    "cupy-cuda12x",
)


def machine() -> dict[str, Any]:
    """Describe the processor, memory and system, and how busy the machine is now.

    `variables` are the environment variables that change how threads and kernels run.
    """
    return {
        "cpu": _first_match("/proc/cpuinfo", r"^model name\s*:\s*(.+)$") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "os": _first_match("/etc/os-release", r'^PRETTY_NAME="?([^"\n]+)') or platform.system(),
        "kernel": platform.release(),
        "load_average": round(os.getloadavg()[0], 2),
        "variables": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith(("OMP_", "GOMP_", "FOURFOLD_"))
        },
    }


def versions() -> dict[str, str | None]:
    """Version of Python and of each of `PACKAGES`; None for one that is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found


def git() -> dict[str, Any]:
    """Commit of the source tree, whether files differ from it, and its core; None where unknown.

    What one benchmark writes before the next one starts is left out: results, pages and pictures.
    """
    commit = _git_output("rev-parse", "HEAD")
    written = [f":(exclude){path}" for path in ("benchmarks/results", "docs", "README.md")]
    changes = _git_output("status", "--porcelain", "--", ".", *written)
    dirty = None if changes is None else bool(changes)
    return {"commit": commit, "dirty": dirty, "core": core(commit)}


def core(commit: str | None = "HEAD") -> str | None:
    """What the C++ of a commit is named by: two commits with one name have the same core.

    Returns
    -------
    str or None
        Git's name of the folder csrc; None where the commit is not known here.
    """
    return None if commit is None else _git_output("rev-parse", f"{commit}:csrc")


def _git_output(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None  # an unpacked archive, or no git
    return done.stdout.strip()


def _first_match(path: str, pattern: str) -> str | None:
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(pattern, text, flags=re.MULTILINE)
    return None if found is None else found[1].strip()
