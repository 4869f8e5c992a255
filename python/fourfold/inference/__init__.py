# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What samples say of the population behind them: corrections, intervals, tests."""
