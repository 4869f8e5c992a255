# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line in this process, and what it says and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fourfold.cli.main import main


def run_cli(capsys, *arguments):
    """Exit status, standard output and standard error."""
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def assert_usage_error(ran, message):
    """An error of usage: nothing but one line that says so."""
    status, out, err = ran
    assert status == 2
    assert out == ""
    assert err.startswith("fourfold: error: ")
    assert err.count("\n") == 1
    assert message in err


def strict_json(file):
    def reject(constant):
        pytest.fail(f"{constant} is not JSON")

    return json.loads(Path(file).read_text(encoding="utf-8"), parse_constant=reject)
