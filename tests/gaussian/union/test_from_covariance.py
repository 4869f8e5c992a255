# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unions of subsets of sources: what is known of them, how they are read, and what is refused."""

from __future__ import annotations

import itertools
import json
import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from tests.support.gaussians import random_covariance, rotation

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.lists(st.integers(1, 3), min_size=3, max_size=5).map(tuple)


def of_gains(*gains, noise=None):
    """Of X_i = H_i Y + noise of variance 1, Y white."""
    seen = np.vstack([np.atleast_2d(one) for one in gains])
    noise = np.eye(len(seen)) if noise is None else noise
    return np.block([[seen @ seen.T + noise, seen], [seen.T, np.eye(seen.shape[1])]])


def union(cov, sizes, **options):
    return ff.gaussian_union_from_covariance(cov, sizes, **options)


def part(cov, sizes, sources):
    """Covariance and sizes of some sources and Y."""
    ends = np.cumsum(sizes)
    keep = np.concatenate(
        [np.arange(ends[k] - sizes[k], ends[k]) for k in (*sources, len(sizes) - 1)]
    )
    return cov[np.ix_(keep, keep)], tuple(sizes[k] for k in (*sources, len(sizes) - 1))


# -- against what is known -----------------------------------------------------------------


@given(SEEDS, SIZES)
def test_two_sources_are_those_of_the_closed_form(seed, sizes):
    cov = random_covariance(np.random.default_rng(seed), sizes)
    found = union(cov, sizes)
    for pair in itertools.combinations(range(len(sizes) - 1), 2):
        exact = ff.gaussian_pid_from_covariance(*part(cov, sizes, pair))
        one = found[pair]
        assert one.lower == one.upper
        np.testing.assert_allclose(
            [one.information, one.union_information, one.synergy],
            [exact.mi_joint, exact.union_information, exact.synergy],
            rtol=0,
            atol=1e-12,
        )


@given(SEEDS, SIZES)
def test_bounds_and_order_of_subsets(seed, sizes):
    cov = random_covariance(np.random.default_rng(seed), sizes)
    found = union(cov, sizes)
    assert found.converged.all()
    assert (found.gap >= 0).all()
    assert (found.synergy >= -1e-12).all()
    alone = {subset: found[subset] for subset in found.subsets}
    for subset, one in alone.items():
        assert one.lower <= one.union_information == one.upper
        single = [alone[name,].information for name in subset]
        assert max(single) <= one.union_information + 1e-12
        assert one.lower <= sum(single) + 1e-12
        for other, more in alone.items():
            if set(subset) <= set(other):
                assert one.union_information <= more.union_information
                assert one.lower <= more.lower + 1e-12


