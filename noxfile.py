#!/usr/bin/env -S uv run --script
# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0

# /// script
# dependencies = ["nox>=2025.10.14"]
# ///
"""Parts of .ci/run, one command each: ``nox -s lint``, ``tests``, ``docs``, ``benchmarks``."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"


@nox.session
def lint(session: nox.Session) -> None:
    """Look at all files as pre-commit does at those that changed."""
    session.install("pre-commit>=4")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Install Fourfold and run its tests, or those that are named."""
    session.install(".[test]")
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the site, with its gallery, in build/site."""
    session.install(".[plot]", "-r", ".ci/requirements.txt")
    session.run("bash", ".ci/site", "python", "build/site", external=True)


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Measure; ``nox -s benchmarks -- run --quick``."""
    session.install(".", "-r", "benchmarks/requirements.txt")
    session.run("python", "-m", "benchmarks", *session.posargs)


if __name__ == "__main__":
    nox.main()
