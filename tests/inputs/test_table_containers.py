# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The same table in every container and number type gives the same result to the bit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

SHAPES = hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=4)
#: Of any scale, and whole or not; most entries of a table are zero now and then.
NUMBERS = st.one_of(
    st.just(0.0),
    st.integers(0, 9).map(float),
    st.floats(0, 1, allow_subnormal=False),
    st.integers(-1000, 1000).map(lambda k: 2.0**k),
    st.sampled_from([5e-324, 1e-320, 1e-308, 1e-30, 1e308, 1.7e308]),
)
TABLES = hnp.arrays(np.float64, SHAPES, elements=NUMBERS).filter(np.any)
COUNTS = hnp.arrays(np.int64, SHAPES, elements=st.integers(0, 2**15)).filter(np.any)


def strided(table):
    wide = np.full((*table.shape[:2], 2 * table.shape[2]), -1.0)
    wide[..., ::2] = table
    return wide[..., ::2]


def read_only(table):
    table = table.copy()
    table.flags.writeable = False
    return table


def by_outcome(table):
    return {index: table[index] for index in np.ndindex(*table.shape)}


def series(table):
    pandas = pytest.importorskip("pandas")
    index = pandas.MultiIndex.from_product([range(n) for n in table.shape])
    return pandas.Series(table.ravel(), index=index)


def crosstab(table):
    return series(table).unstack()


OF_ANY = {
    "list": np.ndarray.tolist,
    "big-endian": lambda table: table.astype(">f8"),
    "Fortran order": np.asfortranarray,
    "reversed twice": lambda table: table[::-1].copy()[::-1],
    "strided": strided,
    "read-only": read_only,
    "long double": lambda table: table.astype(np.longdouble),
    "dict": by_outcome,
    "Series": series,
    "nothing masked": np.ma.masked_array,
}
OF_COUNTS = {
    **OF_ANY,
    "big-endian": lambda table: table.astype(">i4"),
    "uint64": lambda table: table.astype(np.uint64),
    "int16": lambda table: np.minimum(table, 2**15 - 1).astype(np.int16),
    "float64": lambda table: table.astype(np.float64),
    "float32": lambda table: table.astype(np.float32),
    "objects": lambda table: table.astype(object),
    "dict of fractions": lambda table: {
        k: Fraction(int(n)) for k, n in by_outcome(table).items()
    },
    "crosstab": crosstab,
}


def fields(result):
    return (*result.atoms, result.lower, result.upper, result.mi1, result.mi2, result.entropy)


@pytest.mark.parametrize("container", OF_ANY)
@given(table=TABLES)
@settings(max_examples=40)
def test_masses(container, table):
    same = OF_ANY[container](table)
    assert fields(ff.decompose(same)) == fields(ff.decompose(table))
    assert fields(ff.decompose_many([same])[0]) == fields(ff.decompose_many([table])[0])


@pytest.mark.parametrize("container", OF_COUNTS)
@given(table=COUNTS)
@settings(max_examples=40)
def test_counts(container, table):
    table = np.minimum(table, 2**15 - 1)
    result, expected = ff.decompose(OF_COUNTS[container](table)), ff.decompose(table)
    assert fields(result) == fields(expected)
    if table.sum() > 1:  # a single one is as likely a probability, where it is a float
        assert result.n_samples == table.sum() == expected.n_samples


@given(
    hnp.arrays(np.float64, (3, 3, 3), elements=st.floats(0, 1, allow_subnormal=False)).filter(
        lambda table: table.sum() > 0.1
    ),
    st.sampled_from([2.0**-1000, 1e-300, 1e-200, 1e-101, 1e-50, 1e99, 1e101, 1e200, 1e307]),
)
def test_scale_of_a_table_does_not_matter(table, scale):
    """Not even where its sums would overflow, or its largest entries be subnormal."""
    table[table < 1e-6] = 0
    expected, scaled = ff.decompose(table, tol=1e-8), ff.decompose(table * scale, tol=1e-8)
    np.testing.assert_allclose(scaled.atoms, expected.atoms, atol=3e-8)
    pairs = table.sum(1), table.sum(0)
    marginals = ff.decompose_marginals(*(pair * scale for pair in pairs), tol=1e-8)
    np.testing.assert_allclose(marginals.atoms[:3], expected.atoms[:3], atol=3e-8)


