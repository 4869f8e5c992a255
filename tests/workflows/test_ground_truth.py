# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A model of two encoders whose fusion is known: every workflow recovers its atoms.

Inputs are one of four states each, (a, b); an encoder makes an embedding of its state, at deeper
layers after forgetting it more often; the fusion answers y with probability FUSION[a, b, y], or
FUSIONS[t] where a question t decides. So all distributions are known, and with them the atoms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

import fourfold as ff

N = 4000
LEVEL = 0.99  # so that many intervals at once hold the truth
DIM = 6
FORGETS = {"layers.0": 0.0, "layers.1": 0.3, "layers.2": 0.7}
INFERENCE = {"bias_correction": "auto", "n_resamples": 100, "confidence_level": LEVEL}

RNG = np.random.default_rng(20260)
STATES = RNG.dirichlet(np.full(16, 3.0)).reshape(4, 4)  # p(a, b)
FUSIONS = RNG.dirichlet(np.full(3, 0.4), size=(3, 4, 4))  # p(y | t, a, b)
FUSION = FUSIONS[0]
QUESTIONS = np.array([0.5, 0.3, 0.2])  # p(t)
PMF = STATES[:, :, None] * FUSION
CENTRES = 8.0 * RNG.standard_normal((2, 4, DIM))


class Inputs(NamedTuple):
    """N rows: states, embeddings, answers and the probabilities of these."""

    a: np.ndarray
    b: np.ndarray
    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray
    proba: np.ndarray


def draw(rng, n=N, fusion=FUSION):
    a, b = np.divmod(rng.choice(16, p=STATES.ravel(), size=n), 4)
    proba = fusion[a, b]
    y = (rng.random((n, 1)) > proba.cumsum(1)).sum(1)
    return Inputs(a, b, encode(a, 0, rng), encode(b, 1, rng), y, proba)


def encode(states, which, rng, forget=0.0):
    forgotten = rng.random(len(states)) < forget
    states = np.where(forgotten, rng.integers(4, size=len(states)), states)
    return CENTRES[which][states] + 0.3 * rng.standard_normal((len(states), DIM))


def atoms(pmf):
    return np.array(ff.decompose(pmf, tol=1e-8).atoms)


def forgetting(pmf, share):
    """The same with a state of X1 and of X2 replaced by any in so many cases."""
    channel = (1 - share) * np.eye(4) + share / 4
    return np.einsum("ia,jb,ijy->aby", channel, channel, pmf)


def assert_within(low, truth, high, *, at_most=0.25):
    low, truth, high = map(np.asarray, (low, truth, high))
    assert np.all((low <= truth) & (truth <= high)), (low, truth, high)
    assert np.all(high - low < at_most)  # or it would say nothing


def assert_recovered(result, truth):
    interval = result.confidence_interval
    assert_within(interval.low, truth, interval.high)
    low, high = interval.contributions[0]
    assert_within(low, truth[1] / (truth[1] + truth[2]), high, at_most=0.5)


@pytest.fixture(scope="module", name="inputs")
def _inputs():
    return draw(np.random.default_rng(0))


def test_embeddings_and_labels(inputs):
    estimator = ff.PIDEstimator(4, **INFERENCE, random_state=0).fit(
        inputs.x1, inputs.x2, inputs.y
    )
    assert_recovered(estimator.result_, atoms(PMF))


def test_layers():
    rng = np.random.default_rng(1)
    inputs = draw(rng)
    layers = [
        {name: encode(states, k, rng, share) for name, share in FORGETS.items()}
        for k, states in enumerate((inputs.a, inputs.b))
    ]
    profile = ff.layer_profile(
        *layers,
        inputs.y,
        n_clusters=4,
        n_seeds=2,
        n_resamples=100,
        confidence_level=LEVEL,
        estimator="kmeans",
    )
    truth = np.array([atoms(forgetting(PMF, share)) for share in FORGETS.values()])
    assert_within(np.array(profile.low), truth.T, np.array(profile.high))
    share = truth[:, 1] / truth[:, 1:3].sum(1)
    low, high = profile.contribution_intervals[:, 0].T
    assert_within(low[:2], share[:2], high[:2], at_most=0.7)
    assert low[2] <= share[2] <= high[2]  # of which little is left


def test_tokens_that_are_paired():
    rng = np.random.default_rng(2)
    tokens = draw(rng, 3 * N)
    x1, x2 = (x.reshape(N, 3, DIM) for x in (tokens.x1, tokens.x2))
    profile = ff.layer_profile(
        {"frames": x1},
        {"frames": x2},
        tokens.y.reshape(N, 3),
        paired_tokens=True,
        n_clusters=4,
        n_seeds=1,
        n_resamples=100,
        confidence_level=LEVEL,
        estimator="kmeans",
    )
    truth = atoms(PMF)
    assert_within(np.array(profile.low)[:, 0], truth, np.array(profile.high)[:, 0])


def test_data_sets():
    rng = np.random.default_rng(3)
    drawn = [draw(rng, fusion=fusion) for fusion in FUSIONS]
    profile = ff.dataset_profile(
        {f"task {k}": (data.x1, data.x2, data.y) for k, data in enumerate(drawn)},
        n_clusters=4,
        n_seeds=1,
        n_resamples=100,
        confidence_level=LEVEL,
        estimator="kmeans",
    )
    truth = np.array([atoms(STATES[:, :, None] * fusion) for fusion in FUSIONS])
    assert_within(np.array(profile.low), truth.T, np.array(profile.high))
    expected = (truth[0] * truth[0]).sum() / truth[0].sum()
    assert ff.agreement(profile, profile)["task 0"] == pytest.approx(expected, rel=0.1)


