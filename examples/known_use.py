# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Networks of which it is known what they use: does a decomposition of their answers find it?

The inputs are the left and right halves of handwritten digits, which are of one digit and so have
much in common. Five networks put what they see in them together in five ways:

========== =====================================================================================
first      the left half alone
second     the right half alone
sum        the log odds of both halves are added
product    they are multiplied
gate       the left half answers, unless the right one says that all digits are alike
========== =====================================================================================

    python examples/known_use.py --output results

asks each about 1500 digits as they come, and about halves of different digits, and
writes known_use.json and known-use.png. The truth is that of all 1797 x 1796 halves that are not
of one digit. It takes about a minute of one processor.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import fourfold as ff

if TYPE_CHECKING:
    from collections.abc import Callable

    Network = Callable[[np.ndarray, np.ndarray], np.ndarray]

ROWS, CLUSTERS, SEED = 1500, 8, 0


def networks(x1: np.ndarray, x2: np.ndarray, y: np.ndarray) -> dict[str, Network]:
    """By name; what they see are the log odds of a regression of each half, a layer of ten units."""
    seen = [
        make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)).fit(x, y)
        for x in (x1, x2)
    ]

    def left(a: np.ndarray) -> np.ndarray:
        found: np.ndarray = seen[0].decision_function(a)
        return found

    def right(b: np.ndarray) -> np.ndarray:
        found: np.ndarray = seen[1].decision_function(b)
        return found

    dark = x2.sum(1)
    middle, spread = np.median(dark), dark.std()

    def gate(b: np.ndarray) -> np.ndarray:
        found: np.ndarray = expit(8 * (b.sum(1, keepdims=True) - middle) / spread)
        return found

    return {
        "first": lambda a, b: softmax(left(a), axis=1),  # noqa: ARG005
        "second": lambda a, b: softmax(right(b), axis=1),  # noqa: ARG005
        "sum": lambda a, b: softmax(left(a) + right(b), axis=1),
        "product": lambda a, b: softmax(left(a) * right(b) / 3, axis=1),
        "gate": lambda a, b: softmax(left(a) * gate(b), axis=1),
    }


def entropy(p: np.ndarray) -> np.ndarray:
    """In bits, along the last axis."""
    bits: np.ndarray = -np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0).sum(-1)
    return bits


def truth(predict: Network, x1: np.ndarray, x2: np.ndarray) -> float:
    """Share of use of X1, of all pairs of rows of different digits."""
    rows = len(x1)
    of_first, of_second, noise = [], np.zeros(()), 0.0
    for k in range(rows):
        found = predict(np.repeat(x1[k : k + 1], rows, axis=0), x2)
        found[k] = 0.0
        of_first.append(found.sum(0) / (rows - 1))
        of_second = of_second + found
        noise += float(entropy(found).sum()) / (rows * (rows - 1))
    p1, p2 = np.array(of_first), of_second / (rows - 1)
    alone1, alone2 = float(entropy(p1).mean()), float(entropy(p2).mean())
    both = float(entropy(p1.mean(0))) - noise
    return (both + alone2 - alone1) / (2 * both)


def share_of_use(result: ff.PID) -> float:
    """The same formula for any decomposition."""
    share: float = (result.mi1 + result.mi_joint - result.mi2) / (2 * result.mi_joint)
    return share


def defined(share: float) -> float | None:
    """JSON has no NaN."""
    return None if np.isnan(share) else share


