# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many models on many data sets: their atoms, and what ranks as they do."""
