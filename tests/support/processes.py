# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Python in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap


def run_python(*arguments, timeout=60, **environment):
    """The process, ended: its returncode, stdout and stderr. One that hangs fails."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def output_of(code, *options, timeout=60, **environment):
    """What a script prints, run with these options of Python; it must end well."""
    done = run_python(*options, "-c", code, timeout=timeout, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def script(*parts):
    """The parts below each other, after what all of them import."""
    head = """
        import json, os, signal, threading, time, warnings
        import numpy as np
        import fourfold as ff
        # a parent that runs in the background hands down an ignored Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
        rng = np.random.default_rng(0)
    """
    return "".join(textwrap.dedent(part) for part in (head, *parts))
