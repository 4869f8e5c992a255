# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Answers of small vision-language models with either input masked."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import fourfold as ff
from fourfold.torch import answer_probabilities
from tests.support.vision_language import (
    FAMILIES,
    IDS,
    IMAGE,
    PAD,
    blip,
    images,
    llava,
    smolvlm,
)

CANDIDATES = [11, 12, 13]
LEFT = torch.tensor([[1, 30, 30, 30, 30, 5, 6, 7], [0, 1, 30, 30, 30, 30, 8, 9]])
MASKS = ("mean", "calibrated", "blank", "shuffle")


@pytest.fixture(params=[name for name in FAMILIES if name != "instructblip"], name="family")
def _family(request):
    build, inputs, *_ = FAMILIES[request.param]
    model = build().eval()
    sharpen(model)
    return model, inputs


def sharpen(model):
    """Answers of small random weights hardly depend on anything."""
    with torch.no_grad():
        for embeddings in (model.get_output_embeddings(), model.get_input_embeddings()):
            embeddings.weight = torch.nn.Parameter(20 * embeddings.weight)  # no longer tied


def batch_of(inputs, seed=0, ids=IDS):
    return {"input_ids": ids, "attention_mask": (ids != PAD).long(), **inputs(seed)}


def llava_batches(*shapes, seed=0):
    """Of so many samples and text tokens, with images and texts of their own."""
    generator = torch.Generator().manual_seed(seed)
    made = []
    for size, length in shapes:
        text = torch.randint(3, 29, (size, length), generator=generator)
        ids = torch.cat([torch.tensor([[1, 30, 30, 30, 30]]).expand(size, 5), text], 1)
        pixels = torch.randn(size, 3, 8, 8, generator=generator)
        made.append(
            {
                "input_ids": ids,
                "attention_mask": torch.ones_like(ids),
                "pixel_values": pixels,
            }
        )
    return made


def asked(model, *batches, mask="shuffle", **options):
    options = {"random_state": 0} | options
    return answer_probabilities(model, None, list(batches), CANDIDATES, mask, **options)


@pytest.fixture
def small_llava():
    model = llava().eval()
    sharpen(model)
    return model


@pytest.mark.parametrize("ids", [IDS, LEFT], ids=["right", "left"])
def test_joint_answers_are_those_of_a_plain_forward(family, ids):
    model, inputs = family
    batch = batch_of(inputs, ids=ids)
    with torch.no_grad():
        logits = model(**batch).logits
    last = [7, 6] if ids is IDS else [7, 7]
    expected = logits[[0, 1], last].softmax(-1)[:, CANDIDATES]
    found = asked(model, batch)
    np.testing.assert_allclose(found.p_joint, expected, rtol=1e-5, atol=1e-8)
    after = asked(model, batch, mask="mean").p_joint  # a pass that ended early came before
    np.testing.assert_allclose(after, found.p_joint, rtol=1e-6)
    for given in found[1:]:
        assert np.abs(given - found.p_joint).max() > 1e-6


