# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows in blocks: what is decoded is what `fit` decodes, and no row is told what it taught."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

import fourfold as ff
from fourfold.inputs import blocks as blocks_module
from tests.support.jobs import back_end

Data = tuple[np.ndarray, np.ndarray, np.ndarray]


def noisy_and(seed: int, rows: int) -> Data:
    """Two bits behind Gaussian noise of size 1 at distance 3, in rotated columns."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(2, size=(rows, 2))
    sources = []
    for bit in bits.T:
        x = rng.standard_normal((rows, 8))
        x[:, 0] += 3 * bit - 1.5
        sources.append(x @ np.linalg.qr(rng.standard_normal((8, 8)))[0])
    return sources[0], sources[1], bits[:, 0] & bits[:, 1]


def in_blocks(data: Data, *sizes: int) -> list[Data]:
    """Blocks of these numbers of rows, and one of what is left."""
    ends = [0, *np.cumsum(sizes).tolist(), len(data[0])]
    x1, x2, y = data
    return [(x1[a:b], x2[a:b], y[a:b]) for a, b in itertools.pairwise(ends)]


def decoder(classifier: Any = "logistic", **options: Any) -> ff.ClassifierPID:
    return ff.ClassifierPID(classifier, random_state=0, **options)


@pytest.fixture(scope="module")
def data() -> Data:
    return noisy_and(0, 6000)


@pytest.fixture(scope="module")
def found(data: Data) -> Any:
    return decoder().fit_blocks(*data, n_learn=1000).result_


@pytest.mark.parametrize("name", ["auto", "forest"])
def test_numbers_do_not_depend_on_threads(name: str) -> None:
    """Forests add up trees as threads finish them, and kernels of parts round otherwise."""
    forest = RandomForestClassifier(20, max_depth=4, random_state=0, n_jobs=2)
    data = noisy_and(0, 1500)

    def atoms() -> bytes:
        decode = decoder(forest if name == "forest" else name)
        return np.array(decode.fit_blocks(*data).result_.atoms).tobytes()

    expected = atoms()
    for _ in range(2):
        with back_end("threading"):
            assert atoms() == expected


def test_three_rows_are_too_few_whatever_their_groups(data: Data) -> None:
    few = [part[:3] for part in data]
    few[2] = np.array([0, 1, 1])
    with pytest.raises(
        ValueError, match=r"^blocks: of 3 rows none is left from which .*more rows"
    ):
        decoder().fit_blocks(*few)


@pytest.mark.parametrize("size", [50, 2500])
def test_arrays_may_be_filled_with_the_next_rows(data: Data, found: Any, size: int) -> None:
    def read() -> Iterator[Data]:
        x1, x2, y = (np.empty_like(part[:size]) for part in data)
        for block in in_blocks(data, *[size] * (len(data[0]) // size)):
            rows = len(block[0])
            for place, part in zip((x1, x2, y), block, strict=True):
                place[:rows] = part
            if rows:
                yield x1[:rows], x2[:rows], y[:rows]

    assert decoder().fit_blocks(read, n_learn=1000).result_.atoms == found.atoms


# -- the same as of rows that fit memory -----------------------------------------------


@pytest.mark.parametrize("gate", ["AND", "XOR"])
def test_known_atoms_are_decoded(gate: str) -> None:
    made = ff.datasets.make_embeddings(getattr(ff.gates, gate), 12000, random_state=1)
    truth = ff.decompose_marginals(*made.truth).atoms
    blocks = in_blocks(tuple(made), 5000, 5000)
    result = decoder(learning_gap=True).fit_blocks(blocks, n_learn=1500).result_
    np.testing.assert_allclose(result.atoms, truth, atol=0.06)
    np.testing.assert_allclose(result.readings["cross_fitted"], truth, atol=0.06)
    bounds, interval = result.outer_bounds, result.confidence_interval
    assert bounds.redundancy <= truth.redundancy
    assert all(np.less_equal(truth[1:], bounds[1:4]))
    assert all(np.less_equal(interval.low, np.add(truth, 0.001)))
    assert all(np.greater_equal(interval.high, np.subtract(truth, 0.001)))
    assert result.learning_gap.mi_joint > 0


def test_of_ten_classes_it_decodes_what_its_rows_teach() -> None:
    """Digits: 299 rows teach less than the folds of all, and not much less."""
    x1, x2, y = ff.datasets.digits_halves()
    data = x1, x2, y
    whole = decoder(cv=3).fit(*data).result_
    result = decoder().fit_blocks(in_blocks(data, 700, 700), n_learn=500).result_
    assert result.streamed.measured == 1797 - 3 * 299 - 1
    for mine, whole_ones in zip(result.information[:2], whole.information[:2], strict=True):
        assert all(np.less(mine, np.add(whole_ones, 0.05)))
        assert all(np.greater(mine, np.subtract(whole_ones, 0.5)))
    assert result.entropy == pytest.approx(whole.entropy, abs=0.01)


def test_the_soft_reading_is_calibrated_on_all_rows(found: Any) -> None:
    """As in `fit`: K_Y numbers of the prototypes' labels, so that posteriors claim what labels say."""
    np.testing.assert_allclose(found.calibration_gap[:3], 0, atol=0.01)


