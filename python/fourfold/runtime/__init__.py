# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a call runs on: the build, threads, progress, and where a warning belongs."""
