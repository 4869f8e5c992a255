# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks of Fourfold; run `python -m benchmarks --help` from the root of the repository."""
