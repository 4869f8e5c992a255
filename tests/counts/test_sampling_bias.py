# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What every result from samples says of itself: cells, estimated bias, and a warning."""

from __future__ import annotations

import json
import re
import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.counts.chao_entropy import chao_entropy, count_statistics
from fourfold.counts.sampling_bias import UNION_BIAS
from fourfold.counts.undersampling import overcorrected
from tests.support.plug_in import PLUG_IN, plug_in
from tests.support.said import said


def independent(rng, n, k=10):
    return tuple(rng.integers(k, size=(3, n)))


def chao(counts):
    return float(chao_entropy(count_statistics(counts.ravel())))


@pytest.fixture
def counts(rng):
    """2000 samples of a 5 x 4 x 3 table without empty states."""
    return rng.multinomial(2000, rng.dirichlet(np.full(60, 2.0))).reshape(5, 4, 3)


def rows_of(counts):
    return np.repeat(np.indices(counts.shape).reshape(3, -1), counts.ravel(), axis=1)


def test_cells_and_bias_are_those_of_the_table(counts):
    result = ff.decompose(counts)
    assert result.samples_per_cell == (2000 / np.count_nonzero(counts), 2000 / 60)
    h_y = chao(counts.sum((0, 1)))
    mi1 = h_y + chao(counts.sum((1, 2))) - chao(counts.sum(1))
    mi2 = h_y + chao(counts.sum((0, 2))) - chao(counts.sum(0))
    joint = h_y + chao(counts.sum(2)) - chao(counts)
    b1, b2, b12 = result.mi1 - mi1, result.mi2 - mi2, result.mi_joint - joint
    union = UNION_BIAS * (b1 + b2)
    expected = (b1 + b2 - union, union - b2, union - b1, b12 - union)
    np.testing.assert_allclose(result.bias, expected, atol=1e-12)
    assert sum(result.bias) == pytest.approx(b12)
    assert result.bias.synergy > 0.003
    assert result.undersampled is False
    assert result.bias_correction == "none"


def test_samples_their_table_and_one_hot_rows_say_the_same(counts):
    x1, x2, y = rows_of(counts)
    table, rows = ff.decompose(counts), plug_in(x1, x2, y)
    np.testing.assert_allclose(rows.bias, table.bias, atol=1e-12)
    assert rows.samples_per_cell == table.samples_per_cell
    assert plug_in(x1, x2, np.eye(3)[y]).bias == rows.bias


def test_marginals_know_all_but_the_synergy(counts):
    whole = ff.decompose(counts)
    part = ff.decompose_marginals(counts.sum(1), counts.sum(0))
    np.testing.assert_allclose(part.bias[:3], whole.bias[:3], atol=1e-12)
    assert np.isnan(part.bias.synergy)
    assert np.isnan(part.samples_per_cell.occupied)
    assert part.samples_per_cell.total == whole.samples_per_cell.total
    assert part.undersampled is False
    assert part.to_dict()["bias"]["synergy"] is None


def test_a_batch_and_a_list_say_it_of_each_table(counts, rng):
    other = rng.multinomial(3000, np.full(60, 1 / 60)).reshape(5, 4, 3)
    batch = ff.decompose(np.stack([counts, other]))
    listed = ff.decompose_many([counts, other])
    for k, table in enumerate((counts, other)):
        one = ff.decompose(table)
        for part in (batch[k], listed[k]):
            np.testing.assert_allclose(part.bias, one.bias, atol=1e-12)
            assert part.samples_per_cell == one.samples_per_cell
            assert part.undersampled is one.undersampled
    assert batch.bias.synergy.shape == batch.samples_per_cell.total.shape == (2,)


