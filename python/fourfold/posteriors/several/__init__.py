# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Three or more embeddings by their posteriors."""
