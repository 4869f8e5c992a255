# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A model's decisions from masked predictions: consistency, projections and refusals."""

from __future__ import annotations

import json
import warnings

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.workflows.decisions.decisions import project
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in
from tests.support.tables import divergence

TOL = 1e-7
ignore_projection = pytest.mark.filterwarnings("ignore::fourfold.ProjectionWarning")


def marginals(x1, x2, joint):
    """Rows of the predictions that marginals of the joint ones would be."""
    return tuple(
        np.stack([joint[x == k].mean(0) for k in range(x.max() + 1)])[x] for x in (x1, x2)
    )


@pytest.fixture
def model(rng):
    """800 rows of a model that looks at both sources, 3 by 4 states and 3 classes."""
    x1, x2 = rng.integers(3, size=800), rng.integers(4, size=800)
    table = rng.dirichlet([0.4, 0.4, 0.4], (3, 4))
    joint = 0.9 * table[x1, x2] + 0.1 * rng.dirichlet([1, 1, 1], 800)
    return x1, x2, joint


def xor(n=40, noise=0.1):
    """Sources, predictions of noisy XOR, and those of one source, which say nothing."""
    x1, x2 = np.arange(n) % 2, np.arange(n) // 2 % 2
    joint = np.where((x1 ^ x2)[:, None] == 1, [noise, 1 - noise], [1 - noise, noise])
    return x1, x2, joint, np.full((n, 2), 0.5)


# -- masked predictions that are marginals ---------------------------------------------


@ignore_undersampled
@settings(max_examples=60)
@given(hnp.arrays(np.int64, (2, 3, 3), elements=st.integers(0, 5)))
def test_exact_marginals_give_the_decomposition_of_the_table(counts):
    """Rows in proportion to p(x1,x2), each with p(y|x1,x2)."""
    pairs = counts.sum(2)
    assume(pairs.sum() > 1)
    x1, x2 = (np.repeat(axis.ravel(), pairs.ravel()) for axis in np.indices(pairs.shape))
    joint = counts[x1, x2] / pairs[x1, x2][:, None]
    p1y, p2y = counts.sum(1), counts.sum(0)
    given1, given2 = (
        table[x] / table[x].sum(1, keepdims=True) for table, x in ((p1y, x1), (p2y, x2))
    )
    found = ff.decision_pid(joint, given1, given2, x1=x1, x2=x2, tol=TOL)
    expected = ff.decompose(counts / counts.sum(), tol=TOL)
    slack = found.result.gap + expected.gap + 1e-9
    np.testing.assert_allclose(found.result.atoms, expected.atoms, rtol=0, atol=slack)
    assert found.result.mi_joint == pytest.approx(expected.mi_joint, abs=1e-9)
    assert not found.projected
    np.testing.assert_allclose(found.consistency, 0, atol=1e-9)
    assert found.result.n_samples == pairs.sum()


@pytest.mark.parametrize("options", [{}, {"bias_correction": "qe", "n_resamples": 25}])
def test_marginals_of_the_joint_predictions_need_no_masking(model, options):
    x1, x2, joint = model
    options = options | {"tol": 1e-6}
    found = ff.decision_pid(joint, *marginals(x1, x2, joint), x1=x1, x2=x2, **options)
    expected = ff.pid(x1, x2, joint, **{"bias_correction": "none"} | options)
    # in halves marginals of all rows are not those of the half, so corrections differ
    atol = 1e-5 if len(options) == 1 else 0.01
    np.testing.assert_allclose(found.result.atoms, expected.atoms, rtol=0, atol=atol)
    assert found.result.undersampled == expected.undersampled
    assert found.result.samples_per_cell == expected.samples_per_cell
    assert found.uniform == (0, 0, 0)
    assert not found.projected
    np.testing.assert_allclose(found.consistency, 0, atol=1e-12)


