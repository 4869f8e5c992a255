# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The JSON file of one benchmark: what was measured, on what, and how."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tqdm import tqdm

import fourfold
from benchmarks.record import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
        The command that made it: "run", "exact", "choice", "floor", "cuda", "memory", "busy",
        "robustness", "scale", "statistics", "embeddings", "gaussian" or "many".
    command : str
        The command line.
    date : str
        When it started, UTC, ISO 8601.
    seed : int
        Seed of all instances.
    settings : dict
        Limits and sizes.
    machine, versions, git : dict
        See `benchmarks.record.environment`.
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

    def collect(
        self,
        jobs: Iterable[tuple[str, Callable[[], dict[str, Any]]]],
        line: Callable[[dict[str, Any]], str],
        *,
        total: int,
        unit: str,
    ) -> Self:
        """Do one job after the other and add its record.

        Parameters
        ----------
        jobs : iterable of (str, callable)
            Each with its name, for the bar.
        line : callable
            What the terminal says of a record.
        total : int
            How many jobs there are.
        unit : str
            What a job is called.
        """
        with tqdm(total=total, unit=unit, file=sys.stderr) as progress:
            for name, job in jobs:
                progress.set_postfix_str(name)
                self.records.append(job())
                progress.write(line(self.records[-1]), file=sys.stderr)
                progress.update()
        return self

    def write(self, path: Path) -> None:
        """Write the report as JSON, every record on a line of its own."""
        content = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            **dataclasses.asdict(self),
            "records": [],
        }
        records = ",\n".join(
            json.dumps(record, allow_nan=False, default=str, separators=(",", ":"))
            for record in self.records
        )
        text = json.dumps(content, indent=2, allow_nan=False, default=str)
        if records:  # the last field
            text = text.removesuffix("[]\n}") + f"[\n{records}\n]\n}}"
        path.parent.mkdir(parents=True, exist_ok=True)
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
