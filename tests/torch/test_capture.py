# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Capture of pooled hidden states: what the rows are, and what is refused."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn

import fourfold as ff
from fourfold.torch import capture, load_capture
from fourfold.torch.layer_names import find_layers
from tests.support.processes import output_of

IMAGE = 7
WIDTH = 6


class Block(nn.Module):
    """A layer that returns a tuple, as decoder layers do."""

    def __init__(self, wrap=lambda hidden: (hidden, None)):
        super().__init__()
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.wrap = wrap

    def forward(self, hidden):
        # tokens see each other, so that rows of the wrong sample or token would show
        return self.wrap(torch.tanh(self.mix(hidden) + hidden.cumsum(1)))


class Tower(nn.Module):
    def __init__(self, n_layers=3, wrap=lambda hidden: (hidden, None)):
        super().__init__()
        self.embed = nn.Embedding(16, WIDTH)
        self.layers = nn.ModuleList([Block(wrap) for _ in range(n_layers)])
        self.norm = nn.LayerNorm(WIDTH)
        self.fail_at = None

    def forward(self, input_ids, attention_mask=None, **kwargs):  # noqa: ARG002
        hidden = self.embed(input_ids)
        for k, layer in enumerate(self.layers):
            if self.fail_at == k:
                msg = "out of memory"
                raise RuntimeError(msg)
            hidden = tensor_of(layer(hidden))
        return self.norm(hidden)


def tensor_of(output):
    if isinstance(output, (tuple, list)):
        return output[0]
    return (
        output["last_hidden_state"]
        if isinstance(output, dict)
        else getattr(output, "last_hidden_state", output)
    )


def states_of(model, ids):
    """The output of each layer, without hooks."""
    with torch.no_grad():
        hidden, states = model.embed(ids), []
        for layer in model.layers:
            hidden = tensor_of(layer(hidden))
            states.append(hidden)
    return states


def masks_of(inputs):
    ids = inputs["input_ids"]
    return {"image": ids == IMAGE, "text": (ids != IMAGE) & (ids != 0)}


@pytest.fixture(name="model")
def _model():
    return Tower().eval()


@pytest.fixture(name="batches")
def _batches():
    """Three batches of different sizes and lengths, image tokens first, some padding."""
    rng = np.random.default_rng(0)
    made = []
    for size, length in ((4, 5), (3, 8), (1, 6)):
        ids = rng.integers(1, 7, size=(size, length))
        ids[:, :2] = IMAGE
        ids[0, -1] = 0
        made.append(torch.from_numpy(ids))
    return made


def run(model, batches, **options):
    with capture(model, **{"layers": "layers.*", "masks": masks_of, **options}) as captured:
        for ids in batches:
            model(ids)
    return captured


def hooks_left(model):
    return [
        name
        for name, module in model.named_modules()
        if module._forward_hooks or module._forward_pre_hooks
    ]


def assert_equal_rows(captured, expected):
    for mask, layers in expected.items():
        assert list(captured[mask]) == list(layers)
        for layer, array in layers.items():
            np.testing.assert_array_equal(captured[mask][layer], array)


# -- what the rows are -----------------------------------------------------------------


def test_rows_are_means_over_the_tokens_of_each_sample_in_order(model, batches):
    captured = run(model, batches)
    assert list(captured) == ["image", "text"]
    assert captured.layers == ("layers.0", "layers.1", "layers.2")
    assert captured.n_samples == 8
    for k, layer in enumerate(captured.layers):
        expected = {"image": [], "text": []}
        for ids in batches:
            hidden = states_of(model, ids)[k].double().numpy()
            for sample, tokens in zip(hidden, ids.numpy(), strict=True):
                expected["image"].append(sample[tokens == IMAGE].mean(0))
                expected["text"].append(sample[(tokens != IMAGE) & (tokens != 0)].mean(0))
        for mask, rows in expected.items():
            assert captured[mask][layer].dtype == np.float32
            np.testing.assert_allclose(captured[mask][layer], rows, rtol=1e-5, atol=1e-6)


