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
    parser.add_argument(
        "--fitted", type=int, default=30, help="populations of 20 fitted models"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the ranks")
    given = parser.parse_args()
    record: dict[str, Any] = {
        "ranks of 600 rows": ranks(600, given.seed),
        "intervals": [
            intervals(rho, kinship, reliable, given.repetitions)
            for rho, kinship, reliable in product((0.0, 0.6, 0.85), (0.0, 0.6), (1.0, 0.8, 0.5))
        ],
    }
    if given.fitted:
        record["fitted"] = end_to_end(given.fitted, 300, ClassifierPID("logistic"))
    text = json.dumps(record, indent=1)
    print(text)
    if given.output:
        given.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
