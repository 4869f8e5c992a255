# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Functions that jobs are sent as, and back ends of joblib to send them to."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import warnings

import joblib
import pytest
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_info

from fourfold.exceptions import UndersampledWarning
from fourfold.runtime.jobs import quiet, run_jobs

#: None is no back end: one after another, here.
BACK_ENDS = (None, "threading", "loky", "dask")


@contextlib.contextmanager
def dask_cluster(**options):
    """A client of a cluster of two threads in this process, closed afterwards."""
    distributed = pytest.importorskip("distributed")
    small = {"processes": False, "n_workers": 1, "threads_per_worker": 2}
    given = {"dashboard_address": ":0", **small, **options}  # any port that is free
    with distributed.LocalCluster(**given) as cluster, distributed.Client(cluster) as client:
        yield client


@contextlib.contextmanager
def back_end(name):
    """Jobs go there inside, two at a time."""
    if name is None:
        yield
    elif name == "dask":
        with dask_cluster(), joblib.parallel_config("dask"):
            yield
    else:
        with joblib.parallel_config(name, n_jobs=2, max_nbytes=2000):  # arrays are mapped
            yield


def place():
    return os.getpid(), threading.get_ident()


def doubled(number, array=None):
    return 2 * number + (0 if array is None else int(array[number]))


def where(number):
    """Where a job runs, and what it may use there."""
    time.sleep(0.02)  # so that one worker does not take all
    threads = max((one["num_threads"] for one in threadpool_info()), default=1)
    nested = [*run_jobs(plainly_where, [(number,), (number,)])]
    return place(), threads, joblib.effective_n_jobs(-1), nested


def plainly_where(_):
    return place()


def failing(number):
    if number == 3:
        msg = "number: expected anything but 3"
        raise ValueError(msg)
    return number


def warning(number):
    """One of ours, one of another library, and one that nobody is to hear."""
    time.sleep(0.01)
    warnings.warn(f"ours {number}", UndersampledWarning, stacklevel=2)
    warnings.warn(f"theirs {number}", RuntimeWarning, stacklevel=1)
    warnings.warn("not to be heard", ConvergenceWarning, stacklevel=1)
    with quiet(ConvergenceWarning):
        warnings.warn("nor this", ConvergenceWarning, stacklevel=1)
    return number


def identity_of(value, _):
    time.sleep(0.02)
    return id(value)
