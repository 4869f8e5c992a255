# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables and figure of the fusion study, from its JSON record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from fourfold.report.plots.style import COLORS

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

Record = dict[str, Any]

#: What a network is called in tables and in the figure.
WORDS = {
    "concat": "concatenation",
    "symmetric": "symmetric attention",
    "x1_asks": "X1 attends to X2",
    "x2_asks": "X2 attends to X1",
    "x1_asks_bare": "X1 attends to X2, no residual",
    "x2_asks_bare": "X2 attends to X1, no residual",
    "only_x1": "X1 alone (control)",
    "only_x2": "X2 alone (control)",
    "label": "true label",
}
#: What is decomposed, in the order of the columns.
KINDS = {
    "class": "inputs",
    "probabilities": "inputs, probabilities",
    "encoders": "encoders' states",
    "recombined": "recombined",
}
ATOMS = ("redundancy", "unique1", "unique2", "synergy")
USE = "share of use"
FOLLOWED = "answers with X1's label"
#: What an estimate from the tokens of one sample is given.
NOTHING = {
    "labels": "independent labels",
    "uneven": "labels, 70 % of X2's equal",
    "tokens": "independent tokens",
    "image_only": "output made of X1 alone",
}


# -- tables ----------------------------------------------------------------------------


def markdown(record: Record) -> str:
    """The tables of docs/fusion-study.md."""
    parts = [f"**{_heading(data)}**\n\n{_contributions(data)}" for data in record["data"]]
    parts.append(f"**Differences**, mean over the seeds\n\n{_differences(record)}")
    perturbed = [data for data in record["data"] if "perturbed" in data]
    if perturbed:
        parts.append(f"**C1 where the inputs are perturbed**\n\n{_perturbed(perturbed)}")
    parts.append(f"**Tokens of one sample**\n\n{_null(record['null'])}")
    parts.append(_made_with(record))
    return "\n\n".join(parts)


def _heading(data: Record) -> str:
    first, second = data["source_names"]
    title = data["title"][0].upper() + data["title"][1:]
    return f"{title}: X1 is {first}, X2 is {second}; {data['rows']} rows"


def _contributions(data: Record) -> str:
    header = ["network", "accuracy", "C1, inputs", "less the label's"]
    header += [f"C1, {words}" for kind, words in KINDS.items() if kind != "class"]
    header += [USE, FOLLOWED, "S / I, inputs", "S / I, recombined"]
    rows = [header, [":--", "--:", *[":--"] * 6, *["--:"] * 3]]
    label = data["label"]
    shown = ["", _interval(label["contribution1"]), *[""] * 6, _synergy(label), ""]
    rows.append([WORDS["label"], *shown])
    for name, network in data["networks"].items():
        cells = [WORDS[name], f"{_mean(network['accuracy']):.3f}"]
        cells.append(_interval(network["class"]["contribution1"]))
        cells.append(_interval(network["minus_label"]["contribution1"], signed=True))
        cells += [
            _interval(network[kind]["contribution1"]) if kind in network else ""
            for kind in KINDS
            if kind != "class"
        ]
        cells.append(_interval(network["recombined"]["share1"]))
        cells.append(f"{100 * network['followed']['value']:.0f} %")
        cells += [_synergy(network[kind]) for kind in ("class", "recombined")]
        rows.append(cells)
    return _lines(rows)


def _synergy(summary: Record) -> str:
    return f"{100 * summary['synergy'] / summary['mi_joint']:.0f} %"


def _differences(record: Record) -> str:
    rows = [["data", "network", "minus", *(f"C1, {words}" for words in KINDS.values())]]
    rows[0] += [USE, FOLLOWED]
    rows.append([":--"] * len(rows[0]))
    for data in record["data"]:
        for pair in data["differences"]:
            cells = [data["name"].replace("_", " "), WORDS[pair["of"]], WORDS[pair["minus"]]]
            cells += [
                _interval(pair[kind]["contribution1"], signed=True) if kind in pair else ""
                for kind in KINDS
            ]
            shares = (pair["recombined"]["share1"], pair["followed"])
            rows.append([*cells, *(_interval(share, signed=True) for share in shares)])
    return _lines(rows)


def _perturbed(perturbed: list[Record]) -> str:
    levels = perturbed[0]["perturbed"]["levels"]
    rows = [["data", "C1 by", *(f"noise of {level:g} sd" for level in levels)]]
    rows.append([":--", ":--", *[":--"] * len(levels)])
    for data in perturbed:
        for words, kind in (("classifiers", "classifiers"), ("8 clusters", "clusters")):
            cells = [
                ", ".join(f"{share:.2f}" for share in shares)
                for shares in data["perturbed"][kind]
            ]
            rows.append([data["name"].replace("_", " "), words, *cells])
    return _lines(rows)


