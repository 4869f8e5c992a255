# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a measurement leaves behind: reports, their surroundings, and how figures are written."""
