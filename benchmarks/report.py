# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The JSON file of one benchmark: what was measured, on what, and how."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shlex
from pathlib import Path
from typing import Any

from benchmarks import environment

__all__ = ["RESULTS", "Report"]

SCHEMA = "fourfold-benchmark"
SCHEMA_VERSION = 1

#: Where the reports are kept, next to the code that made them.
RESULTS = environment.ROOT / "benchmarks" / "results"


@dataclasses.dataclass(frozen=True)
class Report:
    """One benchmark.

    Attributes
    ----------
    kind : str
        The command that made it: "run", "exact", "floor", "cuda", "memory", "robustness" or
        "statistics".
    command : str
        The command line.
    date : str
        When it started, UTC, ISO 8601.
    seed : int
        Seed of all instances.
    settings : dict
        Limits and sizes.
    machine, versions, git : dict
        See `benchmarks.environment`.
    fourfold_config : dict
        What `fourfold.show_config()` returned: compiler, instruction set, threads.
    records : list of dict
        One entry for each measurement.
    """

    kind: str
    command: str
    date: str
    seed: int
    settings: dict[str, Any]
    machine: dict[str, Any]
    versions: dict[str, Any]
    git: dict[str, Any]
    fourfold_config: dict[str, Any]
    records: list[dict[str, Any]]

    @classmethod
    def start(
        cls, kind: str, arguments: list[str], *, seed: int, settings: dict[str, Any]
    ) -> Report:
        """Describe the surroundings before the first measurement; the records are added."""
        import fourfold  # noqa: PLC0415  the other commands do without it

        return cls(
            kind=kind,
            command=shlex.join(["python", "-m", "benchmarks", *map(_portable, arguments)]),
            date=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            seed=seed,
            settings=settings,
            machine=environment.machine(),
            versions=environment.versions(),
            git=environment.git(),
            fourfold_config={str(key): value for key, value in fourfold.show_config().items()},
            records=[],
        )

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        content = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            **dataclasses.asdict(self),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, indent=2, allow_nan=False, default=str)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path, kind: str | None = None) -> Report:
        """Read a report, and check that it is one.

        Parameters
        ----------
        path : Path
            A JSON file that `write` wrote.
        kind : str, optional
            The kind that is expected.

        Raises
        ------
        ValueError
            If the file is not a report of this schema and kind.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            msg = f"{path}: not JSON ({error})"
            raise ValueError(msg) from error
        if not isinstance(content, dict):
            content = {}  # some other JSON: it has no schema either
        stamp = (content.pop("schema", None), content.pop("schema_version", None))
        if stamp != (SCHEMA, SCHEMA_VERSION):
            msg = f"{path}: schema {stamp}, this reads {(SCHEMA, SCHEMA_VERSION)}"
            raise ValueError(msg)
        expected = {field.name for field in dataclasses.fields(cls)}
        if set(content) != expected:
            differs = ", ".join(sorted(expected.symmetric_difference(content)))
            msg = f"{path}: fields missing from the report or unknown to it: {differs}"
            raise ValueError(msg)
        if kind is not None and content["kind"] != kind:
            msg = f"{path}: a report of kind {content['kind']!r}, expected {kind!r}"
            raise ValueError(msg)
        return cls(**content)


def _portable(argument: str) -> str:
    """Shorten an absolute path: where the tree lies on this machine is nobody's business."""
    path = Path(argument)
    if not path.is_absolute():
        return argument
    if path.is_relative_to(environment.ROOT):
        return str(path.relative_to(environment.ROOT))
    return path.name
