# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Series of IDTxl and JIDT, against windows that are written down one after another."""

from __future__ import annotations

import math
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import convert
from tests.support.marks import ignore_undersampled
from tests.support.refusals import assert_refused, case

pytestmark = ignore_undersampled

SERIES = np.random.default_rng(0).integers(0, 3, (3, 30, 2))  # processes, samples, replications
LAGS = st.one_of(st.integers(0, 4), st.lists(st.integers(0, 4), min_size=1, max_size=3))
PROCESSES = st.one_of(st.integers(0, 2), st.lists(st.integers(0, 2), min_size=1, max_size=2))


def listed(values):
    return [values] if isinstance(values, int) else values


def partitions(labels):
    """The same for labels that tell the same rows apart."""
    return np.unique(labels, return_inverse=True)[1].tolist()


def same_states(found, rows):
    """Whether codes are equal exactly where rows are, and sorted as these are."""
    ranks = {row: k for k, row in enumerate(sorted(set(rows)))}
    return partitions(found) == [ranks[row] for row in rows]


@given(
    processes=st.tuples(PROCESSES, PROCESSES),
    lags=st.tuples(LAGS, LAGS),
    target=st.integers(0, 2),
)
def test_idtxl_windows(processes, lags, target):
    longest = max(max(listed(lag)) for lag in lags)
    rows = [
        (
            *(
                tuple(
                    int(SERIES[p, t - lag, r])
                    for p in listed(processes[k])
                    for lag in listed(lags[k])
                )
                for k in (0, 1)
            ),
            int(SERIES[target, t, r]),
        )
        for r in range(SERIES.shape[2])
        for t in range(longest, SERIES.shape[1])
    ]
    samples = convert.idtxl(SERIES, processes, target, lags)
    for found, column in zip(samples, zip(*rows, strict=True), strict=True):
        assert same_states(found, list(column))


@pytest.mark.parametrize("order", ["psr", "spr", "rsp", "prs"])
def test_idtxl_axes_and_data(order):
    array = SERIES.transpose(["psr".index(axis) for axis in order])
    expected = convert.idtxl(SERIES, [0, 1], 2)
    data = SimpleNamespace(data=SERIES, n_processes=3, normalise=False)
    for found in (
        convert.idtxl(array, [0, 1], 2, dim_order=order),
        convert.idtxl(data, [0, 1], 2),
        convert.idtxl(data, [0, 1], 2, [1, 1]),
        convert.idtxl(SERIES.astype(float), [0, 1], 2),
    ):
        for ours, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    flat = convert.idtxl(SERIES[..., 0].T, [0, 1], 2, dim_order="sp")
    assert len(flat.y) == 29


def transfer_entropy(source, dest, k, l, delay, k_tau=1, l_tau=1):
    """I(source's past; next | destination's past) of counted windows, in bits."""
    windows = Counter()
    for s, d in zip(source, dest, strict=True):
        first = max((k - 1) * k_tau + 1, (l - 1) * l_tau + delay)
        for r in range(first, len(d)):
            x = tuple(s[r - delay - j * l_tau] for j in range(l))
            z = tuple(d[r - 1 - j * k_tau] for j in range(k))
            windows[x, z, d[r]] += 1
    n = sum(windows.values())
    xz, zy, z_ = Counter(), Counter(), Counter()
    for (x, z, y), count in windows.items():
        xz[x, z] += count
        zy[z, y] += count
        z_[z] += count
    return sum(
        count / n * math.log2(count * z_[z] / (xz[x, z] * zy[z, y]))
        for (x, z, y), count in windows.items()
    )


@given(
    k=st.integers(1, 3),
    l=st.integers(1, 3),
    k_tau=st.integers(1, 2),
    l_tau=st.integers(1, 2),
    delay=st.integers(1, 3),
    trials=st.integers(1, 3),
)
def test_jidt_is_transfer_entropy(k, l, k_tau, l_tau, delay, trials):
    rng = np.random.default_rng(k + 10 * l)
    source = [rng.integers(0, 2, 40 + trial).tolist() for trial in range(trials)]
    dest = [[0, *series[:-1]] for series in source]
    for series in dest:
        series[5:8] = [1, 1, 0]
    options = {"k": k, "l": l, "k_tau": k_tau, "l_tau": l_tau, "delay": delay}
    given_as = (source[0], dest[0]) if trials == 1 else (source, dest)
    result = ff.pid(*convert.jidt(*given_as, **options, base=2), bias_correction="none")
    expected = transfer_entropy(source, dest, **options)
    assert result.unique1 + result.synergy == pytest.approx(expected, abs=1e-9)