@given(SEEDS)
def test_maps_and_order_of_columns_change_nothing(seed):
    rng = np.random.default_rng(seed)
    sizes = (2, 1, 3, 3)
    cov = random_covariance(rng, sizes)
    turn = np.zeros_like(cov)
    for first, size in zip(np.cumsum((0, *sizes)), sizes, strict=False):
        block = slice(first, first + size)
        turn[block, block] = rotation(rng, size) * rng.uniform(0.3, 3, size)
    turned = union(turn @ cov @ turn.T, sizes, tol=1e-10)
    straight = union(cov, sizes, tol=1e-10)
    np.testing.assert_allclose(
        turned.union_information, straight.union_information, rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(turned.synergy, straight.synergy, rtol=0, atol=1e-9)
    other = union(*part(cov, sizes, (2, 0, 1)), tol=1e-10)
    assert other[0, 1, 2].union_information == pytest.approx(
        straight[0, 1, 2].union_information, abs=1e-9
    )


def test_sources_of_columns_of_their_own_add_up():
    cov = of_gains([1, 0, 0], [0, 2, 0], [0, 0, 3])
    found = union(cov, (1, 1, 1, 3))["x1", "x2", "x3"]
    exact = np.log2([2, 5, 10]).sum() / 2
    assert found.union_information == pytest.approx(exact, abs=1e-7)
    assert found.synergy == pytest.approx(0, abs=1e-7)


def test_directions_of_a_triangle():
    # C_i = 1 - a v v', a = g^2 / (1 + g^2): by symmetry the best C is (1 - a) 1, with 1 - a = 1/5
    angles = np.arange(3) * 2 * np.pi / 3
    gains = 2 * np.stack([np.cos(angles), np.sin(angles)], 1)
    found = union(of_gains(*gains), (1, 1, 1, 2), tol=1e-11)
    assert found[0, 1, 2].union_information == pytest.approx(np.log2(5), abs=1e-10)
    assert found[0, 1, 2].lower <= np.log2(5) + 1e-13
    # together they see Y with a noise of 1/6: det Cov(Y|X) = 1/7^2
    assert found[0, 1, 2].information == pytest.approx(np.log2(7), abs=1e-12)


@given(SEEDS)
def test_noisy_copies_add_nothing(seed):
    rng = np.random.default_rng(seed)
    sizes = (2, 2, 2)
    cov = random_covariance(rng, sizes)
    copy = np.eye(6)[[0, 1]] * rng.uniform(0.5, 2)
    wide = np.vstack([np.eye(6)[:4], copy, np.eye(6)[4:]])
    noise = np.zeros((8, 8))
    noise[4:6, 4:6] = 0.3 * np.eye(2)
    found = union(wide @ cov @ wide.T + noise, (2, 2, 2, 2))
    assert found[0, 1, 2].union_information == found[0, 1].union_information
    assert found.unique["x3"] == 0
    assert found[0, 2].union_information == found[0,].information
    assert found.gap.max() == 0


def test_unique_of_two_sources_are_the_atoms():
    cov = random_covariance(np.random.default_rng(0), (3, 2, 3))
    exact = ff.gaussian_pid_from_covariance(cov, (3, 2, 3))
    found = union(cov, (3, 2, 3), source_names=("audio", "text")).unique
    assert found == pytest.approx({"audio": exact.unique1, "text": exact.unique2}, abs=1e-12)


def test_given_is_the_covariance_given_t():
    rng = np.random.default_rng(1)
    cov = random_covariance(rng, (2, 1, 2, 2, 2))
    kept, t = cov[:7, :7], cov[7:, 7:]
    left = kept - cov[:7, 7:] @ np.linalg.solve(t, cov[7:, :7])
    found, exact = union(cov, (2, 1, 2, 2), given=2), union(left, (2, 1, 2, 2))
    np.testing.assert_allclose(
        found.union_information, exact.union_information, rtol=0, atol=1e-12
    )


def test_eight_sources_and_a_part_of_them():
    cov = random_covariance(np.random.default_rng(2), (2,) * 9)
    found = union(cov, (2,) * 9)
    assert len(found) == 255
    assert found.converged.all()
    subset = (1, 3, 4, 7)
    exact = union(*part(cov, (2,) * 9, subset))[0, 1, 2, 3]
    assert found[subset].union_information == pytest.approx(exact.union_information, abs=1e-7)


def test_what_does_not_converge_says_so_and_keeps_its_bounds():
    for seed in range(20):  # of some the bounds are equal to the bit, on some processors
        cov = random_covariance(np.random.default_rng(seed), (4, 4, 4, 4))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            found = union(cov, (4,) * 4, tol=1e-300)
        if not found.converged[-1]:
            break
    exact = union(cov, (4,) * 4, tol=1e-11)
    assert [warning.category for warning in told] == [ff.ConvergenceWarning]
    assert re.match(r".*1 of 7 subsets is certified to .* not to tol=", str(told[0].message))
    assert not found.converged[-1]
    assert found.converged[:-1].all()
    assert found.lower[-1] <= exact.upper[-1] + 1e-13
    assert exact.lower[-1] <= found.upper[-1] + 1e-13
    assert "* x1, x2, x3" in repr(found)
    assert "NOT converged: 1" in repr(found)


# -- how it is read ------------------------------------------------------------------------


def three():
    return random_covariance(np.random.default_rng(4), (2, 2, 2, 3))


def test_subsets_by_names_and_places():
    names = ("audio", "text", "video")
    found = union(three(), (2, 2, 2, 3), source_names=names, subsets=[("video", 0), "text", 1])
    assert found.subsets == (("text",), ("audio", "video"))
    assert found["video", "audio"] == found[0, 2] == found[{"audio", 2}]
    assert found["text"] == found[1]
    every = union(three(), (2, 2, 2, 3), source_names=names)
    assert found["audio", "video"] == every["audio", "video"]
    assert np.isnan(list(found.unique.values())).all()
    for missing in (("audio", "text"), "image", 7, ("audio", "audio"), True, ()):
        with pytest.raises(KeyError, match="there is no subset"):
            found[missing]


def test_frame_and_dictionary():
    pytest.importorskip("pandas")
    found = union(three(), (2, 2, 2, 3))
    frame = found.to_frame()
    assert [*frame.columns] == [*ff.SubsetInformation._fields]
    assert frame["sources"].iloc[-1] == ("x1", "x2", "x3")
    np.testing.assert_array_equal(frame["synergy"], found.synergy)
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["subsets"][-1] == ["x1", "x2", "x3"]
    assert record["unit"] == "bits"
    assert record["upper"] == found.union_information.tolist()
    assert record["unique"]["value"] == found.unique.value.tolist()
    assert record["unique"]["names"] == ["x1", "x2", "x3"]


def test_many_subsets_are_counted_where_they_are_not_shown():
    found = union(random_covariance(np.random.default_rng(5), (1,) * 7), (1,) * 7)
    lines = repr(found).splitlines()
    assert "and 50 more subsets, see to_frame()" in repr(found)
    assert sum(line.startswith("  x") for line in lines) == 13 + 6  # and each source


def test_one_source_is_its_information():
    found = union(random_covariance(np.random.default_rng(6), (2, 2)), (2, 2))
    assert found["x1"].union_information == found["x1"].information > 0
    assert found.unique == {"x1": found["x1"].information}


def test_single_precision_and_integers_are_taken():
    cov = np.array([[2, 1, 1], [1, 3, 1], [1, 1, 2]])
    exact = union(cov.astype(float), (1, 1, 1))
    assert union(cov.astype(np.float32), (1, 1, 1)).synergy == pytest.approx(exact.synergy)
    assert union(cov, np.array([1, 1, 1])).synergy == pytest.approx(exact.synergy)


def test_arrays_of_a_device(stand_in):
    cov = three()
    found = union(stand_in.asarray(cov), (2, 2, 2, 3))
    np.testing.assert_array_equal(
        found.union_information, union(cov, (2, 2, 2, 3)).union_information
    )


# -- what is refused -----------------------------------------------------------------------


def changed(cov, *entries):
    cov = cov.copy()
    for row, column, value in entries:
        cov[row, column] = cov[column, row] = value
    return cov


@pytest.mark.parametrize(
    ("cov", "sizes", "options", "error", "words"),
    [
        (three(), 9, {}, TypeError, r"sizes: expected numbers of columns.*got 9"),
        (three(), (9,), {}, TypeError, r"of each source and last of y"),
        (three(), (2, 2, 2, 2), {}, ValueError, r"cov: expected shape \(\.\.\., 8, 8\)"),
        (three(), (3, 3, 0, 3), {}, ValueError, r"sizes\[2\], columns of x3"),
        (three(), (2, 2, 2, 3), {"given": -1}, ValueError, "given"),
        (three(), (2, 2, 2, 3), {"tol": 0}, ValueError, "tol: expected a positive"),
        (three()[None], (2, 2, 2, 3), {}, ValueError, r"one covariance.*batch of shape \(1, 9, 9\)"),
        (np.full((9, 9), np.nan), (2, 2, 2, 3), {}, ValueError, "cov"),
        (np.triu(three()), (2, 2, 2, 3), {}, ValueError, "symmetric"),
        (np.ones((9, 9)), (2, 2, 2, 3), {}, ValueError, "^cov: x1 is singular"),
        (-three(), (2, 2, 2, 3), {}, ValueError, "variance"),
        (three(), (2, 2, 2, 3), {"subsets": 3}, TypeError, r"as \[\('x1', 'x2'\)\], got 3"),
        (three(), (2, 2, 2, 3), {"subsets": "x1"}, TypeError, "subsets"),
        (three(), (2, 2, 2, 3), {"subsets": []}, ValueError, "at least one"),
        (three(), (2, 2, 2, 3), {"subsets": [(0, 1), ()]}, ValueError, r"subsets\[1\].*none"),
        (three(), (2, 2, 2, 3), {"subsets": [(0, 3)]}, ValueError, "no source 3; sources are 'x1'"),
        (three(), (2, 2, 2, 3), {"subsets": [(0, -1)]}, ValueError, "no source -1"),
        (three(), (2, 2, 2, 3), {"subsets": [("a",)]}, ValueError, "no source 'a'"),
        (three(), (2, 2, 2, 3), {"subsets": [(0, "x1")]}, ValueError, "at most once"),
        (three(), (2, 2, 2, 3), {"subsets": [1.5]}, TypeError, r"subsets\[0\]"),
        (three(), (2, 2, 2, 3), {"source_names": "abc"}, TypeError, "expected 3 names"),
        (three(), (2, 2, 2, 3), {"source_names": ["a", "b"]}, ValueError, "expected 3 different"),
        (three(), (2, 2, 2, 3), {"source_names": ["a", "b", "a"]}, ValueError, "different names"),
        (three(), (2, 2, 2, 3), {"source_names": ["a", "b", 3]}, TypeError, "strings"),
        (np.eye(10), (1,) * 10, {}, ValueError, r"9 sources have 511 subsets.*subsets=\[\('x1'"),
    ],
)  # fmt: skip
def test_wrong_calls_are_refused_in_words(cov, sizes, options, error, words):
    with pytest.raises(error, match=words):
        union(cov, sizes, **options)


def test_more_sources_than_eight_with_subsets():
    cov = random_covariance(np.random.default_rng(7), (1,) * 11)
    found = union(cov, (1,) * 11, subsets=[range(10), (0, 9)])
    assert found.subsets[1] == tuple(f"x{k + 1}" for k in range(10))
    assert found.converged.all()


def test_names_of_columns_are_in_the_message():
    pandas = pytest.importorskip("pandas")
    columns = list("abcdefghi")
    singular = changed(three(), (0, 0, 1), (1, 1, 1), (0, 1, 1))
    frame = pandas.DataFrame(singular, columns=columns, index=columns)
    with pytest.raises(ValueError, match="x1"):
        union(frame, (2, 2, 2, 3))


def test_nothing_warns_where_all_is_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        union(np.eye(9), (2, 2, 2, 3))