def _null(null: Record) -> str:
    header = ["tokens", "R", "U1", "U2", "S"]
    header += [f"C1, {words}" for words in NOTHING.values()]
    header += ["by noise of 5 % C1 of a sample moves", "`pid` says too few"]
    rows = [header, ["--:"] * len(header)]
    for n, labels in null["labels"].items():
        shown = null["tokens"].get(n, labels)
        cells = [n, *(f"{shown['atoms'][atom]:.2f}" for atom in ATOMS)]
        for kind in NOTHING:
            share = null[kind].get(n, {}).get("contribution1")
            cells.append("" if share is None else f"{share:.2f}")
        moved = null["tokens"].get(n, {}).get("moved_by")
        cells.append("" if moved is None else f"{moved:.2f}")
        rows.append([*cells, f"{100 * labels['undersampled']:.0f} %"])
    return _lines(rows)


def _made_with(record: Record) -> str:
    settings, machine, versions = (record[name] for name in ("settings", "machine", "versions"))
    return (
        f"{settings['confidence_level']:.0%} intervals for the mean over seeds, in brackets; bold "
        f"where one of a difference leaves out 0. {len(settings['seeds'])} seeds, of probabilities "
        f"and perturbed inputs one; {settings['folds']} folds, {settings['training']['steps']} steps of "
        f'{settings["training"]["batch"]} rows, `ClassifierPID("{settings["classifiers"]}")`; '
        f"{record['null']['draws']} draws of tokens, atoms of these in bits. `{record['command']}`, "
        f"{record['processor_seconds'] / 60:.0f} minutes of a processor, {record['date']}, "
        f"{machine['processor']}; Fourfold {versions['fourfold']}"
        f"{_commit(record)}, torch {versions['torch']}, "
        f"scikit-learn {versions['scikit-learn']}, NumPy {versions['numpy']}."
    )


def _commit(record: Record) -> str:
    if record["commit"] is None:
        return ""
    return f" (commit {record['commit'][:8]}{', changed since' * record['changed_since']})"


def _interval(found: Record, *, signed: bool = False) -> str:
    """A value and its interval; bold where it is a difference that leaves out zero."""
    if found["value"] is None:
        return "not known"
    sign = "+" if signed else ""
    text = f"{found['value']:{sign}.2f} [{found['low']:{sign}.2f}, {found['high']:{sign}.2f}]"
    return f"**{text}**" if signed and found["low"] * found["high"] > 0 else text