# -- whatever the blocks ---------------------------------------------------------------


def test_numbers_are_the_same_whatever_the_blocks(
    data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_module, "_ROWS", (256, 512))
    maps = []
    for name, array in zip(("x1", "x2", "y"), data, strict=True):
        np.save(tmp_path / f"{name}.npy", array)
        maps.append(np.load(tmp_path / f"{name}.npy", mmap_mode="r"))
    ways: list[tuple[Any, ...]] = [
        data,
        tuple(maps),
        (in_blocks(data, 1, 2499, 130),),
        (lambda: iter(in_blocks(data, 1000, 3)),),
    ]
    records = [decoder().fit_blocks(*way, n_learn=500).result_.to_dict() for way in ways]
    assert all(record == records[0] for record in records)


def test_dask_arrays_are_computed_in_blocks(data: Data, found: Any) -> None:
    da = pytest.importorskip("dask.array")
    lazy = (da.from_array(part, chunks=(1700, *part.shape[1:])) for part in data)
    assert decoder().fit_blocks(*lazy, n_learn=1000).result_.to_dict() == found.to_dict()


def test_one_seed_one_result(data: Data, found: Any) -> None:
    assert decoder().fit_blocks(*data, n_learn=1000).result_.to_dict() == found.to_dict()
    other = ff.ClassifierPID("logistic", random_state=1).fit_blocks(*data, n_learn=1000)
    assert other.result_.atoms != found.atoms


def test_columns_of_one_table(data: Data, found: Any) -> None:
    x1, x2, y = data
    table = np.hstack([x1, x2])
    estimator = decoder(sources=(slice(0, 8), slice(8, None)))
    result = estimator.fit_blocks(table, y, n_learn=1000).result_
    assert result.to_dict() == found.to_dict()
    assert estimator.n_features_in_ == 16
    halves = [(table[:2000], y[:2000]), (table[2000:], y[2000:])]
    again = estimator.fit_blocks(halves, n_learn=1000).result_
    assert again.to_dict() == found.to_dict()


# -- no row does two things ------------------------------------------------------------


def test_each_row_is_counted_once(data: Data, found: Any) -> None:
    rows = found.streamed
    assert rows.rows == len(data[0])
    taught = rows.taught_sources + rows.taught_joint + rows.taught_pools
    assert (rows.taught_sources, taught, rows.taught_parts) == (1000, 3000, 0)
    assert rows.measured == found.n_samples == 3000
    assert found.row_terms.shape == (0, 4)
    assert "of 6000 rows 3000 taught classifiers and their pools" in repr(found)
    json.dumps(found.to_dict())


@pytest.mark.parametrize("own", [DecisionTreeClassifier(), SGDClassifier(loss="log_loss")])
def test_what_is_learned_by_heart_is_not_held_to_its_labels(own: Any) -> None:
    rng = np.random.default_rng(3)
    noise, y = rng.standard_normal((2, 3000, 5)), rng.integers(3, size=3000)
    result = decoder(own).fit_blocks(*noise, y, n_learn=400).result_
    held, error = result.information.held_out, result.information.standard_error
    assert all(one < 4 * sd + 1e-3 for one, sd in zip(held, error, strict=True))
    np.testing.assert_allclose(result.atoms, 0, atol=0.02)


def test_copies_of_rows_that_taught_withhold_the_bounds() -> None:
    rng = np.random.default_rng(4)
    noise = np.tile(rng.standard_normal((2, 500, 20)), (1, 4, 1))
    y = np.tile(rng.integers(2, size=500), 4)
    with pytest.warns(ff.DuplicateRowsWarning, match="rows of X1 and .* rows of X2 equal"):
        result = decoder("fast").fit_blocks(*noise, y, n_learn=200).result_
    assert np.isnan(result.outer_bounds.redundancy)
    groups = np.tile(np.arange(500), 4)
    result = decoder("fast").fit_blocks(*noise, y, n_learn=200, groups=groups).result_
    assert result.outer_bounds.redundancy <= 0
    np.testing.assert_allclose(result.atoms, 0, atol=0.05)


