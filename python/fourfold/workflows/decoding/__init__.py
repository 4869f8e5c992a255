# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which estimator a workflow fits, and many fits of classifiers."""
