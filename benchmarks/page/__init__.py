# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is made of the reports: tables for README.md and docs/, and pictures."""
