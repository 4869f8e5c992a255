# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The command line."""

from fourfold.cli.main import main

__all__ = ["main"]
