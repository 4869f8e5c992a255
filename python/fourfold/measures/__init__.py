# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Other measures of several sources: pointwise shared information, co- and O-information."""
