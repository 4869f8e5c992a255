# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What holds of a model's answers without a projection, and what is said of one."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.decisions.advice import advice, inconsistency
from fourfold.workflows.decisions.decisions import Consistency
from fourfold.workflows.decisions.masked_bounds import masked_bounds

NONE = Consistency(0, 0, 0, 0, None, None, 0, 0, 0, 0)


def truth(rng, classes=3):
    """Sources of 4 and 5 states that go together, a model, its atoms and its marginals."""
    pairs = rng.dirichlet(np.full(20, 0.7)).reshape(4, 5)
    answers = rng.dirichlet(np.full(classes, 0.3), (4, 5))
    table = pairs[:, :, None] * answers
    alone = [table.sum(axis) / table.sum((axis, 2))[:, None] for axis in (1, 0)]
    return pairs, answers, ff.decompose(table, tol=1e-7), alone


def drawn(rng, pairs, answers, n):
    x1, x2 = np.divmod(rng.choice(20, size=n, p=pairs.ravel()), 5)
    return x1, x2, answers[x1, x2]


@pytest.mark.parametrize("what", ["true", "sure", "wrong", "of a partner"])
def test_bounds_hold_whatever_the_masks_are_worth(what):
    """Of 40 random models, each bound at 95 %: at most 6 of 40 may fail (p = .014)."""
    failed = np.zeros(4, int)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        pairs, answers, atoms, alone = truth(rng)
        x1, x2, joint = drawn(rng, pairs, answers, 200)
        given = alone[0][x1], alone[1][x2]
        if what == "sure":
            given = tuple(p**4 / (p**4).sum(1, keepdims=True) for p in given)
        elif what == "wrong":
            given = tuple(p[:, [1, 2, 0]] for p in given)
        elif what == "of a partner":
            other = np.roll(np.arange(200), 1)
            given = answers[x1, x2[other]], answers[x1[other], x2]
        found = masked_bounds(joint, given, 0.95)
        failed += [
            found.redundancy > atoms.redundancy + 1e-6,
            found.unique1 < atoms.unique1 - 1e-6,
            found.unique2 < atoms.unique2 - 1e-6,
            found.synergy < atoms.synergy - 1e-6,
        ]
    assert failed.max() <= 6, failed


def test_bounds_of_true_marginals_are_near_what_the_informations_allow():
    """R >= I1 + I2 - I12, U1 <= I12 - I2, U2 <= I12 - I1, S <= I12 - max(I1, I2): no H(Y)."""
    rng = np.random.default_rng(1)
    pairs, answers, atoms, alone = truth(rng)
    x1, x2, joint = drawn(rng, pairs, answers, 5000)
    found = masked_bounds(joint, (alone[0][x1], alone[1][x2]), 0.95)
    one, two, both = atoms.mi1, atoms.mi2, atoms.mi_joint
    expected = [max(0, one + two - both), both - two, both - one, both - max(one, two)]
    off = np.array(found[:4]) - expected
    assert off[0] <= 0.01
    assert (off[1:] >= -0.01).all()
    np.testing.assert_allclose(off, 0, atol=0.06)


def test_temperature_and_offsets_of_a_mask_cost_nothing():
    """Sure answers with another class in front are the same predictors after recalibration."""
    rng = np.random.default_rng(2)
    pairs, answers, _, alone = truth(rng)
    x1, x2, joint = drawn(rng, pairs, answers, 1000)
    given = alone[0][x1], alone[1][x2]
    plain = masked_bounds(joint, given, 0.95)
    changed = [p**3 * np.array([1, 20, 0.3]) for p in given]
    changed = tuple(p / p.sum(1, keepdims=True) for p in changed)
    np.testing.assert_allclose(masked_bounds(joint, changed, 0.95)[:4], plain[:4], atol=2e-3)


def test_few_rows_and_single_answers_have_no_bounds():
    half = np.full((29, 2), 0.5)
    assert np.isnan(masked_bounds(half, (half, half), 0.9)[:4]).all()
    sure = np.tile([1.0, 0.0], (40, 1))
    assert np.isnan(masked_bounds(sure, (sure, sure), 0.9)[:4]).all()
    found = ff.decision_pid(half, half, half)
    assert "no known bounds, of fewer than 30 rows" in repr(found)


def test_classes_that_no_joint_answer_has_are_left_out():
    rng = np.random.default_rng(3)
    joint = rng.dirichlet([0.4, 0.4], 200)
    given = rng.dirichlet([1, 1], 200)
    wider = [np.insert(p, 1, 0.0, axis=1) for p in (joint, given, given)]
    wider[1] = 0.5 * wider[1] + 0.5 * np.array([0, 1, 0])
    wider[2][0] = [0, 1, 0]  # says nothing of the answers that occur
    found = masked_bounds(wider[0], (wider[1], wider[2]), 0.95)
    np.testing.assert_allclose(found, masked_bounds(joint, (given, given), 0.95), atol=0.05)