def study() -> dict[str, dict[str, Any]]:
    """Shares of use and contributions of X1, by network."""
    every1, every2, y = ff.datasets.digits_halves()
    some = np.random.default_rng(SEED).permutation(len(y))[:ROWS]
    x1, x2 = every1[some], every2[some]
    found: dict[str, dict[str, Any]] = {}
    for name, predict in networks(every1, every2, y).items():
        proba = predict(x1, x2)
        clusters = ff.PIDEstimator(CLUSTERS, probe=False, random_state=SEED).fit(x1, x2, proba)
        came = ff.pid(clusters.labels1_, clusters.labels2_, proba)
        record: dict[str, Any] = {
            "truth": truth(predict, every1, every2),
            "as they come": {
                "use": share_of_use(came),
                "contribution": defined(came.contributions()[0]),
            },
        }
        for design in ("permutation", "grid"):
            result = ff.recombined_pid(predict, x1, x2, design=design, random_state=SEED)
            record[design] = {
                "use": result.use[0],
                "interval": result.use_interval[0],
                "contribution": defined(result.contributions()[0]),
                "atoms": result.result.atoms._asdict(),
                "pairs": result.n_pairs,
            }
        found[name] = record
        print(name, f"{record['permutation']['use']:.3f} of {record['truth']:.3f}", flush=True)
    return found


def table(found: dict[str, dict[str, Any]]) -> list[str]:
    """A row for each network."""

    def share(value: float | None) -> str:
        return "not defined" if value is None else f"{value:.2f}"

    lines = [
        (
            "| network | share of use, truth | rows as they come: use | U1 / (U1 + U2) "
            "| recombined, permutation: use | U1 / (U1 + U2) | recombined, grid: use |"
        ),
        "| :-- | --: | --: | --: | --: | --: | --: |",
    ]
    for name, record in found.items():
        came, permuted, grid = (record[key] for key in ("as they come", "permutation", "grid"))
        spans = ["[{:.2f}, {:.2f}]".format(*one["interval"]) for one in (permuted, grid)]
        lines.append(
            f"| {name} | {record['truth']:.3f} | {came['use']:.2f} | {share(came['contribution'])} "
            f"| {permuted['use']:.3f} {spans[0]} | {share(permuted['contribution'])} "
            f"| {grid['use']:.3f} {spans[1]} |"
        )
    return lines


def draw(found: dict[str, dict[str, Any]], path: pathlib.Path) -> None:
    """What is found of each network, beside the truth."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  optional

    figure, ax = plt.subplots(figsize=(7.4, 3.0), layout="constrained")
    places = np.arange(len(found))[::-1]
    records = list(found.values())
    marks = [
        ("U1 / (U1 + U2), rows as they come", [r["as they come"]["contribution"] for r in records], "D", "#D55E00"),
        ("share of use, rows as they come", [r["as they come"]["use"] for r in records], "s", "#CC79A7"),
        ("share of use, recombined", [r["permutation"]["use"] for r in records], "o", "#0072B2"),
    ]  # fmt: skip
    truths = [record["truth"] for record in records]
    ax.scatter(
        truths,
        places,
        marker="|",
        s=500,
        color="black",
        linewidths=1.5,
        label="truth",
        zorder=1,
    )
    for label, values, marker, color in marks:
        ax.scatter(
            values,
            places,
            marker=marker,
            s=40,
            color=color,
            label=label,
            zorder=2,
            clip_on=False,
        )
    ends = np.array([record["permutation"]["interval"] for record in records])
    ax.hlines(places - 0.22, *ends.T, color="#0072B2", linewidth=1.8, clip_on=False)
    ax.set_yticks(places, list(found))
    ax.set_ylim(-0.6, len(found) - 0.4)
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("share of the left half (the line is its 95 % interval)")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Ask the networks, print the table and write both files."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("--output", default=".", help="where both files are written")
    options.add_argument(
        "--from", dest="record", help="draw and print this record; ask nothing"
    )
    given = options.parse_args()
    folder = pathlib.Path(given.output)
    folder.mkdir(parents=True, exist_ok=True)
    if given.record:
        found = json.loads(pathlib.Path(given.record).read_text(encoding="utf-8"))["networks"]
    else:
        found = study()
        text = json.dumps({"fourfold": ff.__version__, "networks": found}, indent=1)
        (folder / "known_use.json").write_text(text + "\n", encoding="utf-8")
    draw(found, folder / "known-use.png")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
