# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What comes out: the atoms, and how they are said."""
