# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How well the ranks of models are found, of models whose atoms are known."""
