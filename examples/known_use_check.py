# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Does `fourfold.recombined_pid` find what random networks use, and do its intervals cover it?

Networks of random weights on correlated Gaussian inputs, of several shapes, numbers of classes and of rows, with
probabilities and with labels. The truth is of other rows of the same population: 10 000 of each
input, each with 60 partners. None of these networks was looked at when the estimator was made.

    python examples/known_use_check.py --output results

takes about 4 minutes of one processor; `--quick` some seconds.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, softmax

import fourfold as ff

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("first", "second", "sum", "product", "gate", "weak", "mixed")
NAMES = ("use", "R", "U1", "U2", "S")
HIDDEN, SHARP = 24, 4.0
ROWS, PARTNERS = 10_000, 60  # of the truth


def network(
    kind: str, columns: int, classes: int, labels: bool, rng: np.random.Generator
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A network with random weights that puts its inputs together in one of several ways."""

    def perceptron(inputs: int, outputs: int) -> Callable[[np.ndarray], np.ndarray]:
        weights = 1.5 * rng.standard_normal((inputs, HIDDEN)) / np.sqrt(inputs)
        offsets = rng.standard_normal(HIDDEN) / 2
        out = rng.standard_normal((HIDDEN, outputs)) / np.sqrt(HIDDEN)
        return lambda x: np.tanh(x @ weights + offsets) @ out

    one, two, both, gate = (
        perceptron(size, number)
        for size, number in (
            (columns, classes),
            (columns, classes),
            (2 * columns, classes),
            (columns, 1),
        )
    )
    logits = {
        "first": lambda a, b: one(a),  # noqa: ARG005
        "second": lambda a, b: two(b),  # noqa: ARG005
        "sum": lambda a, b: one(a) + two(b),
        "product": lambda a, b: 1.5 * one(a) * two(b),
        "gate": lambda a, b: one(a) * expit(8 * gate(b)),
        "weak": lambda a, b: one(a) + 0.3 * two(b),
        "mixed": lambda a, b: 1.5 * both(np.hstack([a, b / 2])),
    }[kind]

    def predict(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        found = SHARP * logits(a, b)
        answers: np.ndarray = found.argmax(1) if labels else softmax(found, axis=1)
        return answers

    return predict


def population(
    columns: int, rng: np.random.Generator
) -> Callable[[int], tuple[np.ndarray, ...]]:
    """Draws rows of two inputs, some of whose columns are nearly the same."""
    shared = rng.uniform(0, 0.95, columns)

    def draw(rows: int) -> tuple[np.ndarray, ...]:
        common, own1, own2 = rng.standard_normal((3, rows, columns))
        mixed = [np.sqrt(shared) * common + np.sqrt(1 - shared) * own for own in (own1, own2)]
        return tuple(mixed)

    return draw


def numbers(result: ff.RecombinedPID) -> list[tuple[float, float, float]]:
    """Value, low and high end of the share of use and of the atoms."""
    interval = result.result.confidence_interval
    assert interval is not None
    atoms = zip(result.result.atoms, interval.low, interval.high, strict=True)
    return [(result.use[0], *result.use_interval[0]), *atoms]


def truth(
    predict: Callable[[np.ndarray, np.ndarray], np.ndarray],
    draw: Callable[[int], tuple[np.ndarray, ...]],
    quick: bool,
) -> list[float]:
    """Of the population: a large sample, each row of which has many partners."""
    rows, partners = (400, 30) if quick else (ROWS, PARTNERS)
    found = ff.recombined_pid(
        predict,
        *draw(rows),
        n_calls=partners,
        batch_size=50_000,
        estimator=None,
        random_state=0,
    )
    return [value for value, _, _ in numbers(found)]


def study(number: int, quick: bool) -> list[dict[str, object]]:
    """One network after another; each is asked about samples of several sizes, by both designs."""
    records: list[dict[str, object]] = []
    for seed in range(number):
        rng = np.random.default_rng([2027, seed])
        kind = KINDS[seed % len(KINDS)]
        classes, columns = (2, 5, 10)[seed % 3], (4, 8, 16)[seed // 3 % 3]
        labels = bool(seed // 2 % 2)
        predict, draw = network(kind, columns, classes, labels, rng), population(columns, rng)
        known = truth(predict, draw, quick)
        sizes = [(300, "permutation")] + [(1500, "permutation")] * 2 + [(1500, "grid")]
        sizes += [(5000, "permutation")] * (seed % 5 == 0)
        for rows, design in sizes[:1] if quick else sizes:
            try:
                found = ff.recombined_pid(
                    predict, *draw(rows), design=design, random_state=seed
                )
            except ValueError as error:
                records.append(
                    {"seed": seed, "kind": kind, "rows": rows, "refused": str(error)}
                )
                continue
            values = dict(zip(NAMES, zip(known, numbers(found), strict=True), strict=True))
            records.append(
                {
                    "seed": seed, "kind": kind, "classes": classes, "columns": columns,
                    "labels": labels, "rows": rows, "design": design,
                    "information": found.result.mi_joint, "numbers": values,
                }
            )  # fmt: skip
            print(seed, kind, classes, "labels" if labels else "probabilities", rows, design,
                  *(f"{found.use[0]:.3f} of {known[0]:.3f}",), flush=True)  # fmt: skip
    return records


def summary(records: list[dict[str, object]]) -> list[str]:
    """Errors and coverage by design, rows and kind of answers, and in all."""
    groups = defaultdict(list)
    for record in records:
        if "refused" not in record:
            answers = "labels" if record["labels"] else "probabilities"
            groups[f"{record['design']}, {record['rows']} rows, {answers}"].append(
                record["numbers"]
            )
            groups[f"{record['design']}, {record['rows']} rows, all"].append(record["numbers"])
    lines = [
        "| networks | number | error of use, root mean square | largest | within .05 | use covered | atoms covered |",
        "| :-- | --: | --: | --: | --: | --: | --: |",
    ]
    for name, found in sorted(groups.items()):
        known = np.array([[one[key][0] for key in NAMES] for one in found])
        made = np.array([[one[key][1] for key in NAMES] for one in found])
        error = np.abs(made[:, 0, 0] - known[:, 0])
        inside = (made[..., 1] - 1e-3 <= known) & (known <= made[..., 2] + 1e-3)
        lines.append(
            f"| {name} | {len(found)} | {np.sqrt((error**2).mean()):.3f} | {error.max():.3f} | "
            f"{(error <= 0.05).mean():.0%} | {inside[:, 0].mean():.0%} | "
            f"{', '.join(f'{share:.0%}' for share in inside[:, 1:].mean(0))} |"
        )
    return lines


def main() -> None:
    """Make the networks, ask them, and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--output", default=".", help="where known_use_check.json is written")
    options.add_argument("--networks", type=int, default=15)
    options.add_argument("--quick", action="store_true", help="shows that all works")
    given = options.parse_args()
    records = study(3 if given.quick else given.networks, given.quick)
    folder = pathlib.Path(given.output)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"fourfold": ff.__version__, "records": records}, indent=1)
    (folder / "known_use_check.json").write_text(text + "\n", encoding="utf-8")
    print("\n".join(summary(records)))


if __name__ == "__main__":
    main()