def test_groups_stay_whole_and_widen_the_errors(data: Data, found: Any) -> None:
    """Rows that came three times tell no more than once: without groups the ratio would be .58."""
    thrice = tuple(np.repeat(part, 3, axis=0) for part in data)
    groups = np.repeat([f"patient {k}" for k in range(6000)], 3)
    result = decoder().fit_blocks(*thrice, n_learn=3000, groups=groups).result_
    assert result.n_samples % 3 == 0
    ratios = np.divide(result.information.standard_error, found.information.standard_error)
    np.testing.assert_allclose(ratios[:3], 1, atol=0.15)


def test_each_row_its_own_group_says_that_rows_are_independent(data: Data) -> None:
    few = tuple(np.round(part).astype(float) for part in (data[0][:, :1], data[1][:, :1]))
    with pytest.warns(ff.DuplicateRowsWarning):
        decoder().fit_blocks(*few, data[2], n_learn=500)
    result = decoder().fit_blocks(*few, data[2], n_learn=500, groups=np.arange(6000)).result_
    assert not np.isnan(result.outer_bounds.redundancy)


# -- blocks that come only once --------------------------------------------------------


def test_an_iterator_is_refused_or_learned_from_a_sample(data: Data, found: Any) -> None:
    def once() -> Iterator[Data]:
        yield from in_blocks(tuple(part[3000:] for part in data), 900)

    with pytest.raises(
        ValueError, match=r"only once.*fit_blocks\(lambda: blocks\(\)\).*sample="
    ):
        decoder().fit_blocks(once())
    sample = tuple(part[:3000] for part in data)
    result = decoder().fit_blocks(once(), sample=sample).result_
    assert result.streamed == (6000, 1000, 1000, 1000, 0, 3000)
    np.testing.assert_allclose(result.atoms, found.atoms, atol=0.06)


def test_rows_of_the_sample_among_the_blocks_are_found(data: Data) -> None:
    sample = tuple(part[:3000] for part in data)
    with pytest.warns(ff.DuplicateRowsWarning, match="sample= out of the blocks"):
        result = decoder().fit_blocks(*data, sample=sample).result_
    assert np.isnan(result.outer_bounds.redundancy)


def test_rows_that_come_in_another_order_are_found(data: Data) -> None:
    """As of a loader that shuffles: what teaches would be measured in the second walk."""
    walks = iter(range(5))

    def shuffled() -> Iterator[Data]:
        order = np.random.default_rng(next(walks)).permutation(6000)
        yield tuple(part[order] for part in data)

    with pytest.raises(ValueError, match=r"another order .* sample="):
        decoder().fit_blocks(shuffled, n_learn=500)
    fewer = iter([6000, 5000])

    def shrinking() -> Iterator[Data]:
        rows = next(fewer)
        yield tuple(part[:rows] for part in data)

    with pytest.raises(ValueError, match="had 6000 rows in the first walk, but 5000"):
        decoder().fit_blocks(shrinking, n_learn=500)


# -- classifiers that learn in parts ---------------------------------------------------


