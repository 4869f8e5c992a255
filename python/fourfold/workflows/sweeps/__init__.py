# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many fits side by side: clusters, noise, layers, data sets."""