def test_the_result_has_them_and_is_read_with_them(tmp_path):
    rng = np.random.default_rng(4)
    pairs, answers, _, alone = truth(rng)
    x1, x2, joint = drawn(rng, pairs, answers, 1000)
    found = ff.decision_pid(
        joint, alone[0][x1], alone[1][x2], x1=x1, x2=x2, tolerance=0.1, confidence_level=0.9
    )
    # not of the same bits: rows were made to add up to one
    expected = masked_bounds(joint, (alone[0][x1], alone[1][x2]), 0.9)
    np.testing.assert_allclose(found.outer_bounds, expected, rtol=0, atol=1e-12)
    text = found.outer_bounds.words()
    assert f"of the inputs, whatever the masks are worth: {text} bits (90 % each)" in repr(
        found
    )
    assert text.replace(">", "&gt;").replace("<", "&lt;") in found.to_html()
    found.save(tmp_path / "found.json")
    assert ff.load(tmp_path / "found.json") == found


@pytest.mark.parametrize(
    ("size", "match"),
    [
        (0.0, "^The masked answers do not contradict the joint ones$"),
        (0.1, "little beside .* on_inconsistent='project' will do"),
        (0.2, r"a good part of .* posterior_pid\(p_given_1, p_given_2, p_joint, p_joint\)"),
        (0.3, r"much beside .* do not read .* fourfold.pid\(x1, x2, p_joint\).*recombined_pid"),
    ],
)
def test_advice_goes_by_the_size(size, match):
    found = NONE._replace(correction2=size)
    assert inconsistency(found) == size
    with pytest.raises(AssertionError, match=match):
        raise AssertionError(advice(size, 1.0))


def test_the_size_counts_corrections_states_and_overconfidence():
    found = NONE._replace(overconfidence1=-2.0, correction2=0.5)
    assert inconsistency(found) == 2.0
    assert inconsistency(found._replace(state_divergence1=0.1, state_divergence2=3.0)) == 3.0
    assert inconsistency(found._replace(overconfidence1=0.1)) == 0.5


@pytest.mark.filterwarnings("ignore::fourfold.exceptions.ProjectionWarning")
@pytest.mark.parametrize("sure", [0.88, 0.83])
def test_unsure_masks_are_no_small_contradiction(sure):
    """Their divergence is of second order, what they hide of the first."""
    x1, x2 = np.repeat([0, 1], 200), np.tile([0, 1], 200)
    joint, given = (np.where(x1[:, None] == [0, 1], p, 1 - p) for p in (0.9, sure))
    found = ff.decision_pid(joint, given, np.full((400, 2), 0.5), x1=x1, x2=x2)
    right, hidden = (-(p * np.log2(p) + (1 - p) * np.log2(1 - p)) for p in (0.9, sure))
    off = hidden - right  # of U1 = 1 - right, which is all there is
    assert found.result.unique1 == pytest.approx(1 - hidden, abs=1e-3)
    assert found.consistency.correction1 < 1e-9
    assert found.consistency.state_divergence1 < off / 5
    assert inconsistency(found.consistency) == pytest.approx(off, rel=0.2)
    assert "will do" not in found.advice


def test_answers_beside_a_partner_pass_for_marginals_and_are_told_by_overconfidence():
    """Their classes are those of the joint answers, yet of X2 they say what a partner's X1 is."""
    rng = np.random.default_rng(5)
    joint = rng.dirichlet([0.05, 0.05, 0.05], 200)  # of X1 alone
    with pytest.warns(
        ff.ProjectionWarning, match="state by state they contradict it.* do not read"
    ):
        found = ff.decision_pid(joint, joint, np.roll(joint, 1, axis=0), tol=1e-3)
    assert not found.projected
    assert found.result.redundancy > 0.3  # of 0
    assert found.consistency.overconfidence2 > 1
    assert "do not read" in found.advice
    assert found.outer_bounds.unique2 < 0.2


def test_projections_are_warned_of_by_their_size():
    """More than a tenth of I(X1,X2;Y); more than an atom; and not below a hundredth."""
    x1, x2 = np.arange(400) % 2, np.arange(400) // 2 % 2
    joint = np.where((x1 ^ x2)[:, None] == 1, [0.1, 0.9], [0.9, 0.1])  # 0.53 bits, all S

    def projected(p):
        off = np.tile([p, 1 - p], (400, 1))
        alone = np.full((400, 2), 0.5)
        return ff.decision_pid(joint, alone, off, x1=x1, x2=x2, on_inconsistent="project")

    with pytest.warns(ff.ProjectionWarning, match=r"a tenth of .* much beside") as caught:
        projected(0.8)
    assert caught[0].filename == __file__
    with pytest.warns(ff.ProjectionWarning, match="the smallest atom, 0: atoms below that"):
        projected(0.57)
    found = projected(0.53)  # 0.0026 bits; other warnings are errors
    assert found.projected
    assert found.consistency.correction2 > 0.002