def test_last_is_the_chosen_token_that_stands_last(model):
    ids = torch.tensor([[7, 1, 2, 0], [7, 0, 0, 3], [7, 4, 0, 0]])
    captured = run(model, [ids], pooling="last")
    hidden = states_of(model, ids)[2].numpy()
    np.testing.assert_array_equal(captured["text"]["layers.2"], hidden[[0, 1, 2], [2, 3, 1]])
    np.testing.assert_array_equal(captured["image"]["layers.2"], hidden[:, 0])


def test_without_masks_all_tokens_are_pooled(model, batches):
    captured = run(model, batches[:1], masks=None)
    hidden = states_of(model, batches[0])
    np.testing.assert_allclose(captured["all"]["layers.1"], hidden[1].mean(1), rtol=1e-5)
    last = run(model, batches[:1], masks=None, pooling="last")
    np.testing.assert_array_equal(last["all"]["layers.1"], hidden[1][:, -1])


def test_pooling_by_a_function_and_by_mask(model, batches):
    seen = []

    def largest(hidden, mask):
        gradients = hidden.requires_grad or torch.is_grad_enabled()
        seen.append((tuple(hidden.shape), mask.dtype, gradients))
        return hidden.masked_fill(~mask[:, :, None], -torch.inf).amax(1)

    ids = batches[0]
    captured = run(model, [ids], pooling={"image": largest, "text": "last"})
    assert seen == [((4, 5, WIDTH), torch.bool, False)] * 3
    hidden = states_of(model, ids)[0]
    np.testing.assert_array_equal(captured["image"]["layers.0"], hidden[:, :2].amax(1))
    np.testing.assert_array_equal(captured["text"]["layers.0"][1:], hidden[1:, -1])
    with pytest.raises(ValueError, match="pooling: nothing is given for the mask 'text'"):
        run(model, [ids], pooling={"image": "mean"})


@pytest.mark.parametrize(
    "wrap",
    [
        lambda hidden: hidden,
        lambda hidden: [hidden, hidden + 1],
        lambda hidden: {"other": None, "last_hidden_state": hidden},
        lambda hidden: SimpleNamespace(last_hidden_state=hidden),
    ],
    ids=["tensor", "list", "dict", "last_hidden_state"],
)
def test_hidden_states_are_found_in_what_a_layer_returns(wrap, batches):
    torch.manual_seed(1)
    expected = run(Tower(), batches)
    torch.manual_seed(1)
    assert_equal_rows(run(Tower(wrap=wrap), batches), expected)


def test_rows_of_layers_without_tokens_are_taken_as_they_are():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(inplace=True))
    x = torch.randn(5, 4)
    with capture(model, layers=["0", "(model)"]) as captured:
        out = model(x)
    # the activation overwrites what the layer returned
    before = model[0](x).detach().numpy()
    assert (before < 0).any()
    np.testing.assert_array_equal(captured["all"]["0"], before)
    np.testing.assert_array_equal(captured["all"]["(model)"], out.detach())
    both = {"masks": lambda inputs: {"image": inputs["input"] < torch.inf}}
    with (
        pytest.raises(ValueError, match=r"'0' returned the shape \(5, 3\).*no tokens.*'image'"),
        capture(model, layers="0", **both),
    ):
        model(x)


