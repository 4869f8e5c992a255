# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What `method="auto"` chooses, beside every method that could have been chosen."""