def _lines(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


# -- figure ----------------------------------------------------------------------------

#: kind, what of it, marker, colour, shift
_SHARES = (
    ("class", "contribution1", "o", "black", -0.27),
    ("encoders", "contribution1", "s", "#CC79A7", 0.0),
    ("recombined", "share1", "D", "#D55E00", 0.27),
)
_SHARE_WORDS = ("C1, inputs", "C1, encoders' states", "share of use, recombined")


def draw(record: Record, path: Path) -> None:
    """Contributions and use with their intervals, atoms, and what nothing gives."""
    number = len(record["data"])
    style = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    with plt.rc_context(style):
        figure, axes = plt.subplots(
            number + 1,
            2,
            figsize=(10.5, 4.2 + 3.6 * number),
            layout="constrained",
            gridspec_kw={"width_ratios": [1.15, 1], "height_ratios": [*[3.6] * number, 2.6]},
        )
        for (left, right), data in zip(axes, record["data"], strict=False):
            _draw_shares(left, data)
            _draw_atoms(right, data)
        axes[number - 1, 0].set_xlabel("0: X2 alone      1: X1 alone")
        axes[number - 1, 1].set_xlabel("bits about the answer: inputs, and below it recombined")
        _draw_null(*axes[-1], record["null"])
        figure.legend(handles=_handles(), loc="outside lower center", ncols=3, frameon=False)
        figure.savefig(path, dpi=130)
        plt.close(figure)


def _draw_shares(ax: Axes, data: Record) -> None:
    names = ["label", *data["networks"]]
    label = data["label"]["contribution1"]
    ax.axvline(0.5, color="0.6", linewidth=0.8, zorder=1)
    if label["value"] is not None:
        ax.axvline(label["value"], color="black", linewidth=0.8, linestyle=":", zorder=1)
    for position, name in enumerate(names):
        network = {"class": data["label"]} if name == "label" else data["networks"][name]
        for kind, what, marker, color, shift in _SHARES:
            if kind in network:
                height = position + shift * (name != "label")
                _draw_share(ax, network[kind][what], height, marker, color)
    ax.set_yticks(range(len(names)), [WORDS[name] for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(-0.02, 1.02)
    ax.tick_params(axis="y", length=0)
    first, second = data["source_names"]
    title = data["title"][0].upper() + data["title"][1:]
    ax.set_title(f"{title}\nX1: {first}, X2: {second}", loc="left", fontsize=10)


def _draw_share(ax: Axes, share: Record, height: float, marker: str, color: str) -> None:
    if share["value"] is None:
        return
    ax.plot([share["low"], share["high"]], [height] * 2, color=color, linewidth=1.2, zorder=2)
    known = [value for value in share["by_seed"] if value is not None]
    ax.plot(known, [height] * len(known), "|", color=color, markersize=5, zorder=3)
    options = {"markersize": 5.5, "markeredgecolor": "white", "markeredgewidth": 0.6}
    ax.plot(share["value"], height, marker, color=color, zorder=4, **options)


def _draw_atoms(ax: Axes, data: Record) -> None:
    bars = [(0.0, 0.66, data["label"])]
    for position, network in enumerate(data["networks"].values(), 1):
        bars += [
            (position + s, 0.32, network[k])
            for s, k in ((-0.18, "class"), (0.18, "recombined"))
        ]
    for height, thick, summary in bars:
        end = {True: 0.0, False: 0.0}  # of the positive and of the negative atoms so far
        for name, color in zip(ATOMS, COLORS, strict=True):
            value = summary[name]
            ax.barh(height, value, left=end[value > 0], height=thick, color=color)
            end[value > 0] += value
    ax.axvline(0.0, color="black", linewidth=0.8)
    ax.set_yticks([])
    ax.set_ylim(len(data["networks"]) + 0.5, -0.5)
    ax.set_title("the atoms", loc="left", fontsize=10)
    ax.spines["left"].set_visible(False)


def _draw_null(left: Axes, right: Axes, null: Record) -> None:
    styles = (("uneven", "^"), ("tokens", "o"), ("image_only", "s"))
    for (kind, marker), color in zip(styles, ("0.55", "black", "#0072B2"), strict=True):
        known = [(int(n), one["contribution1"]) for n, one in null[kind].items()]
        known = [
            pair for pair in known if pair[1] is not None and str(pair[0]) in null["tokens"]
        ]
        left.plot(*zip(*known, strict=True), marker=marker, color=color, label=NOTHING[kind])
    left.axhline(0.5, color="0.6", linewidth=0.8)
    left.set_ylim(0, 1)
    left.set_ylabel("C1")
    left.set_title("Tokens of one sample, paired after K-means", loc="left", fontsize=10)
    left.legend(frameon=False)
    numbers = [int(n) for n in null["tokens"]]
    for name, color in zip(ATOMS, COLORS, strict=True):
        values = [one["atoms"][name] for one in null["tokens"].values()]
        right.plot(numbers, values, marker="o", color=color)
    right.set_ylabel("bits")
    right.set_title(
        "the atoms of independent tokens: all true ones are 0", loc="left", fontsize=10
    )
    for ax in (left, right):
        ax.set_xlabel("tokens of the text")
        ax.set_xscale("log", base=2)
        ax.set_xticks(numbers, [str(n) for n in numbers])
        ax.minorticks_off()


def _handles() -> list[Any]:
    shares = [
        Line2D([], [], marker=marker, color=color, label=words)
        for words, (_, _, marker, color, _) in zip(_SHARE_WORDS, _SHARES, strict=True)
    ]
    lines = [
        Line2D([], [], color="black", marker="|", linestyle="none", label="each seed"),
        Line2D(
            [], [], color="black", linestyle=":", linewidth=0.8, label="C1 of the true label"
        ),
        Line2D([], [], color="0.6", linewidth=0.8, label="balanced, 0.5"),
    ]
    names = ("redundancy R", "unique to X1, U1", "unique to X2, U2", "synergy S")
    atoms = [Patch(color=color, label=name) for name, color in zip(names, COLORS, strict=True)]
    blank = Line2D([], [], linestyle="none", label=" ")  # columns are filled downwards
    return [*shares, blank, *lines, blank, *atoms]
