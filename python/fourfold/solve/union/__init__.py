# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of any number of sources, from their tables."""
