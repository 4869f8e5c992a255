# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What cannot fit memory is refused before it is taken, with the states of both sources."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core
from fourfold.inputs import room
from fourfold.solve import backends
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

IDS = np.arange(30_000)
PLAIN = {"bias_correction": "none", "confidence_level": None}


def soft(classes, rows=30_000):
    return np.random.default_rng(0).dirichlet(np.ones(classes), rows)


def marginals(k1, k2, ky):
    p1y, p2y = soft(ky, k1), soft(ky, k2)
    return p1y / p1y.sum(0) / ky, p2y / p2y.sum(0) / ky


@pytest.fixture
def short(monkeypatch):
    """A machine with 1 GB free, on which no problem of pairs is begun."""
    monkeypatch.setattr(room, "free_memory", lambda: 10**9)

    def began(*_, **__):
        raise AssertionError

    def forbid():
        for name in ("solve_one", "solve_batch", "solve_many"):
            monkeypatch.setattr(backends, name, began)

    return forbid


P1Y, P2Y = marginals(20_000, 10_000, 3)

TOO_LARGE = {
    "soft targets": (
        lambda: ff.pid(IDS, IDS, soft(3), **PLAIN),
        r"^x1, x2: 30000 states of x1 and 30000 states of x2.* 21\.6 GB .*1 GB are free; is x1 or",
    ),
    "labels": (
        lambda: ff.pid(IDS, IDS % 7, IDS, **PLAIN),
        "^x1, x2, y: tables of 30000 states of x1, and of 7 of x2, by 30000 classes of y .*is x1 or y",
    ),
    "marginals": (
        lambda: ff.decompose_marginals(P1Y, P2Y),
        "^x1, x2: 20000 states of x1 and 10000 states of x2",
    ),
    "single precision": (
        lambda: ff.decompose_marginals(P1Y, P2Y, dtype="float32"),
        r" 2\.4 GB",
    ),
    "the reference": (
        lambda: ff.decompose_marginals(P1Y[:, :2], P2Y[:, :2] / P2Y[:, :2].sum(0) * P1Y[:, :2].sum(0),
                                       method="reference"),
        r" 3\.2 GB",
    ),
    "a batch": (lambda: ff.decompose_marginals(P1Y[None], P2Y[None]), r" 4\.8 GB"),
    "a conversion": (
        lambda: ff.decompose(np.broadcast_to(np.True_, (2000, 2000, 50))),
        "^pmf: 200000000 numbers, converted to float64, would take 1.6 GB",
    ),
    "outcomes": (
        lambda: ff.decompose({(k, k, k): 1 for k in range(2000)}),
        "^pmf: a table of 2000 x 2000 x 2000 cells, of 2000 states of x1 and 2000 states of x2, .*64 GB",
    ),
    "a table of counts": (
        lambda: ff.Counts.from_labels(IDS, IDS, IDS % 2).table(),
        r"^table: .*14\.4 GB .*to_frame\(\) has the 30000 cells that are occupied; is x1 or x2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_refused_before_it_is_begun(short, kind):
    short()
    call, message = TOO_LARGE[kind]
    with pytest.raises(MemoryError, match=message):
        call()


def test_what_the_core_merges_or_has_in_closed_form_is_no_pair_of_states(short):
    del short
    merged = ff.pid(IDS, IDS, IDS % 3, **PLAIN)
    assert merged.solver == "cpu"
    assert merged.redundancy == pytest.approx(np.log2(3))
    closed = ff.pid(IDS, IDS, soft(2), **PLAIN)
    assert closed.solver == "roc-hull"


def test_coupling_that_did_not_fit_is_made_when_it_does(monkeypatch):
    p1y, p2y = (np.repeat(p, 50, 0) / 50 for p in marginals(50, 45, 3))
    expected = ff.decompose_marginals(p1y, p2y)
    monkeypatch.setattr(room, "free_memory", lambda: 8 * 10**6)
    monkeypatch.setattr(room, "_LOOKED_AT", 0)
    result = ff.decompose_marginals(p1y, p2y)
    assert result.atoms[:3] == expected.atoms[:3]
    with pytest.raises(MemoryError, match="coupling: a table of 2500 x 2250 cells"):
        result.coupling(0, 0)
    monkeypatch.undo()
    np.testing.assert_array_equal(result.coupling(0, 0), expected.coupling(0, 0))


def test_estimate_is_no_more_than_what_the_core_tells_apart(monkeypatch):
    """Random tables, near duplicates among them: what is refused could not have been merged."""
    monkeypatch.setattr(room, "_LOOKED_AT", 0)
    rng = np.random.default_rng(1)
    for _ in range(20):
        p1y, p2y = marginals(*rng.integers((2050, 2050, 3), (2100, 2100, 6)))
        states = rng.integers(1, 60)
        p1y = p1y[rng.integers(states, size=len(p1y))] * (1 + 1e-15 * rng.random((len(p1y), 1)))
        p2y = p2y * (p1y.sum(0) / p2y.sum(0))
        p1y, p2y = (p / p1y.sum() for p in (p1y, p2y))
        k1, k2, _ = _core.solve_one(
            p1y, p2y, method="ipfp", tol=1.0, max_iter=0, num_threads=1, factors=False
        )["solved_shape"][0]
        monkeypatch.setattr(room, "free_memory", lambda: 1)
        with pytest.raises(MemoryError) as refused:
            ff.decompose_marginals(p1y, p2y)
        told = room.told_bytes(24 * int(k1) * int(k2))
        assert f"take {told} of memory" in str(refused.value)
