# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each source has of v*, with bounds; how unions are read, printed and saved."""

from __future__ import annotations

import dataclasses
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold.results.union_bounds import UnionBounds
from tests.support.unions import intervals_of, of_bits, subsets_of

SEEN = {"audio": {0, 1, 2}, "video": {2, 3}, "text": {2, 3, 4}, "lidar": set()}
BITS = st.sets(st.integers(0, 5), max_size=6)
SOURCES = st.integers(2, 4).flatmap(
    lambda n: st.fixed_dictionaries({f"x{k + 1}": BITS for k in range(n)})
)


def parts_of(seen):
    """Lost, shares and excluded, by who sees each bit."""
    every = set().union(*seen.values())
    seers = {bit: sum(bit in of for of in seen.values()) for bit in every}
    lost = {name: sum(seers[bit] == 1 for bit in of) for name, of in seen.items()}
    shares = {name: sum(1 / seers[bit] for bit in of) for name, of in seen.items()}
    return lost, shares, {name: len(every) - len(of) for name, of in seen.items()}


# -- what each source has ------------------------------------------------------------------


@given(SOURCES)
def test_parts_of_sources_that_see_bits(seen):
    found = of_bits(seen)
    lost, shares, excluded = parts_of(seen)
    assert found.unique == lost
    assert found.excluded == excluded
    assert dict(found.shares) == pytest.approx(shares, abs=1e-12)
    assert sum(found.shares.values()) == pytest.approx(found.union_information[-1], abs=1e-12)
    for bits in (found.unique, found.shares, found.excluded):
        np.testing.assert_allclose(bits.lower, bits.value, rtol=0, atol=1e-12)
        np.testing.assert_allclose(bits.upper, bits.value, rtol=0, atol=1e-12)
    overlap = [[len(one & other) for other in seen.values()] for one in seen.values()]
    np.testing.assert_array_equal(found.overlap, overlap)


@given(SOURCES, st.integers(0, 2**32 - 1))
def test_bounds_hold_what_is_within_those_of_v(seen, seed):
    rng = np.random.default_rng(seed)
    exact = of_bits(seen)
    above, below = rng.exponential(0.7, (2, len(exact))) * (rng.random((2, len(exact))) < 0.7)
    above[: len(seen)] = below[: len(seen)] = 0  # single sources are exact
    upper = exact.union_information + above
    lower = np.maximum(exact.union_information - below, 0)
    found = dataclasses.replace(exact, union_information=upper, gap=upper - lower)
    alone = exact.information[: len(seen)]
    true = (np.array([part[name] for name in seen]) for part in parts_of(seen))
    bits = (found.unique, found.shares, found.excluded)
    for of, part, most in zip(bits, true, (alone, alone, np.inf), strict=True):
        for value in (part, of.value):
            assert (of.lower <= value + 1e-12).all()
            assert (value <= of.upper + 1e-12).all()
        assert (of.lower >= 0).all()
        assert (of.upper <= most + 1e-12).all()


def test_bounds_follow_from_pairs_where_the_whole_is_not_known():
    twins = {"a": {0, 1}, "b": {0, 1}, "c": {2}}
    exact = of_bits(twins)
    gap = np.where([len(of) > 2 for of in exact.subsets], 3.0, 0.0)
    found = dataclasses.replace(exact, gap=gap, converged=gap == 0)
    assert found.unique.upper.tolist() == [0, 0, 1]  # a adds nothing to b
    assert found.shares.upper.tolist() == pytest.approx([1, 1, 1])
    assert found.shares["c"] == pytest.approx(1)
    # what c has is at least what is left by both others, which add up to v* of all
    open_whole = dataclasses.replace(exact, gap=np.where(gap > 0, 0.25, 0), converged=gap == 0)
    assert open_whole.shares.lower[2] == pytest.approx(1 - 0.25 / 3)


def test_what_needs_a_missing_subset_is_not_known():
    pairs = [of for of in subsets_of(tuple(SEEN)) if len(of) <= 2]
    found = of_bits(SEEN, subsets=tuple(pairs))
    for bits in (found.unique, found.excluded, found.shares):
        assert np.isnan([bits.value, bits.lower, bits.upper]).all()
    assert found.overlap[1, 2] == 2
    some = of_bits(SEEN, subsets=(("audio",), ("video", "text", "lidar"), tuple(SEEN)))
    assert some.unique["audio"] == 2
    assert np.isnan([some.unique[name] for name in ("video", "text", "lidar")]).all()
    assert np.isnan(some.shares.value).all()
    assert some.excluded["audio"] == 2
    assert np.isnan(some.overlap[0, 1])