def test_other_shapes_need_a_function():
    model = nn.Sequential(nn.Conv2d(3, 4, 3))
    images = torch.randn(2, 3, 5, 5)
    with (
        pytest.raises(ValueError, match=r"'0' returned the shape \(2, 4, 3, 3\); expected"),
        capture(model, layers="0"),
    ):
        model(images)
    pooling = lambda hidden, mask: hidden.mean((2, 3))  # noqa: ARG005
    with capture(model, layers="0", pooling=pooling) as captured:
        out = model(images)
    np.testing.assert_array_equal(captured["all"]["0"], out.mean((2, 3)).detach())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_pooled_in_single(dtype):
    model = nn.Sequential(nn.Identity())
    hidden = (torch.randn(2, 3000, 4) + 3).to(dtype)
    masks = {"text": torch.arange(3000).expand(2, 3000) > 10}
    with capture(model, layers="0", masks=lambda inputs: masks) as captured:  # noqa: ARG005
        model(hidden)
    rows = captured["text"]["0"]
    assert rows.dtype == np.float32
    exact = hidden[:, 11:].double().mean(1).numpy()
    np.testing.assert_allclose(rows, exact, rtol=1e-6)
    in_half = hidden[:, 11:].mean(1).double().numpy()
    assert np.abs(in_half - exact).max() > 1e-5  # so that the bound above means something


def test_padding_that_is_not_a_number_does_not_reach_the_mean():
    hidden = torch.randn(2, 4, 3)
    hidden[:, 3] = torch.nan
    mask = torch.tensor([[1, 1, 1, 0], [0, 1, 1, 0]])
    with capture(nn.Identity(), layers="(model)") as captured:
        pass_through = captured._model
        with captured.batch(text=mask):
            pass_through(hidden)
    expected = np.stack([hidden[0, :3].mean(0), hidden[1, 1:3].mean(0)])
    np.testing.assert_allclose(captured["text"]["(model)"], expected, rtol=1e-6)


def test_rows_that_are_not_finite_are_refused(model, batches):
    def overflow(inputs):
        with torch.no_grad():
            model.layers[1].mix.bias.fill_(
                torch.nan if inputs["input_ids"].shape[1] == 8 else 0
            )
        return masks_of(inputs)

    with pytest.raises(
        ValueError, match=r"'layers.1' for the mask 'image' is not finite in sample 4"
    ):
        run(model, batches, masks=overflow)


def test_the_model_is_left_as_it_was(model, batches):
    model.train()
    ids = batches[0]
    expected = model(ids)
    expected.sum().backward()
    gradient = model.embed.weight.grad.clone()
    model.zero_grad()
    with capture(model, layers="layers.*", masks=masks_of) as captured:
        output = model(ids)
    torch.testing.assert_close(output, expected, rtol=0, atol=0)
    output.sum().backward()
    torch.testing.assert_close(model.embed.weight.grad, gradient, rtol=0, atol=0)
    assert model.training
    assert all(module.training for module in model.modules())
    assert hooks_left(model) == []
    assert captured.n_samples == 4


# -- batches ---------------------------------------------------------------------------


def test_masks_get_the_inputs_by_name(model, batches):
    seen = []

    def masks(inputs):
        seen.append(inputs)
        return {"all": None}

    with capture(model, layers="norm", masks=masks):
        model(batches[0], batches[0] > 0, other=3)
        model(attention_mask=None, input_ids=batches[1])
    assert list(seen[0]) == ["input_ids", "attention_mask", "other"]
    assert seen[0]["input_ids"] is batches[0]
    assert seen[0]["other"] == 3
    assert seen[1]["input_ids"] is batches[1]


def test_batch_by_hand_gives_the_same_rows(model, batches):
    expected = run(model, batches)
    with capture(model, layers="layers.*") as captured:
        for ids in batches:
            with captured.batch(image=(ids == IMAGE).long(), text=(ids != IMAGE) & (ids != 0)):
                model(ids)
    assert_equal_rows(captured, expected)


def test_batch_holds_calls_of_parts_of_the_model(model, batches):
    ids = batches[0]
    expected = run(model, [ids], masks=None)
    with capture(model, layers="layers.*") as captured, captured.batch():
        states_of(model, ids)
    assert_equal_rows(captured, expected)
    with (
        pytest.raises(
            RuntimeError, match=r"'layers.0' was called outside of a call of the model"
        ),
        capture(model, layers="layers.*"),
    ):
        states_of(model, ids)


