# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Names, patterns, modules and functions that choose layers."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn

from fourfold.torch import capture
from fourfold.torch.layer_names import find_layers
from tests.support.towers import Block, Tower, run


def test_names_patterns_modules_and_functions_choose_layers(model):
    blocks = ["layers.0", "layers.1", "layers.2"]
    for layers, expected in (
        ("layers.*", blocks),
        ("layers.[02]", ["layers.0", "layers.2"]),
        ("**.mix", [f"{name}.mix" for name in blocks]),
        ("*", ["embed", "norm"]),
        ("**", ["embed", *[n for b in blocks for n in (b, f"{b}.mix")], "norm"]),
        (["norm", "layers.*"], ["norm", *blocks]),
        (["layers.1", "layers.*"], ["layers.1", "layers.0", "layers.2"]),
        (model.layers[1], ["layers.1"]),
        ([model.norm, "embed"], ["norm", "embed"]),
        (model.layers, None),
        ("layers", None),
        ((module for module in model.layers), blocks),
        (lambda name, module: isinstance(module, Block) and name != "layers.1", blocks[::2]),
        ("(model)", ["(model)"]),
        (model, ["(model)"]),
    ):
        if expected is None:
            with pytest.raises(TypeError, match=r"'layers' is a ModuleList.*'layers\.\*'"):
                find_layers(model, layers)
        else:
            assert list(find_layers(model, layers)) == expected


def test_patterns_keep_the_order_of_the_layers():
    assert [*find_layers(Tower(12), "layers.*")][-2:] == ["layers.10", "layers.11"]


def test_a_shared_module_has_either_name_and_one_row(model, batches):
    model.tied = model.norm
    assert list(find_layers(model, "tied")) == ["tied"]
    assert list(find_layers(model, ["norm", "tied"])) == ["norm"]
    run(model, batches, layers=["norm", "tied"])


@pytest.mark.parametrize(
    ("layers", "error", "match"),
    [
        ("model.layers.*", ValueError, r"pattern 'model.layers.\*' matches no.*'layers\.\*'"),
        ("layers.3", ValueError, r"no module 'layers.3'; close to it: 'layers\.\*'"),
        ("nrom", ValueError, "no module 'nrom'; close to it: 'norm'"),
        ("zzz", ValueError, "no module 'zzz'; `model.named_modules"),
        ("layer?", TypeError, "'layers' is a ModuleList"),
        ([], ValueError, "none were given"),
        (lambda name, module: False, ValueError, "chose none of the"),  # noqa: ARG005
        (nn.Linear(1, 1), ValueError, "a Linear was given that is no module of this model"),
        (3, TypeError, "layers: got int"),
        ([3], TypeError, "an entry of type int"),
    ],
)
def test_layers_that_name_nothing_are_refused(model, layers, error, match):
    with pytest.raises(error, match=match):
        capture(model, layers=layers)
