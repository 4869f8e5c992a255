# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The study of docs/model-families.md::

python -m benchmarks.families --output examples/results/model_families.json
"""

from __future__ import annotations

import argparse
import json
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.families.study import end_to_end, intervals, ranks
from fourfold import ClassifierPID


def main() -> None:
    """Ranks of 20 models of two kinds and of embeddings; coverage of intervals of known and of fitted atoms."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--output", type=Path, help="where to write the numbers as JSON")
    parser.add_argument("--repetitions", type=int, default=450, help="of each interval")
    parser.add_argument("--fitted", type=int, default=0, help="populations of 20 fitted models")
    parser.add_argument("--seed", type=int, default=0, help="of the ranks")
    given = parser.parse_args()
    record: dict[str, Any] = {}

    def keep(name: str, found: Any) -> None:
        record[name] = found
        text = json.dumps(record, indent=1)
        if given.output:
            given.output.write_text(text + "\n", encoding="utf-8")
        print(json.dumps({name: found}, indent=1), flush=True)

    settings = product((0.0, 0.6, 0.85), (0.0, 0.6), (1.0, 0.8, 0.5))
    keep("intervals", [intervals(*one, given.repetitions) for one in settings])
    keep("ranks of 400 rows", ranks(400, given.seed))
    keep("ranks of 1600 rows", ranks(1600, given.seed, kinds=("embeddings", "labels")))
    if given.fitted:
        keep("fitted", end_to_end(given.fitted, 300, ClassifierPID("logistic")))


if __name__ == "__main__":
    main()
