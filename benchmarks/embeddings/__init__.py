# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of generated embeddings, estimated in several ways, beside their truth."""