def test_two_captures_run_side_by_side(model, batches):
    expected = run(model, batches)
    with (
        capture(model, layers="layers.*", masks=masks_of) as first,
        capture(model, layers="norm") as second,
    ):
        for ids in batches:
            model(ids)
    assert_equal_rows(first, expected)
    assert second["all"]["norm"].shape == (8, WIDTH)


class Recurrent(nn.Module):
    """One layer that is called as often as it is told to."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x, times=2):
        for _ in range(times):
            x = self.layer(x)
        return x


@pytest.mark.parametrize(("which", "times"), [("first", 1), ("last", 3)])
def test_layers_that_are_called_again(which, times):
    model, x = Recurrent(), torch.randn(2, 3)
    with capture(model, layers="layer", repeated_calls=which) as captured:
        model(x, times=3)
    expected = model(x, times=times).detach().numpy()
    np.testing.assert_array_equal(captured["all"]["layer"], expected)
    with (
        pytest.raises(RuntimeError, match="'layer' was called twice in one batch"),
        capture(model, layers="layer"),
    ):
        model(x)


class Generator(Tower):
    """Calls itself for each new token with the last token and a cache, as generate() does."""

    def forward(self, input_ids, past_key_values=None):  # noqa: ARG002
        return super().forward(input_ids)

    def generate(self, ids, cache):
        out = self(ids, past_key_values=cache(0))
        for step in range(2):
            out = self(ids[:, -1:], past_key_values=cache(ids.shape[1] + step))
        return out


@pytest.mark.parametrize(
    "cache",
    [lambda n: SimpleNamespace(get_seq_length=lambda: n), lambda n: ((None,),) if n else None],
    ids=["Cache", "tuple"],
)
def test_generation_takes_the_prompt_or_is_refused(cache, batches):
    model, ids = Generator(), batches[1]
    expected = run(model, [ids])
    with (
        capture(model, layers="layers.*", repeated_calls="first") as captured,
        captured.batch(**masks_of({"input_ids": ids})),
    ):
        model.generate(ids, cache)
    assert_equal_rows(captured, expected)
    with (
        pytest.raises(RuntimeError, match=r"continue from a cache.*captured.batch"),
        capture(model, layers="layers.*", masks=masks_of),
    ):
        model.generate(ids, cache)


def test_a_sample_without_chosen_tokens_is_refused_by_its_number(model, batches):
    batches[1][2, :2] = 1
    with pytest.raises(ValueError, match=r"masks: 'image' chooses no token of sample 6, row 2"):
        run(model, batches)


@pytest.mark.parametrize(
    ("masks", "match"),
    [
        (lambda ids: {"image": ids[:, 1:] > 0}, r"layers.0.*\(4, 5, 6\).*'image'.*\(4, 4\)"),
        (lambda ids: {"image": ids[:3] > 0}, "mask 'image' has 3 rows.*input_ids has 4"),
        (lambda ids: {"image": ids}, "'image' is of torch.int64; expected bool"),
        (lambda ids: {"image": ids.double()}, "'image' is of torch.float64; expected bool"),
        (lambda ids: {"image": ids[0] > 0}, r"'image' is of the shape \(5,\)"),
    ],
)
def test_masks_that_do_not_fit_are_refused(model, batches, masks, match):
    with pytest.raises(ValueError, match=match):
        run(model, batches, masks=lambda inputs: masks(inputs["input_ids"]))


def test_masks_are_the_same_in_all_batches(model, batches):
    names = iter(["image", "audio"])
    with pytest.raises(ValueError, match="'audio', the batches before had 'image'"):
        run(model, batches, masks=lambda inputs: {next(names): inputs["input_ids"] > 0})
    for wrong in (None, {}, batches[0] > 0):
        with pytest.raises(TypeError, match="expected a dict"):
            run(model, batches, masks=lambda inputs, wrong=wrong: wrong)  # noqa: ARG005


def test_layers_have_a_row_for_each_sample(batches):
    class Patches(nn.Module):
        """Patches of all images along one axis, as in the vision tower of Qwen-VL."""

        def __init__(self):
            super().__init__()
            self.vision, self.text = nn.Linear(3, 3), nn.Embedding(9, 3)

        def forward(self, input_ids):
            self.vision(torch.zeros(len(input_ids) * 4, 3))
            return self.text(input_ids)

    with (
        pytest.raises(
            ValueError, match="the layer 'vision' has 16 rows in this batch, input_ids"
        ),
        capture(Patches(), layers=["vision", "text"]) as captured,
    ):
        captured._model(batches[0])


def test_layers_that_are_not_called_are_refused(model, batches):
    model.unused = nn.Linear(1, 1)
    with pytest.raises(RuntimeError, match="'unused' was not called in this batch"):
        run(model, batches, layers=["norm", "unused"])


def test_widths_do_not_change():
    model = nn.Sequential(nn.Identity())
    with capture(model, layers="0") as captured:
        model(torch.zeros(2, 3))
        with pytest.raises(
            ValueError, match="'0' has 4 columns in this batch and had 3 before"
        ):
            model(torch.zeros(2, 4))
    assert captured["all"]["0"].shape == (2, 3)


# -- exceptions and ends ---------------------------------------------------------------


def test_after_an_exception_all_layers_have_the_same_rows(model, batches):
    captured = capture(model, layers="layers.*", masks=masks_of)

    def fail_in_the_second_batch():
        with captured:
            model(batches[0])
            model.fail_at = 2
            model(batches[1])

    with pytest.raises(RuntimeError, match="out of memory"):
        fail_in_the_second_batch()
    assert hooks_left(model) == []
    model.fail_at = None
    assert_equal_rows(captured, run(model, batches[:1]))


def test_a_failed_batch_that_was_caught_leaves_nothing(model, batches):
    for by_hand in (False, True):
        with capture(model, layers="layers.*", masks=None if by_hand else masks_of) as captured:
            for k, ids in enumerate(batches):
                model.fail_at = 1 if k == 1 else None
                try:
                    if by_hand:
                        with captured.batch(**masks_of({"input_ids": ids})):
                            model(ids)
                    else:
                        model(ids)
                except RuntimeError:
                    assert k == 1
        assert_equal_rows(captured, run(model, [batches[0], batches[2]]))


def test_more_samples_than_expected_are_an_error(model, batches):
    captured = capture(model, layers="layers.*", masks=masks_of, n_samples=6)

    def run_two_batches():
        with captured:
            model(batches[0])
            model(batches[1])

    with pytest.raises(ValueError, match=r"6 samples were expected.*makes them 7"):
        run_two_batches()
    assert_equal_rows(captured, run(model, batches[:1]))


def test_fewer_samples_than_expected_give_a_warning(model, batches):
    with pytest.warns(UserWarning, match="n_samples: 9 samples were expected and 8 came"):
        captured = run(model, batches, n_samples=9)
    assert captured["image"]["layers.0"].shape == (8, WIDTH)
    run(model, batches, n_samples=8)


def test_nothing_captured_gives_a_warning(model):
    with pytest.warns(UserWarning, match="the model was not called"):
        captured = run(model, [])
    assert len(captured) == 0
    with pytest.raises(KeyError, match="no batch was captured"):
        captured["image"]


def test_arrays_are_there_after_the_block_that_is_used_once(model, batches):
    captured = capture(model, layers="layers.*", masks=masks_of)
    with pytest.raises(RuntimeError, match="not running"), captured.batch():
        pass
    with captured:
        model(batches[0])
        with pytest.raises(RuntimeError, match="once the with block has ended"):
            captured["image"]
        with pytest.raises(RuntimeError, match="was given masks"), captured.batch():
            pass
    assert repr(captured) == "Capture(4 samples; image, text; 3 layers)"
    with pytest.raises(KeyError, match=r"'audio'; the masks are 'image', 'text'"):
        captured["audio"]
    with pytest.raises(RuntimeError, match="used already"), captured:
        pass
    assert hooks_left(model) == []


def test_batches_are_not_nested(model):
    with (
        pytest.raises(RuntimeError, match="another batch is open"),
        capture(model, layers="norm") as captured,
        captured.batch(),
        captured.batch(),
    ):
        pass


def test_the_bar_counts_samples(model, batches, monkeypatch):
    steps = []

    class Bar:
        def update(self, n):
            steps.append(n)

        def close(self):
            steps.append("closed")

    def bar(total, description):
        steps.append((total, description))
        return Bar()

    module = importlib.import_module("fourfold.torch.capture")
    monkeypatch.setattr(module, "progress", bar)
    run(model, batches, n_samples=8)
    assert steps == [(8, "capture"), 4, 3, 1, "closed"]


# -- files -----------------------------------------------------------------------------


def test_files_hold_what_memory_would(model, batches, tmp_path):
    expected = run(model, batches)
    captured = run(model, batches, directory=tmp_path / "run")
    assert_equal_rows(captured, expected)
    assert isinstance(captured["image"]["layers.0"], np.memmap)
    loaded = load_capture(tmp_path / "run")
    assert list(loaded) == ["image", "text"]
    assert_equal_rows(loaded, expected)
    assert not loaded["image"]["layers.0"].flags.writeable
    plain = np.load(tmp_path / "run" / "text" / "layers.2.npy")
    np.testing.assert_array_equal(plain, expected["text"]["layers.2"])
    assert plain.dtype == np.float32


def test_a_directory_is_not_overwritten(model, batches, tmp_path):
    run(model, batches, directory=tmp_path)
    with pytest.raises(FileExistsError, match="holds a capture"):
        run(model, batches, directory=tmp_path)


def test_files_after_an_exception_hold_the_batches_that_ended(model, batches, tmp_path):
    expected = run(model, batches[:2])

    def interrupt_the_third_batch():
        with capture(model, layers="layers.*", masks=masks_of, directory=tmp_path):
            model(batches[0])
            model(batches[1])
            # as if the disk was full after the first file
            with (tmp_path / "image" / "layers.0.npy").open("ab") as file:
                file.write(b"\0" * 24)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt_the_third_batch()
    with pytest.raises(ValueError, match="ended by an exception after 7 samples"):
        load_capture(tmp_path)
    assert_equal_rows(load_capture(tmp_path, partial=True), expected)
    np.save(tmp_path / "plain.npy", expected["image"]["layers.0"])
    plain = (tmp_path / "plain.npy").read_bytes()
    assert (tmp_path / "image" / "layers.0.npy").read_bytes() == plain


def test_a_batch_that_could_not_be_written_can_be_run_again(model, batches, tmp_path):
    expected = run(model, batches)
    file, aside = tmp_path / "text" / "layers.1.npy", tmp_path / "aside"
    with capture(model, layers="layers.*", masks=masks_of, directory=tmp_path) as captured:
        model(batches[0])
        file.rename(aside)
        with pytest.raises(FileNotFoundError):
            model(batches[1])
        aside.rename(file)
        assert captured.n_samples == 4
        model(batches[1])
        model(batches[2])
    assert_equal_rows(captured, expected)


def test_a_directory_that_is_no_capture_is_refused(model, batches, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no capture.json"):
        load_capture(tmp_path)
    run(model, batches, directory=tmp_path)
    np.save(tmp_path / "text" / "layers.1.npy", np.zeros((7, WIDTH), np.float32))
    with pytest.raises(
        ValueError, match=r"layers.1.npy.*\(7, 6\); expected float32 with 8 rows"
    ):
        load_capture(tmp_path)
    manifest = json.loads((tmp_path / "capture.json").read_text())
    manifest["layers"] = {"..": ["text"]}
    (tmp_path / "capture.json").write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match=r"'\.\.' cannot be the name of a file"):
        load_capture(tmp_path)
    (tmp_path / "capture.json").write_text(json.dumps({"format": 2}))
    with pytest.raises(ValueError, match="of a format"):
        load_capture(tmp_path)


def test_captured_files_go_into_the_estimator(model, tmp_path):
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    noise = rng.integers(1, 3, size=200)
    # each token sees those before it: the image the noise, the text all
    ids = torch.from_numpy(np.stack([noise, np.full(200, IMAGE), y + 3], 1))
    captured = run(model, ids.split(64), n_samples=200, directory=tmp_path, pooling="last")
    atoms = (
        ff.PIDEstimator((2, 4), random_state=0)
        .fit(captured["image"]["layers.0"], captured["text"]["layers.0"], y)
        .result_.atoms
    )
    assert atoms.redundancy + atoms.unique1 < 0.02
    assert atoms.unique2 + atoms.synergy > 0.9


# -- names of layers -------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"pooling": "max"}, ValueError, "pooling: got 'max'"),
        ({"pooling": {"image": "max"}}, ValueError, "pooling: got 'max'"),
        ({"repeated_calls": "all"}, ValueError, "repeated_calls: got 'all'; expected one of"),
        ({"n_samples": 0}, ValueError, "n_samples: got 0"),
        ({"n_samples": 2.5}, ValueError, "n_samples: got 2.5"),
        ({"masks": {"image": None}}, TypeError, r"masks: got dict; .*captured.batch"),
    ],
)
def test_unknown_options_are_refused(model, options, error, match):
    with pytest.raises(error, match=match):
        capture(model, layers="norm", **options)


def test_models_of_other_kinds_are_refused(model):
    with pytest.raises(TypeError, match="model: got str"):
        capture("model", layers="norm")
    with pytest.raises(TypeError, match=r"DataParallel.*model.module"):
        capture(nn.DataParallel(model), layers="module.norm")


@pytest.mark.parametrize(
    ("wrap", "error", "match"),
    [
        (lambda hidden: {"x": hidden}, TypeError, "'layers.0' returned a dict without"),
        (lambda hidden: (), TypeError, "'layers.0' returned a tuple without"),  # noqa: ARG005
        (lambda hidden: hidden.long(), TypeError, "'layers.0' returned torch.int64"),
        (lambda hidden: hidden[:, :0], ValueError, r"the shape \(4, 0, 6\)"),
    ],
)
def test_layers_without_hidden_states_are_refused(model, batches, wrap, error, match):
    model.layers[0].wrap = wrap
    with pytest.raises(error, match=match):
        run(model, batches, masks=None)


@pytest.mark.parametrize(
    ("pooling", "error", "match"),
    [
        (lambda hidden, mask: hidden, ValueError, r"shape \(4, 5, 6\) for 'layers.0'"),  # noqa: ARG005
        (lambda hidden, mask: None, TypeError, "NoneType for 'layers.0'"),  # noqa: ARG005
        (lambda hidden, mask: mask, TypeError, "torch.bool for 'layers.0'"),  # noqa: ARG005
        (lambda hidden, mask: hidden[0], ValueError, "'layers.0' has 5 rows"),  # noqa: ARG005
    ],
)
def test_functions_that_return_no_rows_are_refused(model, batches, pooling, error, match):
    with pytest.raises(error, match=match):
        run(model, batches, pooling=pooling)


# -- examples --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "module", [module.name for module in pkgutil.iter_modules(ff.torch.__path__)]
)
def test_examples_in_docstrings_run(module):
    result = doctest.testmod(importlib.import_module(f"fourfold.torch.{module}"))
    assert result.failed == 0
    assert result.attempted > 0 or module not in {"capture", "embedding_store", "token_masks"}


# -- without torch ---------------------------------------------------------------------


def test_the_package_imports_without_torch():
    code = (
        "import sys\n"
        "import fourfold\n"
        "assert 'torch' not in sys.modules\n"
        "sys.modules['torch'] = None\n"
        "try:\n    import fourfold.torch\n"
        "except ImportError as error:\n    print(error)\n"
    )
    assert output_of(code) == "fourfold.torch needs PyTorch: pip install 'fourfold[torch]'\n"
