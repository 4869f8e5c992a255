# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unions of more than two sources: times and memory, the peer, hard tables, intervals."""
