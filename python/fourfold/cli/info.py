# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``fourfold info``: what is to be said of this installation."""

from __future__ import annotations

import json

import fourfold
from fourfold.cli import console
from fourfold.results.words import columns
from fourfold.writing import write_text

__all__ = ["run"]


def run(file: str | None) -> None:
    """Print it as columns, or write it as JSON."""
    configuration = fourfold.show_config()
    if file is None:
        rows = [
            (
                name,
                ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value),
            )
            for name, value in configuration.items()
        ]
        console.say("\n".join(columns(rows, "<<")))
        return
    text = json.dumps(configuration, indent=2, default=str) + "\n"
    if file == console.STANDARD_OUTPUT:
        console.deliver(text)
    else:
        write_text(file, text)
        console.say(f"wrote {file}")