def test_predictions_of_one_state_are_averaged(model, rng):
    """Masked predictions may vary within a state, as its inputs do."""
    x1, x2, joint = model
    given1, given2 = marginals(x1, x2, joint)
    scattered = given1.copy()
    for state in range(3):
        inside = np.flatnonzero(x1 == state)[: (x1 == state).sum() // 2 * 2]
        shift = rng.uniform(-1, 1, len(inside) // 2)[:, None] * [1, -1, 0]
        shift *= 0.5 * given1[inside[0]].min()
        scattered[inside] += np.concatenate([shift, -shift])
    one = ff.decision_pid(joint, given1, given2, x1=x1, x2=x2).result
    other = ff.decision_pid(joint, scattered, given2, x1=x1, x2=x2).result
    np.testing.assert_allclose(one.atoms, other.atoms, rtol=0, atol=one.gap + other.gap)


def test_labels_may_be_strings_and_swapping_swaps(model):
    x1, x2, joint = model
    given1, given2 = marginals(x1, x2, joint)
    one = ff.decision_pid(joint, given1, given2, x1=x1, x2=x2, tol=TOL).result
    names = np.array(["d", "c", "b", "a"])
    other = ff.decision_pid(joint, given2, given1, x1=names[x2], x2=names[x1], tol=TOL).result
    swapped = (other.redundancy, other.unique2, other.unique1, other.synergy)
    np.testing.assert_allclose(one.atoms, swapped, rtol=0, atol=one.gap + other.gap)


# -- how far they are from that --------------------------------------------------------


@ignore_projection
def test_what_is_measured(model):
    x1, x2, joint = model
    given1, given2 = marginals(x1, x2, joint)
    given1 = 0.7 * given1 + 0.3 * np.array([0.6, 0.3, 0.1])
    found = ff.decision_pid(
        joint, given1, given2, x1=x1, x2=x2, on_inconsistent="project"
    ).consistency
    mean, masked = joint.mean(0), given1.mean(0)
    assert found.class_distance1 == pytest.approx(np.abs(mean - masked).sum() / 2)
    bits = np.sum(masked * np.log2(masked / mean))
    assert found.class_divergence1 == pytest.approx(bits)
    of_states = [
        divergence(given1[x1 == k].mean(0), joint[x1 == k].mean(0)) / np.log(2)
        for k in range(3)
    ]
    shares = np.bincount(x1) / len(x1)
    assert found.state_divergence1 == pytest.approx(shares @ of_states)
    assert found.correction1 > 1e-3
    loss = [np.mean(-(rows * np.log2(given1)).sum(1)) for rows in (joint, given1)]
    assert found.overconfidence1 == pytest.approx(loss[0] - loss[1])
    # of the second source nothing is wrong
    np.testing.assert_allclose(found[1::2], 0, atol=1e-12)


@ignore_projection
def test_the_projection_is_what_is_decomposed(model):
    x1, x2, joint = model
    given1, given2 = marginals(x1, x2, joint)
    given1 = 0.7 * given1 + 0.3 * np.array([0.6, 0.3, 0.1])
    given2 = 0.8 * given2 + 0.2 * np.array([0.1, 0.1, 0.8])
    found = ff.decision_pid(
        joint, given1, given2, x1=x1, x2=x2, on_inconsistent="project", tol=TOL
    )
    assert found.projected
    tables = []
    for x, rows, told in zip((x1, x2), (given1, given2), found.consistency[-2:], strict=True):
        table = np.stack([rows[x == k].sum(0) for k in range(x.max() + 1)])
        projected, bits = project(table, joint.sum(0))
        assert told == pytest.approx(bits)
        tables.append(projected / 800)
    expected = ff.decompose_marginals(*tables, found.result.mi_joint, tol=TOL)
    slack = found.result.gap + expected.gap + 1e-9
    np.testing.assert_allclose(found.result.atoms, expected.atoms, rtol=0, atol=slack)
    assert found.result.mi_joint == pytest.approx(plug_in(x1, x2, joint).mi_joint, abs=1e-12)


def test_what_differs_is_refused_with_numbers_and_a_remedy():
    x1, x2, joint, alone = xor()
    off = np.full_like(alone, [0.55, 0.45])
    with pytest.raises(
        ValueError,
        match=r"p_given_1, p_given_2: are no marginals of p_joint: .* total variation of "
        r"0 and 0\.05 \(0 and 0\.0072 bits\), more than tolerance = 1e-06.* 0 and 0\.0072 bits "
        r"away\. The masked answers contradict the joint ones by 0\.014 bits, little beside "
        r"I\(X1,X2;Y\) = 0\.53: on_inconsistent='project' will do\. Without a projection, of "
        r"the inputs: R >= 0\.000, U1 <= 0\.\d+, U2 <= 0\.\d+, S <= 0\.\d+ bits \(95 % each\)",
    ):
        ff.decision_pid(joint, alone, off, x1=x1, x2=x2)


@ignore_projection
def test_the_tolerance_itself_is_tolerated():
    """Up to it nothing is refused; what was projected is told all the same."""
    x1, x2, joint, alone = xor(noise=0.125)
    off = np.full_like(alone, [0.75, 0.25])
    found = ff.decision_pid(joint, alone, off, x1=x1, x2=x2, tolerance=0.25)
    assert found.projected
    assert found.consistency.class_distance2 == 0.25
    assert found.consistency.correction2 == pytest.approx(1 - np.log2(3) / 2)
    with pytest.raises(ValueError, match="are no marginals"):
        ff.decision_pid(joint, alone, off, x1=x1, x2=x2, tolerance=np.nextafter(0.25, 0))
    asked = ff.decision_pid(joint, alone, off, x1=x1, x2=x2, on_inconsistent="project")
    assert asked.to_dict() == found.to_dict()
    assert not ff.decision_pid(joint, alone, alone, x1=x1, x2=x2, tolerance=0).projected


def test_rounding_is_not_refused(model):
    x1, x2, joint = model
    rows = [p.astype(np.float32) for p in (joint, *marginals(x1, x2, joint))]
    found = ff.decision_pid(*rows, x1=x1, x2=x2)
    assert not found.projected
    scaled = [p * 0.999 for p in (joint, *marginals(x1, x2, joint))]
    other = ff.decision_pid(*scaled, x1=x1, x2=x2)
    assert other.uniform == (0, 0, 0)
    np.testing.assert_allclose(found.result.atoms, other.result.atoms, atol=2e-4)


def test_rounding_is_no_negative_synergy():
    """Where the first source decides, I(X1;Y) and I(X1,X2;Y) are the same but for rounding."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows = rng.dirichlet([0.2, 0.2, 0.2], 100)
        joint, given1 = (
            noisy / noisy.sum(1, keepdims=True)
            for noisy in (rows * np.exp(rng.normal(0, 1e-7, rows.shape)) for _ in range(2))
        )
        alone = np.tile(joint.mean(0), (100, 1))
        found = ff.decision_pid(joint, given1, alone, on_inconsistent="project").result
        assert found.synergy >= 0
        assert found.unique1 == pytest.approx(found.mi_joint, abs=1e-6)


@pytest.mark.parametrize("project", ["refuse", "project"])
def test_negative_synergy_is_refused(project):
    """Masked predictions that tell what the joint ones do not."""
    x1, x2, joint, _ = xor()
    sure = np.where(x1[:, None] == 1, [0.01, 0.99], [0.99, 0.01])
    with pytest.raises(
        ValueError, match=r"p_given_1, p_given_2: tell more of Y than p_joint .*fourfold\.pid"
    ):
        ff.decision_pid(joint, sure, sure, x1=x1, x2=x2, on_inconsistent=project)


# -- the projection --------------------------------------------------------------------


@ignore_undersampled
def test_the_rounding_of_long_sums_is_no_difference(rng):
    """The sum of 0.1 over many rows is off by more than a projection leaves."""
    n = 300_000
    joint = np.tile([0.1, 0.9], (n, 1))
    x1, x2 = rng.integers(3, size=(2, n))
    found = ff.decision_pid(joint, joint, joint, x1=x1, x2=x2)
    np.testing.assert_allclose(found.result.atoms, 0, atol=1e-9)
    assert not found.projected


@ignore_undersampled
@ignore_projection
def test_halves_may_lack_a_class_that_all_rows_have():
    """One row decides for a class, and one with a masked source."""
    n = 48
    x1, x2 = np.arange(n) % 2, np.arange(n) // 2 % 2
    joint, masked = np.tile([[0.5, 0.5, 0]], (2, n, 1))
    joint[0] = masked[1] = [0, 0, 1]
    for rng in range(3):
        result = ff.decision_pid(
            joint, masked, masked, x1=x1, x2=x2, n_resamples=25, random_state=rng
        ).result
        assert np.isfinite(result.confidence_interval.replicates).all()


@ignore_projection
def test_a_class_that_is_never_predicted_changes_nothing(model):
    x1, x2, joint = model
    rows = (joint, *marginals(x1, x2, joint))
    one = ff.decision_pid(*rows, x1=x1, x2=x2, tol=TOL).result
    wider = [np.insert(p, 1, 0.0, axis=1) for p in rows]
    other = ff.decision_pid(*wider, x1=x1, x2=x2, tol=TOL)
    np.testing.assert_allclose(one.atoms, other.result.atoms, rtol=0, atol=2 * TOL)
    # masked predictions of that class only are infinitely far, and projected all the same
    wider[1] = 0.9 * wider[1] + 0.1 * np.array([0, 1, 0, 0])
    found = ff.decision_pid(*wider, x1=x1, x2=x2, on_inconsistent="project", tol=TOL)
    assert found.consistency.class_divergence1 == np.inf
    assert found.to_dict()["consistency"]["class_divergence1"] is None
    assert found.consistency.correction1 == pytest.approx(-np.log2(0.9), abs=1e-6)
    np.testing.assert_allclose(one.atoms, found.result.atoms, rtol=0, atol=1e-6)


# -- every row a state of its own ------------------------------------------------------


@ignore_projection
@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(2, 12), st.integers(1, 4))
def test_rows_as_states_equal_a_dense_table(seed, n, ky):
    rng = np.random.default_rng(seed)
    joint = rng.dirichlet(np.full(ky, 0.3), n) + 1e-3
    joint /= joint.sum(1, keepdims=True)
    mean = joint.mean(0)
    # mixed with the mean, so that they have that mean and tell less
    given1, given2 = (
        s * joint[rng.permutation(n)] + (1 - s) * mean for s in rng.uniform(0, 0.4, 2)
    )
    found = ff.decision_pid(joint, given1, given2, tol=TOL).result
    table = np.zeros((n, n, ky))
    table[np.arange(n), np.arange(n)] = joint / n
    mi_joint = ff.decompose(table, tol=TOL).mi_joint
    expected = ff.decompose_marginals(given1 / n, given2 / n, mi_joint, tol=TOL)
    np.testing.assert_allclose(
        found.atoms, expected.atoms, rtol=0, atol=found.gap + expected.gap + 1e-9
    )
    assert found.mi_joint == pytest.approx(
        divergence(joint, mean[None]) / n / np.log(2), abs=1e-9
    )
    assert (found.n_samples, found.bias, found.undersampled) == (n, None, None)
    assert found.samples_per_cell is None


def test_rows_as_states_have_no_states_to_diverge():
    _, _, joint, alone = xor()
    found = ff.decision_pid(joint, alone, alone)
    entropy = -0.1 * np.log2(0.1) - 0.9 * np.log2(0.9)
    np.testing.assert_allclose(found.result.atoms, [0, 0, 0, 1 - entropy], atol=1e-9)
    assert found.consistency.state_divergence1 is None
    assert found.consistency.state_divergence2 is None
    np.testing.assert_allclose(found.consistency[6:8], 0, atol=1e-12)
    same = ff.decision_pid(joint, joint, joint).result
    np.testing.assert_allclose(same.atoms, [1 - entropy, 0, 0, 0], atol=1e-4)


@pytest.mark.parametrize("options", [{"bias_correction": "qe"}, {"n_resamples": 25}])
def test_rows_as_states_say_nothing_of_others(options):
    _, _, joint, alone = xor()
    with pytest.raises(ValueError, match=r"bias_correction, n_resamples: need x1 and x2"):
        ff.decision_pid(joint, alone, alone, **options)


def test_one_row_and_one_class():
    found = ff.decision_pid([[0.2, 0.7]], [[0.2, 0.7]], [[2 / 9, 7 / 9]])
    assert found.result.n_samples == 1
    np.testing.assert_allclose(found.result.atoms, 0, atol=1e-12)
    ones = np.ones((20, 1))
    np.testing.assert_allclose(ff.decision_pid(ones, ones, ones).result.atoms, 0, atol=1e-12)
    with pytest.warns(ff.UndersampledWarning):
        single = ff.decision_pid([[0.5, 0.5]], [[0.5, 0.5]], [[0.5, 0.5]], x1=["a"], x2=[0])
    assert single.result.atoms == (0, 0, 0, 0)


# -- candidates ------------------------------------------------------------------------


def test_rows_without_mass_are_uniform_and_counted():
    x1, x2, joint, alone = xor(80)
    found = ff.decision_pid(joint * 0.4, alone * 0.1, np.zeros_like(alone), x1=x1, x2=x2)
    assert found.uniform == (0, 80, 80)
    plain = ff.decision_pid(joint, alone, alone, x1=x1, x2=x2)
    np.testing.assert_allclose(found.result.atoms, plain.result.atoms, atol=1e-9)
    assert "made uniform for want of mass on the candidates: 0 of p_joint, 80" in repr(found)
    assert ff.decision_pid(joint * 0.4, alone, alone, tau=0.5).uniform == (80, 0, 0)
    kept = ff.decision_pid(joint * 0.4, alone * 0.1, alone, x1=x1, x2=x2, tau=0)
    assert kept.uniform == (0, 0, 0)
    assert ff.decision_pid(joint, alone, alone, tau=1).uniform == (0, 0, 0)


# -- corrections, intervals, warnings --------------------------------------------------


def test_intervals_and_seeds(model):
    x1, x2, joint = model
    rows = (joint, *marginals(x1, x2, joint))
    options = {"x1": x1, "x2": x2, "n_resamples": 40, "bias_correction": "auto"}
    one, other, third = (ff.decision_pid(*rows, **options, random_state=k) for k in (1, 1, 2))
    assert one.to_dict() == other.to_dict()
    assert one.to_dict() != third.to_dict()
    assert one.result.bias_correction == "linear"
    interval = one.result.confidence_interval
    assert (np.array(interval.low) <= np.array(interval.estimate)).all()
    assert (np.array(interval.high) >= np.array(interval.estimate)).all()
    # with the halves of fourfold.pid, so that both can be compared
    found = ff.compare(
        one.result,
        ff.pid(x1, x2, joint, n_resamples=40, bias_correction="auto", random_state=1),
    )
    np.testing.assert_allclose(found.difference, 0, atol=0.01)
    with pytest.raises(ValueError, match="resampled differently"):
        ff.compare(one.result, third.result)


def test_too_few_rows_are_warned_of_once(rng):
    x1, x2 = rng.integers(10, size=(2, 60))
    joint = rng.dirichlet([0.3, 0.3], 60)
    alone = np.tile(joint.mean(0), (60, 1))
    with pytest.warns(ff.UndersampledWarning) as caught:
        assert ff.decision_pid(joint, alone, alone, x1=x1, x2=x2).result.undersampled
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ff.decision_pid(joint, alone, alone)


def test_few_steps_are_warned_of(model):
    x1, x2, joint = model
    rows = (joint, *marginals(x1, x2, joint))
    with pytest.warns(ff.ConvergenceWarning, match="max_iter = 0") as caught:
        found = ff.decision_pid(*rows, x1=x1, x2=x2, max_iter=0, tol=1e-9)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert found.result.gap > 1e-9


# -- reading it ------------------------------------------------------------------------


@ignore_projection
def test_it_can_be_read(model):
    x1, x2, joint = model
    given1, given2 = marginals(x1, x2, joint)
    given1 = 0.9 * given1 + 0.1 * np.array([1, 0, 0])
    found = ff.decision_pid(joint, given1, given2, x1=x1, x2=x2, on_inconsistent="project")
    text = repr(found)
    assert text.startswith("DecisionPID:\nPID in bits\n")
    measured = found.consistency
    assert f"PROJECTED onto the p(y) of p_joint, by {measured.correction1:.4f} and" in text
    assert "states, divergence" in text
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["projected"] is True
    assert record["consistency"] == pytest.approx(measured._asdict())
    assert record["uniform"] == {"p_joint": 0, "p_given_1": 0, "p_given_2": 0}
    assert record["result"]["synergy"] == found.result.synergy
    plain = ff.decision_pid(joint, *marginals(x1, x2, joint))
    assert "PROJECTED" not in repr(plain)
    assert "states, divergence" not in repr(plain)
    json.dumps(plain.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"x2": None}, "x2: expected labels of both sources, or of none"),
        ({"x1": None}, "x1: expected labels of both sources, or of none"),
        ({"x1": [0] * 39}, "p_joint, x1, x2: .* p_joint has 40, x1 has 39"),
        ({"x1": np.zeros((40, 2))}, "x1: expected one label a row"),
        ({"p_given_1": np.full((39, 2), 0.5)}, r"same shape .* p_given_1 has \(39, 2\)"),
        ({"p_given_2": np.full((40, 3), 0.3)}, r"same shape .* p_given_2 has \(40, 3\)"),
        ({"p_joint": np.full((40, 2), 1.0)}, "p_joint: row 0 sums to 2"),
        ({"p_given_2": np.full((40, 2), -1.0)}, "p_given_2: entries must be non-negative"),
        ({"p_given_1": np.full(40, 0.5)}, r"p_given_1: expected rows .* shape \(N, K_Y\)"),
        ({"on_inconsistent": "clamp"}, "on_inconsistent: expected one of 'refuse', 'project'"),
        (
            {"bias_correction": "chao"},
            "bias_correction: expected one of 'none', 'auto', 'linear', 'qe'",
        ),
        ({"tolerance": -1}, r"tolerance: expected a finite number in \[0, 1\], got -1"),
        ({"tolerance": np.nan}, "tolerance: expected a finite number"),
        ({"tolerance": True}, "tolerance: expected a finite number"),
        ({"tau": 2}, r"tau: expected a finite number in \[0, 1\], got 2"),
        ({"n_resamples": 3}, "n_resamples: expected 0 or at least 25"),
        ({"dtype": "int8"}, "dtype: expected"),
    ],
)
def test_wrong_arguments_are_named(changes, match):
    x1, x2, joint, alone = xor()
    arguments = {"p_joint": joint, "p_given_1": alone, "p_given_2": alone, "x1": x1, "x2": x2}
    with pytest.raises(ValueError, match=match):
        ff.decision_pid(**(arguments | changes))


def test_few_rows_cannot_be_corrected():
    x1, x2, joint, alone = xor(4)
    with pytest.raises(ValueError, match="at least 8 samples, got 4"):
        ff.decision_pid(joint, alone, alone, x1=x1, x2=x2, bias_correction="qe")
