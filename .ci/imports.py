# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Draws the floors of the package and the arrows between its folders; needs grimp.

An arrow is an import, at the head of a file, in a function or for type checkers only. Exits with 1
if there is an arrow back, from a folder to one above it, or a circle of files.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path

import grimp


def main() -> int:
    settings = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(c for c in settings["contracts"] if c["type"] == "layers")
    floors = [
        [room.strip() for room in layer.replace("|", ":").split(":")]
        for layer in contract["layers"]
    ]
    floor_of = {room: k for k, rooms in enumerate(reversed(floors)) for room in rooms}
    graph = grimp.build_graph("fourfold", exclude_type_checking_imports=False, cache_dir=None)
    arrows = {
        (module, other)
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
        if "fourfold" not in (module, other)  # the package itself: the compiled module
    }
    between = Counter(
        (room_of(start), room_of(end))
        for start, end in arrows
        if room_of(start) != room_of(end)
    )
    for k, rooms in reversed(list(enumerate(reversed(floors)))):
        print(f"floor {k:2d}  {', '.join(rooms)}")
        for room in rooms:
            below = sorted(
                (
                    (floor_of.get(end, -1), end, n)
                    for (start, end), n in between.items()
                    if start == room
                ),
                reverse=True,
            )
            if below:
                print("            -> " + ", ".join(f"{end} {n}" for _, end, n in below))
    apart = {room for pair in between for room in pair} - set(floor_of)
    for room in sorted(apart):
        below = sorted(end for start, end in between if start == room)
        print(f"apart     {room} -> {', '.join(below)}")
    back = [
        pair
        for pair in arrows
        if floor_of.get(room_of(pair[0]), 99) < floor_of.get(room_of(pair[1]), -1)
    ]
    circle = in_circles(graph.modules, arrows)
    print(
        f"{len(graph.modules)} files, {len(arrows)} arrows, {len(between)} between folders; "
        f"{len(back)} back, {len(circle)} files in circles"
    )
    for pair in back:
        print("back: {} -> {}".format(*pair))
    for module in sorted(circle):
        print(f"in a circle: {module}")
    return int(bool(back or circle))


def room_of(module: str) -> str:
    return module.split(".")[1]


def in_circles(modules: set[str], arrows: set[tuple[str, str]]) -> set[str]:
    """What is left when files that import nothing, or that nothing imports, are taken away."""
    left = set(modules)
    while True:
        inner = [(start, end) for start, end in arrows if start in left and end in left]
        kept = {start for start, _ in inner} & {end for _, end in inner}
        if kept == left:
            return left
        left = kept


if __name__ == "__main__":
    sys.exit(main())
