# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What subsets of many labelled sources tell of a population: corrected, with errors."""