@pytest.mark.parametrize("mask", ["shuffle", "blank"])
def test_masked_answers_do_not_depend_on_what_is_masked(family, mask):
    """In a batch of two the partner of each is the other."""
    model, inputs = family
    batch = batch_of(inputs)
    one = asked(model, batch, mask=mask)
    pixels = batch["pixel_values"].clone()
    pixels[: len(pixels) // 2] *= -1.5  # of the first sample
    words = IDS.clone()
    words[0, 5:] = torch.tensor([15, 16, 17])
    image, text = (
        asked(model, {**batch, **change}, mask=mask)
        for change in ({"pixel_values": pixels}, {"input_ids": words})
    )

    def moved(found, name):
        return np.abs(getattr(found, name) - getattr(one, name)).max(1) > 1e-7

    shuffled = mask == "shuffle"
    assert moved(image, "p_joint").tolist() == [True, False]
    assert moved(image, "p_given_2").tolist() == [False, shuffled]
    assert moved(image, "p_given_1").tolist() == [True, False]
    assert moved(text, "p_joint").tolist() == [True, False]
    assert moved(text, "p_given_1").tolist() == [False, shuffled]
    assert moved(text, "p_given_2").tolist() == [True, False]


@pytest.mark.parametrize("mask", ["mean", "calibrated"])
def test_masked_answers_know_the_others_only_by_their_moments(family, mask):
    """Samples that differ in their image have the same answer to the same text without it."""
    model, inputs = family
    same = torch.stack([IDS[0], IDS[0]])
    batch = batch_of(inputs, ids=same)
    found = asked(model, batch, mask=mask)
    assert np.abs(found.p_joint[0] - found.p_joint[1]).max() > 1e-5
    apart = np.abs(found.p_given_2[0] - found.p_given_2[1]).max()
    assert (apart < 1e-6) == (mask == "mean")  # noise is drawn for each


def test_what_the_language_model_is_given_is_the_mean_or_noise_of_its_moments(small_llava):
    batches = llava_batches(*[(40, 8)] * 5)
    seen = []
    decoder = small_llava.get_decoder()
    handle = decoder.register_forward_hook(
        lambda _, __, named, ___: seen.append(named["inputs_embeds"].clone()),
        with_kwargs=True,
    )
    asked(small_llava, *batches, mask="mean")
    means = seen.copy()
    seen.clear()
    asked(small_llava, *batches, mask="calibrated")
    handle.remove()
    assert len(seen) == len(means) == 15  # the pass for the moments does not get that far
    for where, masked in ((slice(5, None), 1), (slice(1, 5), 2)):
        true, noise = (torch.cat(seen[k::3])[:, where].flatten(0, 1) for k in (0, masked))
        mean = torch.cat(means[masked::3])[:, where].flatten(0, 1)
        torch.testing.assert_close(mean, true.mean(0).expand_as(mean), rtol=1e-4, atol=1e-4)
        deviation = true.std(0)
        error = (noise.mean(0) - true.mean(0)) / deviation * len(true) ** 0.5
        assert error.abs().max() < 4.5  # of 16 dimensions
        assert (noise.std(0) / deviation - 1).abs().max() < 4.5 / (2 * len(true)) ** 0.5
        assert (noise[:, 0] - true[:, 0]).abs().min() > 0
    # all else is as it was: the special token, and the other modality
    for k, kept in ((1, slice(0, 5)), (2, [0, *range(5, 13)])):
        for joint, masked in zip(seen[::3], seen[k::3], strict=True):
            torch.testing.assert_close(joint[:, kept], masked[:, kept])


@pytest.mark.parametrize("mask", ["mean", "calibrated", "shuffle"])
def test_a_model_that_ignores_the_text_answers_as_before_without_it(small_llava, mask):
    with torch.no_grad():
        small_llava.get_input_embeddings().weight[:] = torch.linspace(-1, 1, 16)
    found = asked(small_llava, *llava_batches((6, 3)), mask=mask)
    np.testing.assert_allclose(found.p_given_1, found.p_joint, atol=1e-6)
    assert np.abs(found.p_given_2 - found.p_joint).max() > 1e-4


@pytest.mark.parametrize("mask", MASKS)
def test_the_same_seed_gives_the_same_arrays_of_batches_of_any_length(small_llava, mask):
    batches = llava_batches((5, 3), (3, 7), (2, 1))
    one, same, other = (
        asked(small_llava, *batches, mask=mask, random_state=k) for k in (1, 1, 2)
    )
    for first, second in zip(one, same, strict=True):
        assert first.shape == (10, 3)
        np.testing.assert_array_equal(first, second)
        assert (first.sum(1) <= 1 + 1e-6).all()
    drawn = mask in ("calibrated", "shuffle")
    assert (np.abs(one[1] - other[1]).max() > 1e-6) == drawn


def test_decision_pid_takes_them(small_llava):
    answers = asked(small_llava, *llava_batches((30, 3), (10, 4)), mask="mean")
    with pytest.raises(ValueError, match=r"are no marginals of p_joint.*S <= \d"):
        ff.decision_pid(*answers)


def test_shuffled_tokens_are_those_of_partners_of_other_lengths():
    from fourfold.torch.replaced_tokens import of_another  # noqa: PLC0415

    samples = [torch.full((n, 2), float(n)) + torch.arange(n)[:, None] / 10 for n in (2, 5, 3)]
    for evenly in (True, False):
        rows = of_another(np.random.default_rng(0), 3, evenly=evenly)(samples, 0)
        assert [len(one) for one in rows] == [2, 5, 3]
        partners = [int(one[0, 0]) for one in rows]
        assert sorted(partners) == [2, 3, 5]
        assert all(a != b for a, b in zip(partners, (2, 5, 3), strict=True))
        steps = (rows[1][:, 0] - partners[1]) * 10
        if partners[1] == 2:
            assert steps.round().tolist() == ([0, 0, 0, 1, 1] if evenly else [0, 1, 0, 1, 0])
        else:
            assert steps.round().tolist() == ([0, 0, 1, 1, 2] if evenly else [0, 1, 2, 0, 1])


@pytest.mark.parametrize("mask", MASKS)
def test_half_precision(small_llava, mask):
    batches = llava_batches((4, 3))
    exact = asked(small_llava, *batches, mask=mask)
    rough = asked(small_llava.to(torch.bfloat16), *batches, mask=mask)
    for one, other in zip(exact, rough, strict=True):
        assert other.dtype == np.float64
        np.testing.assert_allclose(one, other, atol=0.15)


def test_the_model_is_left_as_it_was_whatever_happens(small_llava):
    small_llava.train()
    small_llava.model.vision_tower.eval()
    modes = [module.training for module in small_llava.modules()]
    good = llava_batches((2, 3))
    bad = {**good[0], "input_ids": torch.full((2, 8), 5)}

    def hooks():
        return sum(len(m._forward_pre_hooks) for m in small_llava.modules())

    before = hooks()
    asked(small_llava, *good)
    with pytest.raises(ValueError, match="sample 2 has no image token"):
        asked(small_llava, *good, bad)
    with pytest.raises(ValueError, match="Image features and image tokens do not match"):
        asked(
            small_llava, {**good[0], "pixel_values": good[0]["pixel_values"][:1]}, mask="mean"
        )
    assert hooks() == before
    assert [module.training for module in small_llava.modules()] == modes
    assert all(weight.grad is None for weight in small_llava.parameters())


def test_the_model_is_left_as_it_was_where_asking_cannot_begin(small_llava, monkeypatch):
    small_llava.train()

    def refuse(*_, **__):
        msg = "no hooks"
        raise RuntimeError(msg)

    monkeypatch.setattr(small_llava.get_decoder(), "register_forward_pre_hook", refuse)
    with pytest.raises(RuntimeError, match="no hooks"):
        answer_probabilities(small_llava, None, llava_batches((2, 3)), [1, 2])
    assert all(module.training for module in small_llava.modules())


def test_compiled_models_run_as_they_were_written(small_llava):
    """Code that was compiled before the hook was there would run without it."""
    (batch,) = llava_batches((2, 3))
    expected = asked(small_llava, batch, mask="mean")

    def backend(*_):
        pytest.fail("it was compiled")

    compiled = torch.compile(small_llava, backend=backend)
    for one, other in zip(asked(compiled, batch, mask="mean"), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_excluded_tokens_stay(small_llava):
    """By number, or where a function says so: the prompt alone then answers."""
    batch = llava_batches((4, 3))[0]
    batch["input_ids"][:, -1] = 28  # an answer prompt
    by_number = asked(small_llava, batch, mask="mean", exclude=[28])
    by_place = asked(
        small_llava, batch, mask="mean", exclude=lambda inputs: inputs["input_ids"] == 28
    )
    np.testing.assert_array_equal(by_number.p_given_1, by_place.p_given_1)
    assert (
        np.abs(by_number.p_given_1 - asked(small_llava, batch, mask="mean").p_given_1).max()
        > 0.01
    )
    with pytest.raises(ValueError, match="sample 0 has no text token"):
        asked(small_llava, batch, exclude=range(3, 29))
    with pytest.raises(ValueError, match=r"exclude: the function returned torch.int64 of"):
        asked(small_llava, batch, exclude=lambda inputs: inputs["input_ids"])


def test_pairs_and_answers_go_through_the_processor(small_llava):
    words = {"yes": [11, 4], "yeah": [11, 5], "no": [12], "": [], "\N{SNOWMAN}": [3]}
    (batch,) = llava_batches((4, 3))

    class Processor:
        tokenizer = SimpleNamespace(all_special_ids=[1], pad_token_id=0)

        def __call__(self, *, images, text, return_tensors, padding):
            assert (images, text, return_tensors, padding) == ("images", "texts", "pt", True)
            return batch

    def tokenizer(text, *, add_special_tokens):
        assert add_special_tokens is False
        return {"input_ids": words[text]}

    processor = Processor()
    processor.tokenizer = SimpleNamespace(all_special_ids=[1, 7], pad_token_id=0)
    made = type("T", (), {"__call__": staticmethod(tokenizer), "all_special_ids": [1, 7]})
    made.unk_token, made.unk_token_id = "<unk>", 3
    processor.tokenizer = made()
    pairs = [("images", "texts")]
    found = answer_probabilities(small_llava, processor, pairs, ["yes", "no"], "mean")
    expected = asked(small_llava, batch, mask="mean", exclude=[7])
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other[:, :2])
    for candidates, match in (
        (["yes", "no", "yeah"], "candidates: 'yes' and 'yeah' have the same first token, 11"),
        (["", "no"], "candidates: '' has no token"),
        (["yes"], "candidates: expected at least two"),
        (
            ["\N{SNOWMAN}", "no"],
            "candidates: '\N{SNOWMAN}' begins with what the tokenizer does not",
        ),
        ([11, 999], "candidates: 999 is the token 999, and the model has"),
        ([11, 1.5], "candidates: expected answers or numbers of tokens, got 1.5"),
    ):
        with pytest.raises(ValueError, match=match):
            answer_probabilities(small_llava, processor, pairs, candidates)
    with pytest.raises(TypeError, match="candidates: 'yes' needs a processor"):
        answer_probabilities(small_llava, None, [batch], ["yes", "no"])
    with pytest.raises(TypeError, match="processor: needed where batches are no dicts"):
        answer_probabilities(small_llava, None, pairs, CANDIDATES)


def test_batches_that_do_not_do_are_named(small_llava):
    (batch,) = llava_batches((2, 3))
    (single,) = llava_batches((1, 3))
    with pytest.raises(TypeError, match="batches: mask='mean' goes through them twice"):
        answer_probabilities(small_llava, None, iter([batch]), CANDIDATES)
    found = answer_probabilities(small_llava, None, iter([batch]), CANDIDATES, "blank")
    assert found.p_joint.shape == (2, 3)
    for given, options, match in (
        ([batch, single], {"mask": "shuffle"}, "one has a single sample"),
        ([], {"mask": "blank"}, "batches: there are none"),
        ([{"input_ids": IDS}], {}, "batches: expected attention_mask in each, got input_ids"),
        ([batch], {"mask": "noise"}, "mask: got 'noise'; expected one of 'mean', 'calibrated'"),
        ([batch], {"random_state": "a"}, "random_state: expected an int, a Generator or None"),
    ):
        with pytest.raises(ValueError, match=match):
            asked(small_llava, *given, **options)


def test_padding_images_of_smolvlm_stay_when_the_image_is_grey():
    model = smolvlm().eval()
    batch = batch_of(images(2, 2, 3, 8, 8))
    batch["pixel_values"][:, 1] = 0  # leaves one image of each sample
    found = asked(model, batch, mask="blank")
    assert np.isfinite(found.p_given_2).all()


def test_models_in_which_a_masked_input_would_be_told_are_refused():
    t5 = {"d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 1, "num_heads": 2}
    encoder_decoder = transformers.T5ForConditionalGeneration(
        transformers.T5Config(**t5, vocab_size=40)
    )
    text_only = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=1,
            num_attention_heads=2,
        )
    )  # fmt: skip
    for model, error, match in (
        (blip(), ValueError, "'blip' has no image tokens.*cross-attention"),
        (FAMILIES["instructblip"][0](), ValueError, "'instructblip' have read the text"),
        (encoder_decoder, ValueError, "'t5' has an encoder and a decoder"),
        (text_only, ValueError, "'llama' has no image_token_id"),
        (torch.nn.Linear(2, 2), TypeError, "vision-language model of transformers, got Linear"),
        (torch.nn.DataParallel(llava()), TypeError, "got DataParallel"),
    ):
        with pytest.raises(error, match=match):
            asked(model)


def test_a_language_model_that_is_given_more_is_refused(small_llava):
    """As those of Gemma 3n are given embeddings of the tokens for each layer."""
    decoder = small_llava.get_decoder()
    (batch,) = llava_batches((2, 3))
    for more, match in (
        ({"per_layer_inputs": torch.ones(2, 3)}, "LlamaModel is given per_layer_inputs beside"),
        ({"input_ids": batch["input_ids"]}, "LlamaModel is given more than inputs_embeds"),
    ):
        handle = decoder.register_forward_pre_hook(
            lambda _, given, named, more=more: (given, {**named, **more}), with_kwargs=True
        )
        with pytest.raises(ValueError, match=match):
            asked(small_llava, batch)
        handle.remove()
    assert IMAGE in batch["input_ids"]
