# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pictures of results; matplotlib is imported when one is drawn."""