def test_where_the_union_information_is_on_its_bound_it_has_its_bias(rng):
    """A source that says nothing, or is constant: the atoms that it has not are not biased."""
    x1 = rng.integers(4, size=300)
    y = np.where(rng.random(300) < 0.2, rng.integers(4, size=300), x1)
    for x2 in (np.zeros(300, dtype=int), x1 // 2):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = plug_in(x1, x2, y)
        assert result.unique2 == pytest.approx(0, abs=1e-4)
        assert result.bias.unique2 == pytest.approx(0, abs=1e-9)
        corrected = ff.pid(x1, x2, y, n_resamples=50)
        # at the upper end of the union information, the one of a bias that falls fastest
        assert corrected.unique2 + corrected.kink / 2 == pytest.approx(0, abs=2e-3)
        interval = corrected.confidence_interval
        assert interval.low.unique2 <= 0 <= interval.high.unique2
        assert interval.low.synergy <= 0 <= interval.high.synergy


def test_of_a_list_each_table_says_its_own(counts, rng):
    pattern = (ff.gates.XOR.pmf > 0).astype(int)
    other = rng.multinomial(900, np.full(27, 1 / 27)).reshape(3, 3, 3)
    listed = ff.decompose_many([pattern, counts, ff.gates.AND.pmf, other])
    assert np.isnan(listed[0].bias.synergy)
    assert np.isnan(listed[2].samples_per_cell.total)
    for k, table in ((1, counts), (3, other)):
        np.testing.assert_allclose(listed[k].bias, ff.decompose(table).bias, atol=1e-12)
    assert not listed.undersampled.any()


@pytest.mark.parametrize("shape", [(0, 2, 2, 2), (2, 0, 2, 2, 2)])
def test_empty_batches_of_counts(shape):
    assert ff.decompose(np.zeros(shape, dtype=int)).shape == shape[:-3]
    empty = np.zeros(shape[:-1], dtype=int)
    assert ff.decompose_marginals(empty, empty).shape == shape[:-3]


@pytest.mark.parametrize(
    "table",
    [
        ff.gates.AND.pmf,
        np.full((2, 2, 2), 0.125),
        ff.gates.XOR.pmf * 4,  # ones and zeros are more likely a pattern than four samples
        (ff.gates.XOR.pmf > 0).astype(int),
    ],
    ids=["probabilities", "uniform", "ones", "integer ones"],
)
def test_nothing_is_said_of_what_are_no_samples(table):
    result = ff.decompose(table)
    assert result.bias is result.samples_per_cell is result.undersampled is None
    assert "bias" not in repr(result)
    assert result.to_dict()["bias"] is None


def test_soft_targets_have_less_bias_than_labels_drawn_from_them(rng):
    """Of independent sources all of the information is bias."""
    x1, x2 = rng.integers(4, size=(2, 600))
    soft = rng.dirichlet([20.0, 20.0, 20.0], 600)
    labels = (soft.cumsum(1) < rng.random((600, 1))).sum(1)
    with pytest.warns(ff.UndersampledWarning):
        hard = plug_in(x1, x2, labels)
    result = plug_in(x1, x2, soft)
    assert sum(result.bias) == pytest.approx(result.mi_joint, rel=0.5)
    assert sum(hard.bias) == pytest.approx(hard.mi_joint, rel=0.5)
    assert result.mi_joint < 0.2 * hard.mi_joint


# -- too few samples -------------------------------------------------------------------


def test_the_null_example_is_reported(rng):
    """24 rows, 10 clusters a side, labels that have nothing to do with them."""
    x1, x2, y = independent(rng, 24)
    with pytest.warns(ff.UndersampledWarning) as caught:
        result = ff.pid(x1, x2, y, **PLUG_IN)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    cells = len(set(x1)) * len(set(x2)) * len(set(y))
    expected = (
        f"24 samples are {24 / cells:.2g} per cell of a table of {cells} cells, and most of them "
        f"are alone in their cell: about {2 * cells} samples would do"
    )
    assert expected in said(result)
    assert result.undersampled is True
    assert "UNDERSAMPLED" in repr(result)
    assert result.atoms.redundancy > 0.3  # what a reader would have believed


def test_mostly_bias_is_told_with_what_would_do(rng):
    """Ten samples a cell, but nothing to be found."""
    x1, x2, y = independent(rng, 40 * 4**3 // 10, 4)
    with pytest.warns(ff.UndersampledWarning):
        message = said(plug_in(x1, x2, y))
    assert "256 samples are 4 per cell of a table of 64 cells" in message
    assert re.search(r"mostly the bias of counting: S 0\.\d+ with a bias of \+0\.\d+", message)
    assert message.endswith(
        "Use bias_correction='auto' of fourfold.pid or fourfold.decompose; without it about 1024 "
        "samples would do."
    )


def test_few_samples_are_told_what_the_correction_wants(rng):
    x1, x2, y = independent(rng, 96, 4)
    with pytest.warns(ff.UndersampledWarning):
        message = said(plug_in(x1, x2, y))
    remedy = "for which about 128 samples would do, or at most 3 states a source; without"
    assert f"fourfold.decompose, {remedy}" in message


def test_of_a_batch_each_poor_table_says_why(rng):
    good = rng.multinomial(4000, np.full(27, 1 / 27)).reshape(3, 3, 3)
    poor = rng.multinomial(20, np.full(27, 1 / 27)).reshape(3, 3, 3)
    with pytest.warns(ff.UndersampledWarning, match="of a batch, index it") as caught:
        batch = ff.decompose(np.array([[good, good], [poor, poor]]))
    assert len(caught) == 1
    assert "20 samples are 0.74 per cell" in said(batch[1, 0])
    np.testing.assert_array_equal(batch.undersampled, [[False, False], [True, True]])
    assert "2 of 4 UNDERSAMPLED" in repr(batch)
    assert batch[1, 0].undersampled is True


def test_enough_samples_are_not_warned_of(rng):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x1, x2, y = independent(rng, 64 * 64, 4)  # biases below 0.02 bits are not worth a word
        assert not plug_in(x1, x2, y).undersampled
        x1, x2 = rng.integers(3, size=(2, 60))
        assert not plug_in(x1, x2, (x1 + x2) % 3).undersampled


def test_repr_and_dictionary(counts):
    result = ff.decompose(counts)
    assert (
        f"  samples         2000, 33 per cell, {2000 / np.count_nonzero(counts):.2g}"
        in repr(result)
    )
    assert re.search(
        r"estimated bias  R [+-]0.\d{3}, U1 .*, S \+0.\d{3}, in these values", repr(result)
    )
    record = json.loads(json.dumps(result.to_dict()))
    assert record["bias"] == result.bias._asdict()
    assert record["samples_per_cell"] == result.samples_per_cell._asdict()
    assert record["undersampled"] is False


def test_a_correction_that_gives_what_no_distribution_has_is_flagged():
    rng = np.random.default_rng(1)
    x1, x2 = rng.integers(3, size=(2, 12))
    with pytest.warns(ff.UndersampledWarning):
        result = ff.pid(x1, x2, (x1 + x2) % 3)
    assert "gives atoms that no distribution has (R" in said(result)
    assert result.synergy > np.log2(3) + 0.05
    assert result.undersampled


def test_what_no_distribution_has():
    fair = 1.0  # H(Y) of two classes
    assert not overcorrected(ff.Atoms(0.0, 0.0, 0.0, 1.04), fair)
    assert overcorrected(ff.Atoms(0.0, 0.0, 0.0, 1.06), fair)
    assert overcorrected(ff.Atoms(0.6, 0.2, 0.2, 0.06), fair)  # as their sum
    assert not overcorrected(ff.Atoms(0.3, -0.1, -0.09, 0.0), fair)
    assert not overcorrected(ff.Atoms(0.5, -0.12, -0.12, 0.0), fair)
    assert overcorrected(ff.Atoms(0.4, -0.12, -0.12, 0.0), fair)