# -- totals ----------------------------------------------------------------------------

BIG = st.one_of(st.integers(0, 2**63 - 1), st.integers(2**52, 2**55), st.integers(0, 2**70))


@given(st.lists(BIG, min_size=8, max_size=8).filter(any))
def test_totals_of_integers_are_exact_however_large(entries):
    table = np.array(entries, dtype=object).reshape(2, 2, 2)
    total = sum(entries)
    types = [kind for kind in (np.int64, np.uint64) if max(entries) <= np.iinfo(kind).max]
    given_as = [table, table.tolist(), by_outcome(table), *map(table.astype, types)]
    expected = fields(ff.decompose(table.astype(np.float64)))
    for values in given_as:
        result = ff.decompose(values)
        assert type(result.n_samples) is int
        assert result.n_samples == total
        assert fields(result) == expected
        assert ff.decompose_many([values, np.eye(2, dtype=int)[None]]).n_samples[0] == total
    assert ff.decompose_marginals(table.sum(1), table.sum(0)).n_samples == total


def test_batches_know_the_total_of_each_table():
    tables = np.array([np.full((2, 2, 2), 2**61), np.arange(8).reshape(2, 2, 2)])
    batch = ff.decompose(tables)
    assert batch.n_samples.tolist() == [2**64, 28]
    assert batch[0].n_samples == 2**64
    assert batch[1].n_samples == 28
    assert batch.samples_per_cell.total.tolist() == [2.0**61, 3.5]
    assert ff.decompose(tables[1:]).n_samples.dtype == np.int64


def test_floats_beyond_whole_numbers_are_no_counts():
    assert ff.decompose(np.full((2, 2, 2), 2.0**49)).n_samples == 2**52
    assert ff.decompose(np.full((2, 2, 2), 2.0**61)).n_samples is None


REFUSED = {
    "statistics of too many": (
        lambda: ff.decompose(np.full((2, 2, 2), 2**61), bias_correction="auto"),
        OverflowError,
        "counts: 18446744073709551616 samples are more than an int64 holds",
    ),
    "too many to be counted": (
        lambda: ff.Counts.from_table(np.full((2, 2, 2), 2**63, dtype=np.uint64)),
        OverflowError,
        "counts: 9223372036854775808 samples",
    ),
    "an integer beyond doubles": (
        lambda: ff.decompose([[[10**400, 1]]]),
        ValueError,
        "pmf: an integer of 401 digits is more than double precision holds",
    ),
    "objects that are no integers": (
        lambda: ff.decompose(np.full((2, 2, 2), Fraction(1, 8))),
        ValueError,
        r"pmf: expected real numbers, got an array of Python objects \(Fraction\)",
    ),
    "truths among integers": (
        lambda: ff.decompose(np.array([[[True, 2**70]]], dtype=object)),
        ValueError,
        r"pmf: expected real numbers, got .*\(bool, int\)",
    ),
    "a negative integer": (
        lambda: ff.decompose([[[-(2**70), 1]]]),
        ValueError,
        "pmf: entries must be non-negative, got -1.18",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_numbers(kind):
    call, error, message = REFUSED[kind]
    with pytest.raises(error, match=f"^{message}"):
        call()


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(float).max, reason="no long double")
def test_long_doubles_beyond_doubles_are_refused():
    with pytest.raises(
        ValueError, match=r"^pmf: 1e\+4000 at index \(0, 0, 0\) is more than double"
    ):
        ff.decompose(np.full((2, 2, 2), np.longdouble("1e4000")))


# -- changed while read ----------------------------------------------------------------


def test_table_that_another_thread_mends_is_refused_by_name(monkeypatch):
    from fourfold.solve import tables  # noqa: PLC0415

    table = np.full((2, 2, 2), 0.125)
    table[0, 0, 0] = np.nan
    read = tables._core.marginals

    def mended_after(masses, **options):
        out = read(masses, **options)
        table[0, 0, 0] = 0.125
        return out

    monkeypatch.setattr(tables._core, "marginals", mended_after)
    with pytest.raises(ValueError, match="pmf: was changed, by another thread"):
        ff.decompose(table)
