# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arguments as frozen dataclasses, and what a command does not import."""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from fourfold.cli.arguments import Pid, fill, read


def parsed(command, words):
    parser = argparse.ArgumentParser()
    fill(parser, command)
    given = parser.parse_args(words.split())
    return read(argparse.Namespace(command=command, **vars(given)))


def test_what_was_parsed_is_frozen_and_typed():
    found = parsed("pid", "a.npy b.npy c.npy --clusters 3 5 --noise 0 1 --json out.json")
    assert isinstance(found, Pid)
    assert (found.x1, found.x2, found.y) == ("a.npy", "b.npy", "c.npy")
    assert (found.clusters, found.of_both, found.noise) == ((3, 5), (3, 5), (0.0, 1.0))
    assert (found.json, found.plot, found.labels) == (Path("out.json"), None, False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.seed = 1


def test_one_number_of_clusters_is_of_both():
    assert parsed("pid", "a b c --clusters 3").of_both == (3, 3)
    assert parsed("report", "a b c --labels --output o.html").of_both == (0, 0)


@pytest.mark.parametrize("words", ["--version", "--help", ""])
def test_what_needs_no_number_imports_no_numpy(words):
    code = (
        "import sys\n"
        "from fourfold.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit:\n    pass\n"
        "print({'numpy', 'scipy', 'sklearn', 'tqdm'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words.split()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.endswith("set()\n")
