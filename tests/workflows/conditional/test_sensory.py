# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a model's answers owe to video and sound, given the question: by all pairs, by rows, by masks."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff

STATES = 4
SURE = 0.9


@pytest.fixture(scope="module")
def answers():
    """Of a model, shape (question, video, sound, candidate): what is seen, what is heard, are they the same."""
    video, sound = np.indices((STATES, STATES))
    said = np.stack([video, sound, (video == sound).astype(int)])
    return np.where(np.eye(STATES)[said] > 0, SURE, (1 - SURE) / (STATES - 1))


@pytest.fixture(scope="module")
def by_question(answers):
    """With all pairs of video and sound asked, the decomposition is that of a table, exact."""
    return ff.decompose(answers / STATES**2)


def kl(p, q):
    return (p * np.log2(p / q)).sum(-1)


def test_all_pairs_give_the_truth(answers, by_question):
    told = by_question.mi_joint
    np.testing.assert_allclose(by_question.unique1, [told[0], 0, 0], atol=1e-4)
    np.testing.assert_allclose(by_question.unique2, [0, told[1], 0], atol=1e-4)
    np.testing.assert_allclose(by_question.synergy, [0, 0, told[2]], atol=1e-4)
    baseline = answers.mean((1, 2), keepdims=True)
    np.testing.assert_allclose(kl(answers, baseline).mean((1, 2)), told, atol=1e-12)


def test_rows_give_the_truth(answers, by_question):
    rng = np.random.default_rng(0)
    video, sound = rng.integers(STATES, size=(2, 1500))
    question = rng.integers(3, size=1500)
    found = ff.conditional_pid(video, sound, answers[question, video, sound], given=question)
    np.testing.assert_allclose(
        found.result.atoms, np.mean(by_question.atoms, axis=1), atol=0.03
    )


def test_a_masked_baseline_adds_how_far_it_is_from_the_mean_answer(answers, by_question):
    """E KL(p(y|v,a,t) || m(y|t)) = I(V,A;Y|T) + E KL(p(y|t) || m(y|t)), for any m."""
    masked = np.array(
        [0.7, 0.1, 0.1, 0.1]
    )  # what the model says when it sees and hears nothing
    found = kl(answers, masked).mean()
    excess = kl(answers.mean((1, 2)), masked).mean()
    assert found == pytest.approx(np.mean(by_question.mi_joint) + excess, abs=1e-12)
    assert excess > 0.2


def test_a_masked_sound_is_taken_for_information_of_the_video(answers, by_question):
    """Whether both are the same the video alone does not tell; masked sound is never the same."""
    same = answers[2]
    assert by_question.mi1[2] == pytest.approx(0, abs=1e-12)
    of_video = np.broadcast_to(same[0, 1], same.shape)  # "no", whatever the video
    assert kl(of_video, same.mean((0, 1))).mean() > 0.2
    nothing = np.broadcast_to(same.mean((0, 1)), same.shape)
    rows = [part.reshape(-1, STATES) for part in (same, of_video, nothing)]
    video, sound = (places.ravel() for places in np.indices((STATES, STATES)))
    with pytest.raises(ValueError, match="marginal"):
        ff.decision_pid(*rows, x1=video, x2=sound)
