"""Whose CPU time a benchmark counts."""

import os
from pathlib import Path

import pytest

from checks.bench import cpu_clock


@pytest.fixture(autouse=True)
def cgroups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in the place of /sys/fs/cgroup."""
    folder = tmp_path / "cgroup"
    monkeypatch.setattr(cpu_clock, "CGROUPS", folder)
    return folder


def test_without_a_cgroup_it_is_the_whole_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "stat"
    file.write_text("cpu  1000 200 300 99999 5\ncpu0 1 1 1 1\n", encoding="ascii")
    monkeypatch.setattr(cpu_clock, "STATISTICS", file)
    monkeypatch.setattr(os, "sysconf", lambda _: 100)

    with cpu_clock.cpu_clock() as clock:
        assert clock.seconds() == 15.0
        assert clock.scope == cpu_clock.WHOLE


@pytest.mark.parametrize(
    ("file", "text"),
    [("cpuacct.usage", "2500000000\n"), ("cpu.stat", "usage_usec 2500000\nuser_usec 1\n")],
)
def test_a_group_tells_its_own_seconds(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text, encoding="ascii")

    assert cpu_clock.group_seconds(tmp_path) == 2.5


def test_what_fails_inside_is_not_swallowed() -> None:
    with pytest.raises(FileNotFoundError), cpu_clock.cpu_clock():
        Path("/nothing/here").read_text(encoding="ascii")


def test_a_group_that_tells_nothing_is_left_again(cgroups: Path) -> None:
    (cgroups / "cpuacct").mkdir(parents=True)

    with cpu_clock.cpu_clock() as clock:
        assert clock.scope == cpu_clock.WHOLE
