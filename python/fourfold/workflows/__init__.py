# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The questions of multimodal work, each on the one road from samples to atoms."""
