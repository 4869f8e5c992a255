# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Union information of samples: what must not matter, what it must equal, and what is refused."""

import numpy as np
import pytest

import fourfold as ff
from fourfold.inference.union.union_information import union_information
from fourfold.solve.union.from_marginals import union_information_from_marginals

NUMBERS = ("information", "union_information", "gap", "kink")


def views(n, noise, seed=0, classes=3):
    """A label, and sources that are right but for some rows drawn anew."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=n)
    return [np.where(rng.random(n) < e, rng.integers(classes, size=n), y) for e in noise], y


def assert_same(one, other, places=slice(None)):
    for name in NUMBERS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name)[places], atol=1e-9)
    for name in ("standard_error", "plug_in"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            np.testing.assert_allclose(a, b[places], atol=1e-9)
    for end in ("low", "high"):
        ends = (getattr(result.confidence_interval, end) for result in (one, other))
        for a, b in zip(*ends, strict=True):
            np.testing.assert_allclose(a, b[places], atol=1e-9)


@pytest.fixture(scope="module")
def three():
    sources, y = views(400, (0.3, 0.4, 0.6))
    return sources, y, union_information(sources, y)


# -- what must not matter --------------------------------------------------------------


def test_order_of_rows_and_names_of_states_do_not_matter(three):
    sources, y, result = three
    order = np.random.default_rng(5).permutation(len(y))
    words = np.array(["z", "a", "m"])
    other = union_information(
        [words[sources[0]][order], -sources[1][order], sources[2][order]], y[order] + 7
    )
    assert_same(other, result)


def test_order_of_sources_does_not_matter(three):
    sources, y, result = three
    named = dict(zip("abc", sources, strict=True))
    swapped = union_information({name: named[name] for name in "cab"}, y)
    first = union_information(named, y)
    assert_same(first, result)
    for subset in first.subsets:
        one, other = first[subset], swapped[subset]
        assert other.union_information == pytest.approx(one.union_information, abs=1e-4)
        assert other.information == pytest.approx(one.information, abs=1e-9)


def test_subsets_that_are_asked_for_have_the_numbers_of_all(three):
    sources, y, result = three
    some = union_information(sources, y, subsets=[("x1", "x3"), (0, 1, 2), "x2"])
    assert some.subsets == (("x2",), ("x1", "x3"), ("x1", "x2", "x3"))
    assert_same(some, result, [result.subsets.index(subset) for subset in some.subsets])


def test_columns_of_a_frame_are_sources(three):
    pandas = pytest.importorskip("pandas")
    sources, y, result = three
    frame = pandas.DataFrame(dict(zip(("x1", "x2", "x3"), sources, strict=True)))
    assert_same(union_information(frame, y), result)


def test_rows_in_another_order_are_refused(three):
    pandas = pytest.importorskip("pandas")
    sources, y, _ = three
    x1, x2, target = map(pandas.Series, (*sources[:2], y))
    with pytest.raises(
        ValueError, match="x2, y: their rows have the same labels in another order"
    ):
        union_information([x1.to_numpy(), x2, sources[2]], target[::-1])


def test_continuous_targets_are_put_into_bins():
    sources, y = views(400, (0.3, 0.4, 0.6), classes=4)
    numbers = y + np.random.default_rng(1).random(400)
    result = union_information(sources, numbers, target_bins=4)
    codes, edges = ff.bin_target(numbers, 4)
    assert_same(result, union_information(sources, codes))
    np.testing.assert_array_equal(result.target_bins.edges, edges)


# -- what it must equal ----------------------------------------------------------------


@pytest.mark.parametrize("n", [40, 500])
def test_two_sources_are_those_of_pid(n):
    sources, y = views(n, (0.3, 0.5), seed=n)
    pid = ff.pid(*sources, y, random_state=3)
    result = union_information(sources, y, random_state=3)
    assert result.pairs["x1", "x2"].to_dict() == pid.to_dict()
    np.testing.assert_allclose(result.information, [pid.mi1, pid.mi2, pid.mi_joint], atol=1e-12)
    assert result["x1", "x2"].union_information == pid.union_information
    assert result["x1", "x2"].synergy == pytest.approx(pid.synergy, abs=1e-12)
    assert result.unique["x1"] == pytest.approx(pid.unique1, abs=1e-12)
    assert result.standard_error.synergy[2] == pid.standard_error.synergy
    interval = result.confidence_interval
    for end, atoms in ((interval.low, pid.confidence_interval.low),
                       (interval.high, pid.confidence_interval.high)):  # fmt: skip
        assert end.synergy[2] == pytest.approx(atoms.synergy, abs=1e-12)


def test_each_pair_of_three_is_that_of_pid(three):
    sources, y, result = three
    for i, j in ((0, 1), (0, 2), (1, 2)):
        pid = ff.pid(sources[i], sources[j], y)
        assert result.pairs[f"x{i + 1}", f"x{j + 1}"].to_dict() == pid.to_dict()
        assert result[i, j].union_information == pid.union_information


def test_frequencies_as_they_are_are_a_table(three):
    sources, y, _ = three
    plain = union_information(sources, y, bias_correction="none", tol=1e-6)
    tables = [
        np.stack([np.bincount(y[x == k], minlength=3) for k in range(3)]) for x in sources
    ]
    exact = union_information_from_marginals(tables, tol=1e-6)
    np.testing.assert_allclose(plain.union_information, exact.union_information, atol=2e-6)
    joint = ff.decompose_marginals(
        *(np.stack([np.bincount(y[x == k], minlength=3) for k in range(9)]) / len(y)
          for x in (3 * sources[0] + sources[1],) * 2)
    )  # fmt: skip
    assert plain[0, 1].information == pytest.approx(joint.mi1, abs=1e-9)
    assert plain.bias_correction == "none"
    assert plain.confidence_interval is plain.standard_error is plain.plug_in is None


def test_the_information_of_all_is_that_of_joint_states(three):
    sources, y, result = three
    joint = ff.pid(np.c_[sources[0], sources[1]], sources[2], y)
    # halves are of the same rows, but of cells in another order
    assert result[0, 1, 2].information == pytest.approx(joint.mi_joint, abs=0.02)
    assert result.plug_in.information[-1] == pytest.approx(sum(joint.plug_in), abs=1e-9)


def test_sources_that_another_fixes_change_nothing():
    """A constant, a copy and a function of one source leave v* and I of the others as they are."""
    (a, b), y = views(500, (0.3, 0.5))
    fixed = {"none": np.zeros(500, int), "copy": a + 4, "merged": a > 0}
    two = union_information({"a": a, "b": b}, y)
    result = union_information({"a": a, "b": b, **fixed}, y)
    for name in fixed:
        whole = result["a", "b", name]
        assert (whole.information, whole.synergy) == (two[0, 1].information, two[0, 1].synergy)
        assert result.unique[name] == 0.0
    for parts in (*result.confidence_interval[:2], result.standard_error, result.plug_in):
        assert len(set(parts.synergy[[result.subsets.index(("a", "b")), -1]])) == 1


def test_copies_of_one_source_tell_what_it_tells():
    (x,), y = views(500, (0.4,))
    result = union_information([x, x, x], y)
    np.testing.assert_allclose(result.union_information, result.information[0], atol=2e-3)
    np.testing.assert_allclose(result.information, result.information[0], atol=2e-3)
    assert not result.undersampled.any()


# -- too few samples, and what is refused ----------------------------------------------


def test_few_samples_are_said_of_their_subsets():
    rng = np.random.default_rng(0)
    sources, y = rng.integers(6, size=(3, 60)), rng.integers(4, size=60)
    with pytest.warns(
        ff.UndersampledWarning, match=r"synergy of \(x1, x2, x3\).* 60 samples are 0\.069"
    ):
        result = union_information(list(sources), y)
    assert result.undersampled[-1]
    assert not result.undersampled[:3].any()
    assert result.samples_per_cell[-1] == pytest.approx(60 / (6**3 * 4))
    high = result.confidence_interval.high
    assert (high.information < result.entropy + 0.3).all()
    assert result.confidence_interval.low.synergy[-1] <= 0


def test_sources_that_are_no_labels_are_said_by_name():
    sources, y = views(60, (0.3, 0.5))
    with pytest.warns(ff.UndersampledWarning, match="Of x3 most samples are alone"):
        result = union_information([*sources, np.arange(60)], y)
    assert result.undersampled.tolist() == [False, False, True, False, True, True, True]


def test_very_few_samples_are_taken_as_they_are():
    sources, y = views(7, (0.3, 0.5, 0.5))
    with pytest.warns(ff.UndersampledWarning, match="7 samples are 0.13 per cell"):
        result = union_information(sources, y)
    assert result.bias_correction == "none"
    with pytest.raises(ValueError, match="at least 8 rows, got 7"):
        union_information(sources, y, bias_correction="chao")


@pytest.mark.parametrize(
    ("sources", "y", "given", "error", "words"),
    [
        (np.zeros((3, 4), int), [0, 1, 0, 1], {}, TypeError, r"give \[\*X\.T\]"),
        ([[0, 1]], [0, 1], {}, ValueError, "at least two, got 1"),
        ({"y": [0, 1], "b": [0, 1]}, [0, 1], {}, ValueError, "not 'y'"),
        ([[0, 1], [0, 1, 1]], [0, 1], {}, ValueError, "x2 has 3"),
        ([[0, 1], [0.5, 1.0]], [0, 1], {}, ValueError, "x2"),
        ([[0, 1], [1, 1]], [[0.5, 0.5], [1, 0]], {}, ValueError, "rows of probabilities"),
        ([[0, 1], [1, 1]], [0, 1], {"subsets": [("x3",)]}, ValueError, "no source 'x3'"),
        ([[0, 1], [1, 1]], [0, 1], {"bias_correction": "qe"}, ValueError, "bias_correction"),
        ([[0, 1], [1, 1]], [0, 1], {"confidence_level": 95}, ValueError, "confidence_level"),
        ([[0, 1], [1, 1]], [0, 1], {"tol": 0}, ValueError, "tol"),
    ],
)
def test_refusals_say_what_is_wrong(sources, y, given, error, words):
    with pytest.raises(error, match=words):
        union_information(sources, y, **given)


# -- tests of nulls --------------------------------------------------------------------


def test_each_source_against_the_rest_tests_the_synergy_of_all():
    """As the notes say: exact where S = 0, and it sees an interaction of any sources."""
    rng = np.random.default_rng(2)
    a, b, c = rng.integers(2, size=(3, 300))
    parity = a ^ b ^ (rng.random(300) < 0.1)
    seen = ff.permutation_test(a, np.c_[b, c], parity, "interaction", n_permutations=99)
    assert seen.pvalue == 0.01
    rejected = 0
    for seed in range(20):
        sources, y = views(200, (0.3, 0.4, 0.5), seed=seed)
        log_odds = np.array([1.0, -1.0])  # y from one source alone: S = 0 of all
        y = (rng.random(200) < 1 / (1 + np.exp(-log_odds[sources[0] % 2]))).astype(int)
        test = ff.permutation_test(
            sources[0], np.c_[sources[1], sources[2]], y, "interaction", n_permutations=19
        )
        rejected += test.pvalue <= 0.05
    assert rejected <= 4  # more than 4 of 20 at 0.05: once in 400
