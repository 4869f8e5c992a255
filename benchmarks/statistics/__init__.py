# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `statistics` command: how far estimates from samples may be believed."""