def test_corrected_numbers_are_not_cut():
    exact = of_bits({"a": {0}, "b": {0}})
    bits = exact.union_information - np.array([0, 0, 0.125])
    plain = dataclasses.replace(exact, union_information=bits)
    corrected = dataclasses.replace(plain, bias_correction="chao", model="samples")
    assert plain.unique == plain.excluded == {"a": 0, "b": 0}  # as rounding would be
    assert corrected.unique == {"a": -0.125, "b": -0.125}
    assert corrected.excluded["a"] == corrected.unique.lower[0] == -0.125


def test_gaussian_sources_have_them_too():
    cov = np.ones((4, 4)) + np.diag([1.0, 1.0, 1.0, 0.0])
    found = ff.gaussian_union_from_covariance(cov, (1, 1, 1, 1))
    assert found.unique == found.excluded == {"x1": 0, "x2": 0, "x3": 0}
    assert found.shares.value.tolist() == pytest.approx([1 / 6] * 3)  # of half a bit


def test_unique_may_grow_from_four_sources_on():
    """A certified counterexample to submodularity, docs/many-sources.md."""
    v = {"bc": 0.768089, "abc": 0.929299, "bcd": 0.922169, "abcd": 1.168089}
    subsets = tuple(map(tuple, ("abc", "bcd", "abcd")))
    numbers = np.array([v["".join(of)] for of in subsets])
    found = dataclasses.replace(
        of_bits({name: {0} for name in "abcd"}, subsets=subsets),
        information=numbers, union_information=numbers,
    )  # fmt: skip
    assert found.unique["a"] == pytest.approx(0.24592)
    assert found.unique["a"] > v["abc"] - v["bc"] + 0.08


# -- reading -------------------------------------------------------------------------------


def test_bits_of_sources_are_a_mapping_by_name_or_number():
    shares = of_bits(SEEN).shares
    assert list(shares) == list(SEEN)
    assert shares["text"] == shares[2] == shares[np.int64(2)]
    assert type(shares["text"]) is float
    for missing in ("radar", 4, -1, True, 1.5):
        with pytest.raises(KeyError, match="there is no source"):
            shares[missing]
    again = pickle.loads(pickle.dumps(shares))
    assert again == shares == dict(shares)
    assert (shares == dataclasses.replace(shares, lower=shares.lower - 1)) is False
    assert (shares == [1]) is False
    unknown = of_bits(SEEN, subsets=(("audio",),)).shares
    assert unknown == pickle.loads(pickle.dumps(unknown))
    assert shares.to_dict()["names"] == list(SEEN)
    with pytest.raises(TypeError, match="unhashable"):
        hash(shares)


def test_subsets_by_names_and_numbers():
    found = of_bits(SEEN)
    assert found["text", "audio"] == found[0, 2] == found[{"audio", 2}]
    assert found["audio", "text"].union_information == 5
    assert len(found) == 15


@pytest.mark.parametrize(
    "names", [("a", "b"), ("$a", "$none"), ("a, b", "$"), ("type", "exact")]
)
def test_pairs_come_back_whatever_sources_are_called(names, tmp_path):
    pair = ff.decompose(ff.gates.AND.pmf)
    found = of_bits({name: {k} for k, name in enumerate(names)}, pairs={names: pair})
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["pairs"][names[0]][names[1]]["type"] == "PID"
    again = ff.UnionInformation.from_dict(record)
    assert again == found
    assert again.pairs[names] == pair
    found.save(tmp_path / "found.json")
    assert ff.load(tmp_path / "found.json") == found
    other = dataclasses.replace(found, pairs={names: dataclasses.replace(pair, synergy=0.0)})
    assert found != other


# -- words ---------------------------------------------------------------------------------


def test_text_has_subsets_and_sources():
    lines = repr(of_bits(SEEN, synergy=0.25)).splitlines()
    assert lines[0] == "Union information of 4 sources in bits, of this table"
    row = next(line.split() for line in lines if line.startswith("  audio, video, text, lidar"))
    assert row[-3:] == ["5.250000", "5.000000", "0.250000"]
    head = next(k for k, line in enumerate(lines) if "lost if dropped" in line)
    assert lines[head].split("  ")[-1] == "excluded"
    assert lines[head + 1].split() == ["audio", "2.000000", "2.333333", "2.000000"]
    assert "certified to 0.0e+00 bits" in lines[head + 5]