def test_black_box_decisions(inputs):
    result = ff.pid(inputs.a, inputs.b, inputs.proba, **INFERENCE)
    assert_recovered(result, atoms(PMF))


def test_masked_decisions(inputs):
    joint = STATES[:, :, None]
    given1 = (PMF.sum(1) / joint.sum(1))[inputs.a]
    given2 = (PMF.sum(0) / joint.sum(0))[inputs.b]
    found = ff.decision_pid(
        inputs.proba,
        given1,
        given2,
        x1=inputs.a,
        x2=inputs.b,
        on_inconsistent="project",
        n_resamples=100,
        confidence_level=LEVEL,
    )
    assert_recovered(found.result, atoms(PMF))
    # marginals up to the sample: the projection moves them by next to nothing
    assert max(found.consistency.correction1, found.consistency.correction2) < 1e-3


def test_three_modalities():
    rng = np.random.default_rng(4)
    t = rng.choice(3, p=QUESTIONS, size=N)
    drawn = [draw(rng, fusion=fusion) for fusion in FUSIONS]
    a, b, y = (
        np.choose(t, [getattr(data, name) for data in drawn]) for name in ("a", "b", "y")
    )
    found = ff.conditional_pid(a, b, y, given=t, **INFERENCE)
    truth = QUESTIONS @ [atoms(STATES[:, :, None] * fusion) for fusion in FUSIONS]
    assert_recovered(found.result, truth)


def test_samples(inputs):
    result = ff.pid(inputs.a, inputs.b, inputs.y, **INFERENCE)
    parts = ff.pointwise(result, inputs.a, inputs.b, inputs.y)
    interval = result.confidence_interval
    means = np.array(parts[:4]).mean(1)
    np.testing.assert_allclose(means, result.atoms, atol=1e-9)
    assert_within(interval.low, atoms(PMF), interval.high)


def test_interventions(inputs):
    answers = FUSION.argmax(2)

    def predict(x1, x2):
        a, b = (
            ((x[:, None] - centres) ** 2).sum(2).argmin(1)
            for x, centres in zip((x1, x2), CENTRES, strict=True)
        )
        return answers[a, b]

    report = ff.ablation_report(
        {"model": (predict, inputs.x1, inputs.x2, inputs.y)},
        interventions=("shuffle",),
        n_clusters=4,
        n_repeats=20,
        n_seeds=1,
        n_resamples=100,
        confidence_level=LEVEL,
        random_state=0,
        estimator="kmeans",
    )
    decided = STATES[:, :, None] * np.eye(3)[answers]
    assert_recovered(report.results[0][0], atoms(decided))
    right = STATES[:, :, None] * FUSION * np.eye(3)[answers]
    # with a drawn anew: the answer is of (a', b), the truth of (a, b)
    pa, pb = STATES.sum(1), STATES.sum(0)
    of_b, of_a = np.eye(3)[answers], PMF
    without1 = np.einsum("i,ijy,kjy->", pa, of_b, of_a)
    without2 = np.einsum("j,ijy,iky->", pb, of_b, of_a)
    truth = right.sum() - np.array([without1, without2])
    assert_within(report.drops_low[0, :, 0], truth, report.drops_high[0, :, 0])


def test_embeddings_read_out_of_a_network():
    torch = pytest.importorskip("torch")
    from fourfold.torch import capture  # noqa: PLC0415  needs torch

    rng = np.random.default_rng(5)
    inputs = draw(rng)

    class Encoder(torch.nn.Module):
        """Tokens of a state: its centre plus noise that averages out."""

        def __init__(self, centres):
            super().__init__()
            self.embed = torch.nn.Embedding.from_pretrained(torch.tensor(centres))
            self.out = torch.nn.Identity()

        def forward(self, states):
            tokens = self.embed(states)[:, None].expand(-1, 4, -1)
            return self.out(tokens + torch.tensor([-1.0, 0.0, 0.0, 1.0])[None, :, None])

    class TwoEncoders(torch.nn.Module):
        """Both, their tokens one after the other."""

        def __init__(self):
            super().__init__()
            self.first, self.second = (Encoder(centres) for centres in CENTRES)
            self.joined = torch.nn.Identity()

        def forward(self, a, b):
            return self.joined(torch.cat([self.first(a), self.second(b)], dim=1))

    model = TwoEncoders()
    is_first = torch.arange(8).expand(500, 8) < 4
    with capture(model, layers=["joined"]) as captured:
        for rows in np.split(np.arange(N), N // 500):
            with captured.batch(first=is_first, second=~is_first):
                model(*(torch.from_numpy(states[rows]) for states in (inputs.a, inputs.b)))
    profile = ff.layer_profile(
        captured["first"],
        captured["second"],
        inputs.y,
        n_clusters=4,
        n_seeds=1,
        n_resamples=100,
        confidence_level=LEVEL,
        estimator="kmeans",
    )
    truth = atoms(PMF)
    assert_within(np.array(profile.low)[:, 0], truth, np.array(profile.high)[:, 0])
