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
    "as_is": "rows as they are",
    "soft": "the same, probabilities",
    "recombined": "rows recombined",
    "encoders": "encoders' states",
}
ATOMS = ("redundancy", "unique1", "unique2", "synergy")
CONTROLS = ("only_x1", "only_x2")  # of which one encoder is not trained


# -- tables ----------------------------------------------------------------------------


def markdown(record: Record) -> str:
    """The tables of docs/fusion-study.md: contributions, then their differences."""
    parts = [f"**{_heading(data)}**\n\n{_contributions(data)}" for data in record["data"]]
    parts.append(f"**Differences of C1**, mean over the seeds\n\n{_differences(record)}")
    parts.append(_made_with(record))
    return "\n\n".join(parts)


def _heading(data: Record) -> str:
    first, second = data["source_names"]
    title = data["title"][0].upper() + data["title"][1:]
    return f"{title}: X1 is {first}, X2 is {second}; {data['rows']} rows"


def _contributions(data: Record) -> str:
    header = ["network", "parameters", "accuracy"]
    header += [f"C1, {words}" for words in KINDS.values()]
    header.append("answers with X1's label")
    rows = [header, [":--", "--:", "--:", *[":--"] * len(KINDS), "--:"]]
    rows.append(
        [WORDS["label"], "", "", _interval(data["label"]["contribution1"]), *[""] * len(KINDS)]
    )
    for name, network in data["networks"].items():
        cells = [WORDS[name], str(network["parameters"]), f"{_mean(network['accuracy']):.3f}"]
        for kind in KINDS:
            shown = kind != "encoders" or name not in CONTROLS
            cells.append(_interval(network[kind]["contribution1"]) if shown else "")
        cells.append(f"{100 * _mean(network['followed']['share1']):.0f} %")
        rows.append(cells)
    return _lines(rows)


def _differences(record: Record) -> str:
    last = "answers with X1's label"
    rows = [["data", "network", "minus", *(f"C1, {words}" for words in KINDS.values()), last]]
    rows.append([":--"] * len(rows[0]))
    for data in record["data"]:
        for pair in data["differences"]:
            cells = [data["name"].replace("_", " "), WORDS[pair["of"]], WORDS[pair["minus"]]]
            cells += [_interval(pair[kind], signed=True) for kind in (*KINDS, "followed")]
            rows.append(cells)
        for name in data["networks"]:
            if name not in CONTROLS:
                found = _interval(data["networks"][name]["minus_label"], signed=True)
                begin = [data["name"].replace("_", " "), WORDS[name], WORDS["label"], found]
                rows.append([*begin, *[""] * len(KINDS)])
    return _lines(rows)


def _made_with(record: Record) -> str:
    settings, machine, versions = (record[name] for name in ("settings", "machine", "versions"))
    return (
        f"{settings['confidence_level']:.0%} intervals, in brackets; bold where one of a "
        f"difference leaves out 0. {len(settings['seeds'])} seeds, {settings['folds']} folds, "
        f"{settings['training']['steps']} steps of {settings['training']['batch']} rows, "
        f"{settings['clusters']} clusters of an input and {settings['encoder_clusters']} of an "
        f"encoder's states, {settings['resamples']} halves of the rows. `{record['command']}`, "
        f"{record['seconds'] / 60:.1f} minutes, of which {record['processor_seconds'] / 60:.1f} of "
        f"processor time, {record['date']}, {machine['processor']}, "
        f"{machine['cpus']} processors; Fourfold {versions['fourfold']}"
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

_SHARES = (
    ("as_is", "o", "black", -0.27),
    ("encoders", "s", "#CC79A7", 0.0),
    ("recombined", "D", "#D55E00", 0.27),
)


def draw(record: Record, path: Path) -> None:
    """Contributions with their intervals, and the atoms of the rows as they are."""
    number = len(record["data"])
    style = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    with plt.rc_context(style):
        figure, axes = plt.subplots(
            number,
            2,
            figsize=(10.5, 1.1 + 3.9 * number),
            layout="constrained",
            squeeze=False,
            sharey="row",
            gridspec_kw={"width_ratios": [1.15, 1]},
        )
        for (left, right), data in zip(axes, record["data"], strict=True):
            _draw_shares(left, data)
            _draw_atoms(right, data)
        axes[-1, 0].set_xlabel("C1 = U1 / (U1 + U2)\n0: unique to X2      1: unique to X1")
        axes[-1, 1].set_xlabel(
            "what X1 and X2 tell about the answer (first row: the label)\nbits"
        )
        figure.legend(
            handles=_handles(),
            loc="outside lower center",
            ncols=3,
            frameon=False,
        )
        figure.savefig(path, dpi=150)
        plt.close(figure)


def _rows(data: Record) -> list[tuple[str, Record]]:
    """Name and summary of the rows as they are: the label first, then the networks."""
    networks = [(name, network["as_is"]) for name, network in data["networks"].items()]
    return [("label", data["label"]), *networks]


def _draw_shares(ax: Axes, data: Record) -> None:
    rows = _rows(data)
    label = data["label"]["contribution1"]
    ax.axvline(0.5, color="0.6", linewidth=0.8, zorder=1)
    if label["value"] is not None:
        ax.axvline(label["value"], color="black", linewidth=0.8, linestyle=":", zorder=1)
    for position, (name, as_is) in enumerate(rows):
        for kind, marker, color, shift in _SHARES:
            if name == "label" and kind != "as_is":
                continue
            if name in CONTROLS and kind == "encoders":
                continue
            summary = as_is if kind == "as_is" else data["networks"][name][kind]
            _draw_share(
                ax,
                summary["contribution1"],
                position + shift * (name != "label"),
                marker,
                color,
            )
    ax.set_yticks(range(len(rows)), [WORDS[name] for name, _ in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
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
    ax.plot(
        share["value"],
        height,
        marker,
        color=color,
        markersize=5.5,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=4,
    )


def _draw_atoms(ax: Axes, data: Record) -> None:
    for position, (_, summary) in enumerate(_rows(data)):
        end = {True: 0.0, False: 0.0}  # of the positive and of the negative atoms so far
        for name, color in zip(ATOMS, COLORS, strict=True):
            value = summary["atoms"][name]["value"]
            ax.barh(position, value, left=end[value > 0], height=0.66, color=color)
            end[value > 0] += value
    ax.axvline(0.0, color="black", linewidth=0.8)
    ax.set_title("the atoms, rows as they are", loc="left", fontsize=10)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _handles() -> list[Any]:
    shares = [
        Line2D([], [], marker=marker, color=color, label=f"C1, {KINDS[kind]}")
        for kind, marker, color, _ in _SHARES
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
