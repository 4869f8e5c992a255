# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables that solvers of this problem fail on, and the command that holds Fourfold to them."""
