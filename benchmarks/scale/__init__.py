# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is counted, killed and resumed at scale."""
