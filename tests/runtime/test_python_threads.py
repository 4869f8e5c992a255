# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whole calls on several threads of Python at once, on interpreters without a global lock as well."""

from __future__ import annotations

import sys
import sysconfig
import threading

import numpy as np
import pytest

import fourfold as ff

THREADS = 8
FREE = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def rows(seed, n=3000):
    rng = np.random.default_rng(seed)
    x1, x2 = rng.integers(6, size=(2, n))
    y = np.where(rng.random(n) < 0.7, (x1 + x2) % 3, rng.integers(3, size=n))
    return x1, x2, y


def words(seed):
    return [[f"state {value}" for value in column.tolist()] for column in rows(seed)]


CALLS = {
    "labels": lambda seed: ff.pid(*rows(seed), n_resamples=25, random_state=0).to_dict(),
    "words": lambda seed: ff.pid(*words(seed)).to_dict(),
    "test": lambda seed: (
        ff.permutation_test(*rows(seed), n_permutations=20, random_state=0).pvalue
    ),
    "counts": lambda seed: ff.pid(ff.Counts.from_labels(*rows(seed))).to_dict(),
    "clusters": lambda seed: (
        ff.PIDEstimator(n_clusters=5, random_state=0)
        .fit(*np.random.default_rng(seed).normal(size=(2, 400, 3)), rows(seed, 400)[2])
        .result_.to_dict()
    ),
}


@pytest.mark.skipif(not FREE, reason="this Python has a global lock")
def test_no_import_takes_the_global_lock_back():
    assert not sys._is_gil_enabled()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_calls_on_several_threads_give_what_one_gives(call):
    alone = [call(seed) for seed in range(THREADS)]
    together = [[] for _ in range(THREADS)]
    start = threading.Barrier(THREADS)

    def work(seed):
        start.wait()
        for _ in range(3):
            together[seed].append(call(seed))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [[one] * 3 for one in alone]
