# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The first minutes on a GPU, in parts that `.ci/gpu` runs one after the other."""
