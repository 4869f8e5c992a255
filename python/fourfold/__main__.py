# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""``python -m fourfold``: the command line."""

from __future__ import annotations

import sys

from fourfold.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