def test_nothing_of_a_population_or_embeddings_is_certified():
    samples = repr(intervals_of(of_bits(SEEN), 0.1))
    assert (
        "labels of 500 samples, an estimate of the population's, with 95 % intervals" in samples
    )
    assert "5.000 [4.90, 5.10]" in samples
    assert "certified" not in samples
    assert "corrected by 'chao'; plug-in of audio, video, text, lidar: I 5.000" in samples
    assert "of each source no error by sampling is known" in samples
    assert "no error by sampling" not in repr(of_bits(SEEN))
    plain = repr(of_bits(SEEN, model="samples", n_samples=9))
    assert "plug-in, without correction: synergy is too high" in plain
    exact = of_bits(SEEN)
    held_out = ff.SubsetNumbers(
        exact.information - 0.5, exact.union_information - 0.5, exact.synergy
    )
    error = ff.SubsetNumbers(*np.full((3, 15), 0.04))
    decoded = repr(
        dataclasses.replace(
            exact, model="posteriors", n_samples=1234, held_out=held_out, held_out_error=error
        )
    )
    assert "decodable by these classifiers from 1,234 samples" in decoded
    assert "4.500 +- 0.040" in decoded
    assert "given the posteriors v* is certified" in decoded
    bounds = UnionBounds(np.zeros(15), np.ones(15), np.ones(4), 0.95)
    for rows, classes, few in ((299, 3, True), (300, 3, False), (30, 2, False)):
        bounded = dataclasses.replace(
            exact,
            model="posteriors",
            n_samples=rows,
            sizes=(*exact.sizes[:-1], classes),
            outer_bounds=bounds,
        )
        assert ("these bounds are estimates" in repr(bounded)) == few
    weak = dataclasses.replace(exact, model="posteriors", information=exact.information - 0.1)
    assert "the joint classifier tells less than v*" in repr(weak)


def test_what_does_not_converge_is_marked_with_its_bounds():
    gap = np.zeros(15)
    gap[[10, 14]] = 0.5
    found = repr(of_bits(SEEN, gap=gap, converged=gap == 0))
    marked = [line for line in found.splitlines() if line.startswith("*")]
    assert len(marked) == 2
    assert marked[1].startswith("* audio, video, text, lidar")
    assert marked[1].endswith("[4.5000, 5.0000]")
    assert "NOT converged: 2, (audio, video, text), (audio, video, text, lidar)" in found
    assert "lidar   0.000000 [0.0000, 0.0000]" in found  # by what theory says
    assert "NOT" not in repr(of_bits(SEEN))


def test_synergy_that_is_mostly_bias_is_flagged():
    flags = np.arange(15) > 9
    found = of_bits(
        SEEN,
        model="samples",
        n_samples=99,
        undersampled=flags,
        samples_per_cell=np.linspace(15, 1, 15),
    )
    words = repr(found)
    assert sum(line.endswith("UNDERSAMPLED") for line in words.splitlines()) == 5
    assert "(audio, video, text, lidar) and 2 smaller subsets is mostly bias" in words.replace(
        "\n    ", " "
    )
    assert "1 samples a cell" in words.replace("\n    ", " ")


def test_five_sources_are_shown_whole_and_eight_in_part():
    five = repr(of_bits({f"x{k}": {k} for k in range(5)}))
    assert sum("," in line.split("  ")[1] for line in five.splitlines()[1:]) >= 26
    eight = repr(of_bits({f"x{k}": {k} for k in range(8)}))
    assert "and 238 more subsets, see to_frame()" in eight
    assert len(eight.splitlines()) < 33


def test_frames_have_a_row_for_each_subset():
    pytest.importorskip("pandas")
    frame = intervals_of(of_bits(SEEN), 0.1).to_frame()
    assert len(frame) == 15
    assert frame["sources"].iloc[-1] == tuple(SEEN)
    np.testing.assert_allclose(frame["synergy_high"], 0.1)


# -- lattice -------------------------------------------------------------------------------


def test_lattice_by_sets_of_sources():
    sets = ((("a",), ("b",)), (("a",),), (("b",),), (("a", "b"),))
    lattice = ff.Lattice(sets, np.array([0.25, 0.5, 0.25, 1.0]), np.array([0.25, 0.25, 0, 0.5]))
    assert lattice["a", "b"] == lattice[("b",), ("a",)] == (sets[0], 0.25, 0.25)
    assert lattice["a"].atom == 0.25
    assert lattice[("b", "a"),].redundancy == 1
    for missing in ("c", ("a", ("a", "b")), 0):
        with pytest.raises(KeyError, match="there is no antichain"):
            lattice[missing]
    assert "{a, b}       1.000000  0.500000" in repr(lattice)
    assert ff.Lattice.from_dict(json.loads(json.dumps(lattice.to_dict()))) == lattice
    found = of_bits({"a": {0}, "b": {0}}, lattice=lattice)
    assert "all 4 atoms of two classes: lattice" in repr(found)
    assert ff.UnionInformation.from_dict(found.to_dict()) == found
