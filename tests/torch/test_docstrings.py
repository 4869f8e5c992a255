# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The examples of fourfold.torch in docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

pytest.importorskip("torch")

import fourfold.torch as package


@pytest.mark.parametrize(
    "module", [module.name for module in pkgutil.iter_modules(package.__path__)]
)
def test_examples_in_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"fourfold.torch.{module}"))
    assert result.failed == 0
    assert result.attempted > 0 or module not in {"capture", "embedding_store", "token_masks"}
