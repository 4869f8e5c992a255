# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where memory runs short inside the core there is a MemoryError, whichever thread met it."""

from __future__ import annotations

import sys

import pytest

from tests.support.processes import run_python, script

#: Each thread takes 16 MB for a table, beside the arrays that are made before.
HEADROOM_MB = (2, 4, 12, 24, 40)


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space by /proc")
def test_shortage_in_a_region_of_threads_is_a_memory_error():
    code = script(f"""
        import resource
        from fourfold import _core
        ff.decompose(rng.random((900, 3, 3, 3)), tol=1e-2, num_threads=2)  # starts its threads
        masses = rng.random((2, 2, 250000, 8))
        outputs = 8 * (masses[:, 0].size + 32)
        for headroom in {HEADROOM_MB}:
            size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
            limit = size + outputs + headroom * 2**20
            resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
            try:
                _core.marginals(masses, num_threads=2)
                print("done", end=" ")
            except MemoryError:
                print("short", end=" ")
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
        print(_core.marginals(masses, num_threads=2)["valid"].all())
    """)
    ended = run_python("-c", code)
    assert ended.returncode == 0, ended.stderr
    *tried, usable = ended.stdout.split()
    assert usable == "True"
    assert tried[0] == "short"
    assert tried[-1] == "done"
