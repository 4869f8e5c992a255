# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many triples of two layers and a data set, with what is finished kept in a folder."""
