# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests, in the folders of the package they are about."""

import pytest

# so that an assert in there shows its values, too
pytest.register_assert_rewrite("tests.support")