def test_partial_fit_learns_from_half_of_all_rows(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    class Counting(GaussianNB):  # type: ignore[misc]
        def partial_fit(self, X: Any, y: Any, **given: Any) -> Any:
            seen.append(len(X))
            return super().partial_fit(X, y, **given)

    estimator = decoder("logistic", joint_classifier=Counting())
    result = estimator.fit_blocks(*data, n_learn=500).result_
    rows = result.streamed
    assert rows.taught_parts == sum(seen)
    assert 2800 < rows.taught_parts < 3200
    assert rows.measured + rows.taught_parts + 3 * 500 == rows.rows
    assert "Counting" in result.chosen["joint"]
    assert "by partial_fit" in repr(result)
    monkeypatch.setattr(blocks_module, "_ROWS", (256, 512))
    blocks = in_blocks(data, 77, 1111)
    again = estimator.fit_blocks(blocks, n_learn=500).result_
    np.testing.assert_allclose(again.atoms, result.atoms, atol=1e-6)


# -- weights ---------------------------------------------------------------------------


def test_equal_weights_are_none(data: Data, found: Any) -> None:
    weighted = decoder().fit_blocks(*data, n_learn=1000, sample_weight=np.full(6000, 4.0))
    np.testing.assert_allclose(weighted.result_.atoms, found.atoms, atol=1e-6)
    np.testing.assert_allclose(weighted.result_.outer_bounds, found.outer_bounds, atol=1e-6)


def test_weights_turn_one_distribution_into_another(data: Data) -> None:
    """Every row of class 1 three times as often: as of a table whose p(y) is that."""
    weights = np.where(data[2] == 1, 3.0, 1.0)
    result = decoder().fit_blocks(*data, n_learn=1000, sample_weight=weights).result_
    whole = decoder().fit(*data, sample_weight=weights).result_
    assert result.entropy == pytest.approx(whole.entropy, abs=0.01)
    np.testing.assert_allclose(result.atoms, whole.atoms, atol=0.05)
    assert result.information.standard_error.mi1 > 0.8 * whole.information.standard_error.mi1


# -- results ---------------------------------------------------------------------------


def test_results_are_compared_as_independent_ones(data: Data, found: Any) -> None:
    rng = np.random.default_rng(5)
    x1, x2, y = data
    worse = decoder().fit_blocks(x1, rng.permutation(x2), y, n_learn=1000).result_
    told = ff.compare(found, worse)
    assert told.paired is False
    assert told.pvalue.redundancy < 0.01
    with pytest.raises(ValueError, match="paired=True, but a was fitted in blocks"):
        ff.compare(found, worse, paired=True)


def test_a_page_and_a_picture_are_made(found: Any) -> None:
    found.plot()
    assert "of 6000 rows 3000 taught" in found._repr_html_()


def test_an_earlier_fit_leaves_nothing(data: Data) -> None:
    few = tuple(part[:600] for part in data)
    estimator = decoder().fit(*few)
    estimator.fit_blocks(*few, n_learn=100)
    assert not hasattr(estimator, "posteriors_")
    assert estimator.classes_.tolist() == [0, 1]
    assert estimator.n_features_in_ == (8, 8)


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_learn": 0}, "n_learn: "),
        ({"groups": np.arange(5)}, "groups"),
        ({"groups": iter([1])}, "groups: expected an array with one a row of all blocks"),
        (
            {"sample_weight": np.ones(7000)},
            "sample_weight: has 7000 numbers, but the blocks have 6000",
        ),
        ({"sample_weight": np.zeros(6000)}, "sample_weight: .* positive"),
        ({"sample": (1, 2, 3)}, "n_learn: 500, but all rows of sample teach"),
        (
            {"n_learn": None, "sample": 3},
            r"sample: expected a tuple of arrays \(X1, X2, y\), got a int",
        ),
        ({"groups": np.zeros(6000)}, "groups: .* of 6000 rows none is left .* many groups"),
    ],
)
def test_wrong_arguments(data: Data, change: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        decoder().fit_blocks(*data, **{"n_learn": 500, **change})


def test_wrong_blocks(data: Data) -> None:
    x1, x2, y = data
    words = np.array(["no", "yes"])[y]
    first = (x1[:3000], x2[:3000], y[:3000])
    for second, message in (
        (
            (x1[3000:, :5], x2[3000:], y[3000:]),
            "X1: expected 8 columns, as in the first block, got 5",
        ),
        (
            (x1[3000:], x2[3000:], words[3000:]),
            "labels are words, in the first block they are numbers",
        ),
        (
            (x1[3000:], x2[3000:], np.eye(2)[y[3000:]] * 0.8 + 0.1),
            "probabilities are not streamed",
        ),
    ):
        with pytest.raises(ValueError, match=message) as raised:
            decoder().fit_blocks([first, second], n_learn=500)
        assert any(
            "row 3000, where this block begins" in note for note in raised.value.__notes__
        )
    sample = x1[:3000, :5], x2[:3000], y[:3000]
    with pytest.raises(ValueError, match="X1: expected 5 columns, as in the sample, got 8"):
        decoder().fit_blocks([(x1[3000:], x2[3000:], y[3000:])], sample=sample)
    with pytest.raises(TypeError, match="X2 and y: missing"):
        decoder().fit_blocks(x1)


def test_classes_that_nothing_can_be_learned_of(data: Data) -> None:
    x1, x2, y = data
    with pytest.raises(ValueError, match="expected at least two classes"):
        decoder().fit_blocks(x1, x2, np.zeros(6000, dtype=int), n_learn=500)
    rare = np.where(np.arange(6000) == 7, 2, y)
    with pytest.raises(
        ValueError, match=r"class '2', of 1 of 6000 rows, has .* take more rows"
    ):
        decoder().fit_blocks(x1, x2, rare, n_learn=2000)
    with pytest.raises(ValueError, match="raise n_learn"):
        decoder().fit_blocks(x1, x2, rare, n_learn=500)
    sample = tuple(part[:3000] for part in data)
    with pytest.raises(ValueError, match="class '2' is not among those of the sample"):
        decoder().fit_blocks(x1[3000:], x2[3000:], y[3000:] + 1, sample=sample)


def test_folds_are_of_fit(data: Data) -> None:
    with pytest.raises(ValueError, match="cv: 3 is of fit; fit_blocks has no folds"):
        decoder(cv=3).fit_blocks(*data)
