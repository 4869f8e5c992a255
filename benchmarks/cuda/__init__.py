# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The `cuda` command: the GPU beside its floor, the CPU and the same steps in CuPy."""
