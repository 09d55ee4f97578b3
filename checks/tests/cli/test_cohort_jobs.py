"""How many submissions `checks grade` takes at a time by itself."""

import os
from pathlib import Path

import pytest

from checks.cli import cohort_jobs
from checks.cli.cohort_jobs import jobs_at_hand
from checks.services import available_memory

GIB = 1 << 20
"""In kB, the unit of /proc/meminfo."""


@pytest.mark.parametrize(
    ("cores", "gib", "jobs"),
    [(2, 24, 2), (8, 24, 8), (8, 7, 3), (4, 1, 1), (1, 64, 1)],
)
def test_processors_and_memory_bound_the_submissions_at_a_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cores: int, gib: int, jobs: int
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal: {64 * GIB} kB\nMemAvailable: {gib * GIB} kB\n")
    monkeypatch.setattr(available_memory, "MEMINFO", meminfo)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert jobs_at_hand() == jobs


def test_without_proc_it_is_the_memory_that_is_built_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(available_memory, "MEMINFO", tmp_path / "none")

    assert available_memory.available_memory() > 0
    assert cohort_jobs.MEMORY_OF_ONE == 2 << 30
