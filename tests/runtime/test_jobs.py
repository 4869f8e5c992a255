# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Jobs wherever joblib sends them: results, warnings, errors, threads."""

from __future__ import annotations

import os
import threading
import warnings

import joblib
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_info, threadpool_limits

from fourfold.exceptions import DiscretisationWarning, UndersampledWarning
from fourfold.runtime import caller, guests
from fourfold.runtime.jobs import Sent, finished_jobs, run_jobs
from tests.support import jobs as sent
from tests.support.jobs import BACK_ENDS, back_end, dask_cluster


@pytest.fixture(params=BACK_ENDS, name="back_end")
def _back_end(request):
    with back_end(request.param):
        yield request.param


# -- results -----------------------------------------------------------------------------


def test_results_come_in_order_or_each_once(back_end):  # noqa: ARG001  it is on
    array = np.arange(1000)
    for number in (0, 1, 2, 30):
        jobs = [(k, array) for k in range(number)]
        assert [*run_jobs(sent.doubled, jobs)] == [3 * k for k in range(number)]
        found = [*finished_jobs(sent.doubled, jobs)]
        assert sorted(found) == [(k, 3 * k) for k in range(number)]


def test_back_ends_that_give_all_results_at_once_have_several_rounds():
    with joblib.parallel_config("multiprocessing", n_jobs=2):  # Ray's is like it
        assert [*run_jobs(sent.doubled, [(k,) for k in range(11)])] == [*range(0, 22, 2)]


def test_an_error_is_raised_as_it_was(back_end):  # noqa: ARG001
    with pytest.raises(ValueError, match="number: expected anything but 3"):
        list(run_jobs(sent.failing, [(k,) for k in range(6)]))
    assert [*run_jobs(sent.doubled, [(1,), (2,)])] == [2, 4]


def test_what_several_jobs_share_is_sent_once_to_a_worker_of_dask():
    with dask_cluster(), joblib.parallel_config("dask"):
        for value in (Sent(("a tuple", np.arange(9))), np.arange(3000)):
            jobs = [(value, k) for k in range(12)]
            assert len(set(run_jobs(sent.identity_of, jobs))) == 1


# -- where they run ----------------------------------------------------------------------


def test_jobs_run_elsewhere_on_one_thread_and_send_nothing_on(back_end):
    found = [*run_jobs(sent.where, [(k,) for k in range(8)])]
    places = {place for place, *_ in found}
    assert all(threads == 1 for _, threads, _, _ in found)
    if back_end is None:
        assert places == {sent.place()}
        return
    assert sent.place() not in places
    assert ({pid for pid, _ in places} == {os.getpid()}) == (back_end in ("threading", "dask"))
    for place, _, at_a_time, nested in found:
        assert at_a_time == 1
        assert set(nested) == {place}


def test_a_single_job_stays_so_that_those_inside_it_can_go():
    with joblib.parallel_config("threading", n_jobs=2):
        ((place, _, _, nested),) = run_jobs(sent.where, [(0,)])
    assert place == sent.place()
    assert sent.place() not in nested


def test_what_cannot_be_sent_stays():
    with joblib.parallel_config("loky", n_jobs=2):
        found = [*run_jobs(sent.plainly_where, [(k,) for k in range(4)], at_home=True)]
    assert set(found) == {sent.place()}


def test_a_number_of_jobs_is_that_of_the_call_or_of_the_back_end():
    jobs = [(k,) for k in range(8)]
    assert {place for place, *_ in run_jobs(sent.where, jobs)} == {sent.place()}
    threads = {place for place, *_ in run_jobs(sent.where, jobs, n_jobs=2, prefer="threads")}
    assert sent.place() not in threads
    with joblib.parallel_config("threading", n_jobs=2):
        assert {place for place, *_ in run_jobs(sent.where, jobs, n_jobs=1)} == {sent.place()}


def test_limits_of_threads_are_put_back(back_end):  # noqa: ARG001
    with threadpool_limits(2):
        before = threadpool_info()
        list(run_jobs(sent.where, [(k,) for k in range(4)]))
        assert threadpool_info() == before


# -- warnings ----------------------------------------------------------------------------


def test_each_warning_reaches_the_caller_once(back_end):
    filters = warnings.filters[:]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        list(run_jobs(sent.warning, [(k,) for k in range(6)], quieted=(ConvergenceWarning,)))
    texts = sorted(str(one.message) for one in heard)
    assert texts == sorted(f"{whose} {k}" for whose in ("ours", "theirs") for k in range(6))
    if back_end not in ("threading", "dask"):  # there a thread has no caller to name
        ours = [one for one in heard if one.category is UndersampledWarning]
        assert back_end is None or {one.filename for one in ours} == {__file__}
    theirs = [one for one in heard if one.category is RuntimeWarning]
    assert {one.filename for one in theirs} == {sent.__file__}
    assert warnings.filters == filters


def test_filters_of_the_caller_decide(back_end):  # noqa: ARG001
    jobs = [(k,) for k in range(4)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [*run_jobs(sent.warning, jobs)] == [0, 1, 2, 3]
    with pytest.raises(UndersampledWarning, match="ours"):
        list(run_jobs(sent.warning, jobs))


def test_a_warning_of_each_process_is_one_of_all(monkeypatch):
    monkeypatch.setattr(caller, "_said", set())
    heard = [guests.Heard(DiscretisationWarning("little"), DiscretisationWarning, "", 1)] * 3
    with pytest.warns(DiscretisationWarning, match="little") as found:
        guests.say(heard)
    assert len(found) == 1


def test_others_warn_once_of_a_line(monkeypatch):
    monkeypatch.setattr(guests, "_said", {})
    heard = [guests.Heard(RuntimeWarning("late"), RuntimeWarning, "elsewhere.py", 7)] * 3
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        guests.say(heard)
    assert [(one.filename, one.lineno) for one in found] == [("elsewhere.py", 7)]


def test_a_guest_hears_where_filters_are_of_a_context(monkeypatch):
    """As without the global lock, where each thread has its own: here there is one."""
    monkeypatch.setattr(guests, "_OF_CONTEXT", True)
    filters, shown = warnings.filters[:], warnings.showwarning
    with guests.guest() as heard:
        warnings.warn("a", RuntimeWarning, stacklevel=1)
    assert [(str(one.message), one.category) for one in heard] == [("a", RuntimeWarning)]
    assert (warnings.filters, warnings.showwarning) == (filters, shown)


def test_guests_of_a_process_hear_their_own_and_leave_it_as_it_was():
    filters, shown, heard = warnings.filters[:], warnings.showwarning, {}
    barrier, again = threading.Barrier(2), threading.Event()

    def job(name, stays):
        with guests.guest() as own:
            barrier.wait()
            warnings.warn(name, RuntimeWarning, stacklevel=1)
            if stays:
                again.wait()
                warnings.warn(name, RuntimeWarning, stacklevel=1)
        heard[name] = [str(one.message) for one in own]

    threads = [threading.Thread(target=job, args=pair) for pair in (("a", True), ("b", False))]
    with threadpool_limits(2, user_api="blas"):
        before = threadpool_info()
        for thread in threads:
            thread.start()
        threads[1].join()  # the other is still there
        again.set()
        threads[0].join()
        assert threadpool_info() == before
    assert heard == {"a": ["a", "a"], "b": ["b"]}
    assert (warnings.filters, warnings.showwarning) == (filters, shown)