def test_jidt_leaves_out_a_trial_that_is_too_short():
    found = convert.jidt([[0, 1, 1, 0], [1]], [[1, 0, 1, 1], [0]])
    assert found.y.tolist() == [0, 1, 1]
    assert found.x1.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        case("standardised",
             lambda: convert.idtxl(SimpleNamespace(data=SERIES, n_processes=3, normalise=True),
                                   [0, 1], 2),
             ValueError, r"data: it was standardised, .*normalise=False"),
        case("continuous", lambda: convert.idtxl(SERIES + 0.5, [0, 1], 2), ValueError,
             r"data: expected whole numbers as states, got \d\.5 at index \(0, 0, 0\); .*bin_target"),
        case("missing", lambda: convert.idtxl(np.where(SERIES > 1, np.nan, 0), [0, 1], 2),
             ValueError, "data: entries must be finite, got nan at index"),
        case("masked", lambda: convert.idtxl(np.ma.masked_equal(SERIES, 2), [0, 1], 2),
             ValueError, "data: .*masked"),
        case("axes", lambda: convert.idtxl(SERIES, [0, 1], 2, dim_order="ps"), ValueError,
             r"dim_order: expected one of 'p', 's', 'r' for each axis of shape \(3, 30, 2\)"),
        case("no processes", lambda: convert.idtxl(SERIES[0], [0, 1], 2, dim_order="sr"),
             ValueError, "dim_order: expected processes 'p' and samples 's', got 'sr'"),
        case("process", lambda: convert.idtxl(SERIES, [0, 3], 2), ValueError,
             r"sources\[1\]: there is no process 3, data has 3"),
        case("target", lambda: convert.idtxl(SERIES, [0, 1], 5), ValueError,
             "target: there is no process 5"),
        case("lag", lambda: convert.idtxl(SERIES, [0, 1], 2, [1, 30]), ValueError,
             "lags: expected less than the 30 samples in time, got 30"),
        case("negative lag", lambda: convert.idtxl(SERIES, [0, 1], 2, [1, -1]), ValueError,
             r"lags\[1\]: expected"),
        case("one source", lambda: convert.idtxl(SERIES, [0], 2), ValueError,
             "sources, lags: expected two of each, got 1 and 2"),
        case("lengths", lambda: convert.jidt([0, 1, 1], [0, 1]), ValueError,
             r"source, dest: expected series of the same lengths, got \[3\] and \[2\]"),
        case("short", lambda: convert.jidt([0, 1, 1], [0, 1, 0], k=3), ValueError,
             "source, dest: series of 3 values are too short: with k=3"),
        case("matrix", lambda: convert.jidt(SERIES[0], SERIES[1]), ValueError,
             r"source: expected a series of shape \(T,\), got shape \(30, 2\); .*list\(source\)"),
        case("base", lambda: convert.jidt([0, 1, 2], [0, 1, 0], base=2), ValueError,
             "source: expected values of 0 to base - 1 = 1, got 2 at index 2"),
        case("no past", lambda: convert.jidt([0, 1, 2], [0, 1, 0], k=0), ValueError, "k: expected"),
        case("None", lambda: convert.jidt([0, None, 2], [0, 1, 0]), ValueError, "source: "),
        case("lag alone", lambda: convert.idtxl(SERIES, [0, 1], 2, 1), TypeError,
             "lags: expected the lag of each of two sources in a list, got int 1"),
        case("lags in braces", lambda: convert.idtxl(SERIES, [0, 1], 2, {1, 2}), TypeError,
             "lags: .*, got set"),
        case("fractional lag", lambda: convert.idtxl(SERIES, [0, 1], 2, [1.0, 1]), TypeError,
             r"lags\[0\]: expected an integer of at least 0, got 1.0"),
        case("steps in braces", lambda: convert.idtxl(SERIES, [0, 1], 2, [{1, 2}, 1]), TypeError,
             r"lags\[0\]: .*, got set"),
        case("no order", lambda: convert.idtxl(SERIES, [0, 1], 2, dim_order=None), TypeError,
             "dim_order: expected a string such as 'psr', got None"),
        case("order of one replication", lambda: convert.idtxl(SERIES[..., 0], [0, 1], 2),
             ValueError, "dim_order: .* got 'psr'; of one replication dim_order=\"ps\""),
        case("base", lambda: convert.jidt([0, 1] * 9, [1, 0] * 9, base="2"), TypeError,
             "base: expected an integer of at least 1, got '2'"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    assert_refused(call, error, message)
