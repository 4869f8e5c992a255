# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Class probabilities of each source in, atoms of the embeddings out."""
