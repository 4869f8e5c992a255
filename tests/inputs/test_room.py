# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How much memory is free: of the machine, of control groups of both versions; and what it refuses."""

import re

import pytest

from fourfold.inputs import room

GIB = 2**30


def write(root, files):
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


MACHINE = {
    "proc/meminfo": (
        "MemTotal:       33554432 kB\nMemAvailable:    8388608 kB\nSwapFree:        1048576 kB\n"
    )
}
STAT = "cache 0\ninactive_file 1073741824\nactive_file 536870912\ntotal_active_file 268435456\n"


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({}, 9 * GIB),
        (
            {
                "proc/self/cgroup": "0::/user/job\n",
                "sys/fs/cgroup/user/memory.max": f"{4 * GIB}\n",
                "sys/fs/cgroup/user/memory.current": f"{3 * GIB}\n",
                "sys/fs/cgroup/user/job/memory.max": "max\n",
                "sys/fs/cgroup/user/job/memory.current": f"{3 * GIB}\n",
            },
            GIB,
        ),
        (
            {
                "proc/self/cgroup": "0::/job\n",
                "sys/fs/cgroup/memory.max": f"{4 * GIB}\n",
                "sys/fs/cgroup/memory.current": f"{3 * GIB}\n",
                "sys/fs/cgroup/memory.stat": STAT,
            },
            5 * GIB // 2,
        ),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/\n3:memory:/job\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2**63 - 4096}\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{40 * GIB}\n",
                "sys/fs/cgroup/memory/job/memory.limit_in_bytes": f"{2 * GIB}\n",
                "sys/fs/cgroup/memory/job/memory.usage_in_bytes": f"{GIB}\n",
                "sys/fs/cgroup/memory/job/memory.stat": STAT,
            },
            5 * GIB // 4,
        ),
        (
            {
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": f"{GIB}\n",
                "sys/fs/cgroup/memory.current": f"{2 * GIB}\n",
            },
            0,
        ),
    ],
    ids=["machine", "above", "at the mount point", "version 1", "over the limit"],
)
def test_least_of_machine_and_groups_is_free(tmp_path, files, free):
    write(tmp_path, MACHINE | files)
    assert room.free_memory(str(tmp_path)) == free


def test_physical_memory_counts_where_nothing_tells_what_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(room.os, "sysconf", lambda name: 4096 if "SIZE" in name else 1000)
    assert room.free_memory(str(tmp_path)) == 4_096_000


def test_nothing_is_refused_where_no_size_is_known(tmp_path, monkeypatch):
    monkeypatch.delattr(room.os, "sysconf")
    assert room.free_memory(str(tmp_path)) is None
    monkeypatch.setattr(room, "free_memory", lambda: None)
    room.require_room(10**30, "x1", "it")


def test_what_does_not_fit_is_refused_with_needed_and_free(monkeypatch):
    monkeypatch.setattr(room, "free_memory", lambda: 10**9)
    room.require_room(10**9, "X1", "rows")
    words = "X1: rows would take 1.5 GB of memory, and 1 GB are free; take fewer"
    with pytest.raises(MemoryError, match=f"^{re.escape(words)}$"):
        room.require_room(1_500_000_000, "X1", "rows", "take fewer")


def test_table_is_refused_with_the_states_of_both_sources(monkeypatch):
    monkeypatch.setattr(room, "free_memory", lambda: 10**9)
    with pytest.raises(MemoryError, match=r"30000 states of a and 12 states of b") as many:
        room.require_table((30000, 12, 900), "y", sources=("a", "b"))
    assert "is a an id" in str(many.value)
    with pytest.raises(MemoryError, match=r"900 x 900 x 900 cells") as few:
        room.require_table((900, 900, 900), "y", instead="use Counts")
    assert "id" not in str(few.value).split()
    assert str(few.value).endswith("; use Counts")


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (14.4e9, "14.4 GB"), (1e19, "1e+04 PB")],
)
def test_sizes_are_told_in_their_unit(size, told):
    assert room.told_bytes(size) == told
