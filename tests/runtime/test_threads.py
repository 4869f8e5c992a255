# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Threads and forks: how many there are, that they do not disturb each other, and how they end."""

from __future__ import annotations

import concurrent.futures
import math
import os
from pathlib import Path

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core
from tests.support.processes import output_of, script

if hasattr(os, "sched_getaffinity"):
    PROCESSORS = len(os.sched_getaffinity(0))
else:
    PROCESSORS = os.cpu_count()

#: One problem whose products are shared by threads, and a batch whose problems are.
SHARED = ("rng.random((300, 300, 50))", "rng.random((900, 8, 8, 4))")

NUMBER = "import fourfold; print(fourfold.show_config()['num_threads'])"

# -- how many --------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads in /proc")
@pytest.mark.parametrize("problem", SHARED)
def test_number_of_threads_is_what_was_asked_for(problem):
    code = script(f"""
        problem = {problem}
        ff.decompose  # loads libraries with threads of their own
        def threads():
            return len(os.listdir("/proc/self/task"))
        before = threads()
        for asked in (1, 2, 10**6):
            ff.decompose(problem, tol=1e-2, num_threads=asked)
            print(threads() - before)
    """)
    assert output_of(code) == f"0\n{min(2, PROCESSORS) - 1}\n{PROCESSORS - 1}\n"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_default_number_of_threads_is_at_most_openmps(limit):
    most = int(output_of(NUMBER, OMP_NUM_THREADS="1000000"))
    assert 1 <= most <= PROCESSORS
    assert output_of(NUMBER, OMP_NUM_THREADS=str(limit)) == f"{min(limit, most)}\n"


@pytest.mark.skipif(not _core.openmp, reason="built without OpenMP")
def test_threadpoolctl_limits_the_default():
    code = script("""
        from threadpoolctl import threadpool_limits
        with threadpool_limits(1):
            print(ff.show_config()["num_threads"])
    """)
    assert output_of(code) == "1\n"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity masks here")
def test_number_of_threads_keeps_to_the_affinity_mask():
    code = script(f"""
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        print(ff.show_config()["num_threads"])
        before = len(os.listdir("/proc/self/task"))
        ff.decompose({SHARED[0]}, tol=1e-2, num_threads=8)
        print(len(os.listdir("/proc/self/task")) - before)
    """)
    assert output_of(code, OMP_NUM_THREADS="8") == "1\n0\n"


NO_QUOTA = {"cpu.max": "max 100000", "cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000"}


@pytest.mark.parametrize(
    ("groups", "files", "quota"),
    [
        # cgroup 2: its own group, one above it, the mount point of a container
        ("0::/a/b", {"a/b/cpu.max": "150000 100000"}, 1.5),
        ("0::/a/b", {"a/cpu.max": "50000 100000", "a/b/cpu.max": "max 100000"}, 0.5),
        ("0::/a/b", {"a/cpu.max": "400000 100000", "a/b/cpu.max": "300000 100000"}, 3.0),
        ("0::/", {"cpu.max": "200000 100000"}, 2.0),
        ("0::/../b", {"cpu.max": "200000 100000"}, 2.0),
        ("0::/a b:c", {"a b:c/cpu.max": "100000 50000"}, 2.0),
        # cgroup 1, by the names of its mount point; the path may be one of the host
        (
            "5:cpu,cpuacct:/a/b\n1:name=systemd:/a\n0::/",
            {
                "cpu,cpuacct/a/cpu.cfs_quota_us": "250000",
                "cpu,cpuacct/a/cpu.cfs_period_us": "100000",
            },
            2.5,
        ),
        (
            "4:cpuacct,cpu:/docker/0123",
            {"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"},
            1.0,
        ),
        # both
        (
            "2:cpu:/a\n0::/a",
            {
                "cpu/a/cpu.cfs_quota_us": "300000",
                "cpu/a/cpu.cfs_period_us": "100000",
                "unified/a/cpu.max": "200000 100000",
            },
            2.0,
        ),
        # none
        ("0::/a", {f"a/{name}": text for name, text in NO_QUOTA.items()}, math.inf),
        ("2:cpu:/a", {f"cpu/a/{name}": text for name, text in NO_QUOTA.items()}, math.inf),
        ("2:cpuset:/a", {"cpuset/a/cpu.cfs_quota_us": "1"}, math.inf),
        ("0::/a", {}, math.inf),
        ("0::/a", {"a/cpu.max": "", "cpu.max": "nonsense"}, math.inf),
        ("0::/a", {"a/cpu.max": "100000 0"}, math.inf),
        ("nonsense\n\n0::\n", {"cpu.max": "nonsense"}, math.inf),
    ],
)
def test_quota_is_the_least_of_the_cgroup_and_those_above(tmp_path, groups, files, quota):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(groups + "\n", encoding="ascii")
    for name, text in files.items():
        path = tmp_path / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="ascii")
    assert _core.cpu_quota(str(tmp_path)) == quota


def test_no_quota_where_there_are_no_cgroups(tmp_path):
    assert _core.cpu_quota(str(tmp_path)) == math.inf


# -- side by side ------------------------------------------------------------------------


@pytest.mark.parametrize("num_threads", [None, 8])
def test_solves_in_several_python_threads_do_not_disturb_each_other(rng, num_threads):
    tables = [rng.random((60, 50, 8)) ** 3 for _ in range(6)]
    batches = [rng.random((40, 5, 4, 3)) for _ in range(6)]
    work = tables + batches
    alone = [ff.decompose(table, tol=1e-5, num_threads=1) for table in work]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda table: ff.decompose(table, tol=1e-5, num_threads=num_threads), work)
        )
    for one, other in zip(alone, together, strict=True):
        assert one.to_dict() == other.to_dict()
    np.testing.assert_array_equal(alone[0].coupling(3), together[0].coupling(3))


# -- forks and ends ------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a solve"])
def test_a_forked_child_solves_on_one_thread(beside):
    code = script(f"""
        beside = {beside}
        for shape in ((300, 300, 50), (900, 8, 8, 4)):
            problem = rng.random(shape)
            solve = lambda: ff.decompose(problem, tol=1e-2, num_threads=4)
            before = solve()
            default = ff.show_config()["num_threads"]
            other = threading.Thread(target=lambda: [solve() for _ in range(5)])
            if beside:
                other.start()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
                child = os.fork()
            if child == 0:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(30)  # ends a child that hangs
                same = np.array_equal(solve().atoms, before.atoms)
                os._exit(0 if same and ff.show_config()["num_threads"] == 1 else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            same = np.array_equal(solve().atoms, before.atoms)
            print(same, ff.show_config()["num_threads"] == default)
            if beside:
                other.join()
    """)
    assert output_of(code, OMP_NUM_THREADS="3") == "0\nTrue True\n" * 2


@pytest.mark.parametrize("num_threads", [1, 2])
def test_a_process_may_end_during_a_solve(num_threads):
    code = script(f"""
        one, two = (rng.random((700, 50)) ** 8 for _ in range(2))
        options = {{"tol": 1e-300, "max_iter": 2**31 - 1, "num_threads": {num_threads}}}
        solve = lambda: ff.decompose_marginals(one / one.sum(0), two / two.sum(0), **options)
        threading.Thread(target=solve, daemon=True).start()
        time.sleep(0.5)
        print("end")
    """)
    assert output_of(code) == "end\n"
