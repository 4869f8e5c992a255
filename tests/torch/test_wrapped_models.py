# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Captures of compiled and distributed models, and kinds that are refused by name."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils.rnn import pack_padded_sequence

from fourfold.torch import capture
from fourfold.torch.layer_names import find_layers
from tests.support.towers import IMAGE, Tower, assert_equal_rows, hooks_left, run

LAYERS = ["layers.0", "layers.1", "layers.2"]


@pytest.fixture
def one_process():
    """A group of this process alone, as DistributedDataParallel needs."""
    distributed = pytest.importorskip("torch.distributed")
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield distributed
    distributed.destroy_process_group()


# -- compiled --------------------------------------------------------------------------


@pytest.mark.parametrize("ran_before", [True, False])
@pytest.mark.parametrize("in_place", [True, False])
def test_a_compiled_model_is_captured_as_it_was_written(model, batches, ran_before, in_place):
    torch._dynamo.reset()
    graphs = []

    def backend(graph, inputs):  # noqa: ARG001
        graphs.append(graph)
        return graph.forward

    expected = run(model, batches)
    compiled = torch.compile(model, backend=backend)
    if in_place:
        compiled = model
        model.compile(backend=backend)
    if ran_before:
        compiled(batches[0])
    n_graphs = len(graphs)
    captured = run(compiled, batches)
    assert_equal_rows(captured, expected)
    assert list(captured["image"]) == LAYERS
    assert hooks_left(model) == []
    assert len(graphs) == n_graphs
    compiled(batches[1])  # of a length that was not compiled
    assert len(graphs) > n_graphs


def test_compiled_layers_are_captured_and_have_their_own_names(model, batches):
    expected = run(model, batches)
    for k in range(3):
        model.layers[k] = torch.compile(model.layers[k], backend="eager")
    with torch.no_grad():
        model(batches[0])
    captured = run(model, batches)
    assert_equal_rows(captured, expected)
    assert list(find_layers(model, "layers.*.mix")) == [f"{layer}.mix" for layer in LAYERS]
    assert list(find_layers(model, "layers.1._orig_mod.mix")) == ["layers.1.mix"]
    assert list(find_layers(model, model.layers[1])) == ["layers.1"]


def test_a_compiled_function_around_the_model_is_told(model, batches):
    torch._dynamo.reset()

    @torch.compile(backend="eager")
    def step(ids):
        return model(ids) + 1

    step(batches[0])
    with pytest.warns(UserWarning, match="a function that was compiled"):  # noqa: SIM117
        with capture(model, "layers.*"):
            step(batches[0])


# -- distributed -----------------------------------------------------------------------


def test_a_distributed_model_has_the_names_of_the_model_inside(one_process, model, batches):
    expected = run(model, batches)
    distributed = DistributedDataParallel(model)
    # masks_of reads input_ids, which are given by position: it is the inner forward that names them
    for layers in ("layers.*", "module.layers.*", [f"module.{layer}" for layer in LAYERS]):
        assert_equal_rows(run(distributed, batches, layers=layers), expected)
    both = torch.compile(distributed, backend="eager")
    assert list(find_layers(both, "_orig_mod.module.layers.*")) == LAYERS
    assert list(find_layers(both, "(model)")) == ["(model)"]
    assert find_layers(both, both) == {"(model)": model}
    assert_equal_rows(run(distributed.module, batches), expected)
    assert one_process.is_initialized()


def test_a_layer_called_module_keeps_its_name(one_process):
    inside = nn.Sequential()
    inside.add_module("module", nn.Linear(2, 2))
    distributed = DistributedDataParallel(inside)
    assert list(find_layers(distributed, "module")) == ["module"]
    assert one_process.is_initialized()


def test_a_model_of_fully_shard_is_captured(one_process, model, batches):
    fsdp = pytest.importorskip("torch.distributed.fsdp")
    expected = run(model, batches)
    mesh = one_process.device_mesh.init_device_mesh("cpu", (1,))
    for layer in model.layers:
        fsdp.fully_shard(layer, mesh=mesh)
    fsdp.fully_shard(model, mesh=mesh)
    with torch.no_grad():
        assert_equal_rows(run(model, batches), expected)


# -- refused ---------------------------------------------------------------------------


def test_models_of_torch_jit_are_refused_by_name():
    model, x = nn.Sequential(nn.Linear(3, 4), nn.ReLU()), torch.zeros(2, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made = torch.jit.script(model), torch.jit.trace(model, x)
        part = nn.Sequential(nn.Linear(3, 3), torch.jit.trace(model, x))
    for jit, kind in zip(made, ("RecursiveScriptModule", "TopLevelTracedModule"), strict=True):
        with pytest.raises(TypeError, match=f"model: a {kind} of"):
            capture(jit, "*")
    with pytest.raises(TypeError, match="layers: '1' is a TopLevelTracedModule"):
        capture(part, "*")
    with capture(part, "0") as captured:
        part(x)
    assert captured["all"]["0"].shape == (2, 3)


def test_fully_sharded_data_parallel_is_refused(model):
    model.layers[0].add_module("_fsdp_wrapped_module", nn.Linear(1, 1))
    with pytest.raises(TypeError, match=r"FullyShardedDataParallel is not.*fully_shard"):
        capture(model, "norm")


@pytest.mark.parametrize(
    ("wrap", "match"),
    [
        (lambda x: x.to_sparse(), "a tensor of the layout sparse_coo.*to_dense"),
        (lambda x: x.flatten(1).to_sparse_csr(), "a tensor of the layout sparse_csr"),
        (lambda x: torch.nested.nested_tensor([*x]), "a nested tensor.*enable_nested_tensor"),
        (lambda x: x.to("meta"), "a tensor on the device 'meta'"),
        (
            lambda x: pack_padded_sequence(x, [3, 1], batch_first=True),
            "a PackedSequence without",
        ),
    ],
)
def test_outputs_without_rows_are_refused_by_name(wrap, match):
    model = Tower(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of torch, that these are new
        wrapped = wrap(model.embed(torch.full((2, 3), IMAGE)).detach())
    model.layers[0].forward = lambda hidden: wrapped  # noqa: ARG005
    with pytest.raises(TypeError, match=f"layers: 'layers.0' returned {match}"):
        run(model, [torch.full((2, 3), IMAGE)], masks=None)


def test_a_forward_without_a_signature_is_captured():
    class Called:
        __signature__ = "none"

        def __call__(self, x):
            return x

    model = nn.Identity()
    model.forward = Called()
    with capture(model, "(model)") as captured:
        model(torch.ones(2, 3))
    np.testing.assert_array_equal(captured["all"]["(model)"], np.ones((2, 3)))
