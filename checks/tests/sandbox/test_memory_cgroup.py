"""What the kernel keeps for contained processes is bounded, where this user may make a cgroup."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.harness.app.oom_watch import OomWatch
from checks.harness.errors import OutOfMemory
from checks.sandbox import memory_cgroup
from checks.sandbox.memory_cgroup import MemoryCgroup, create, parents, sweep
from checks.tests.support.borders import each_contained_kind, make_border

LIMIT = 96 << 20
FILLS_SOCKETS = """
import socket, sys
pairs, filled = [], 0
while filled < 130 << 20:
    pair = socket.socketpair()
    pairs.append(pair)
    for end in pair:
        end.setblocking(False)
        try:
            while True:
                filled += end.send(bytes(65536))
        except BlockingIOError:
            pass
print("filled", filled)
"""
FILLS = ("-c", FILLS_SOCKETS)
V1 = "5:memory:/run\n0::/\n"
V1_MOUNT = "33 25 0:29 / {root} rw - cgroup cgroup rw,memory\n"
V2_MOUNT = "33 25 0:29 / {root} rw - cgroup2 cgroup2 rw\n"


@pytest.fixture
def group() -> Iterator[MemoryCgroup]:
    made = create(LIMIT)
    if made is None:
        pytest.skip("this user may not make a memory cgroup here")
    yield made
    made.remove()
    assert not made.folder.exists()


@each_contained_kind
def test_who_fills_the_buffers_of_sockets_comes_to_no_end(kind: str, group: MemoryCgroup) -> None:
    watch = OomWatch()
    with make_border(kind) as border:
        bounded = replace(border, memory=group)

        try:
            printed = bounded.run(bounded.python(*FILLS), {}, None, limit=60).stdout
        except OutOfMemory:
            printed = ""

    assert "filled" not in printed
    assert not watch.has_killed()


@each_contained_kind
def test_without_the_group_nothing_ends_it(kind: str) -> None:
    with make_border(kind) as border:
        result = border.run(border.python(*FILLS), {}, None, limit=60)

    assert "filled" in result.stdout


@pytest.mark.parametrize(
    ("version", "files", "is_exceeded"),
    [
        (1, {"memory.oom_control": "oom_kill_disable 1\nunder_oom 1\noom_kill 0\n"}, True),
        (1, {"memory.oom_control": "oom_kill_disable 1\nunder_oom 0\noom_kill 0\n"}, False),
        (2, {"memory.current": "1021\n", "memory.high": "1000\n"}, True),
        (2, {"memory.current": "1020\n", "memory.high": "1000\n"}, False),
        (2, {}, False),
    ],
)
def test_when_it_is_exceeded(
    tmp_path: Path, version: int, files: dict[str, str], is_exceeded: bool
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    assert MemoryCgroup(tmp_path, version).is_exceeded() == is_exceeded


def test_limits_of_version_2(tmp_path: Path) -> None:
    MemoryCgroup(tmp_path, 2).set_limit(1000)

    values = {file.name: int(file.read_text()) for file in tmp_path.iterdir()}
    assert values == {"memory.high": 1000, "memory.max": 1000 + memory_cgroup.MARGIN}


def test_a_group_of_an_ended_process_is_swept(group: MemoryCgroup) -> None:
    left = group.folder.with_name(f"{memory_cgroup.PREFIX}{2**22 + 1}-1")
    left.mkdir()

    sweep()

    assert not left.exists()
    assert group.folder.exists()


@pytest.mark.parametrize(
    ("memberships", "mount", "controllers", "expected"),
    [
        (V1, V1_MOUNT, {}, [("run", 1)]),
        ("0::/a/b\n", V2_MOUNT, {"": "cpu memory", "a": "memory", "a/b": ""}, [("a", 2), ("", 2)]),
        ("0::/a/b\n", V2_MOUNT, {"": "cpu", "a": "", "a/b": ""}, []),
        ("0::/\n", V2_MOUNT, {"": "memory pids"}, [("", 2)]),
        ("", V2_MOUNT, {}, []),
    ],
)
def test_where_a_group_can_be(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    memberships: str,
    mount: str,
    controllers: dict[str, str],
    expected: list[tuple[str, int]],
) -> None:
    root = tmp_path / "cgroup"
    for name, words in {"run": "", **controllers}.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "cgroup.subtree_control").write_text(words)
    for name, text in (("MOUNTS", mount.format(root=root)), ("MEMBERSHIPS", memberships)):
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(memory_cgroup, name, tmp_path / name)

    assert list(parents()) == [(root / name, version) for name, version in expected]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes wherever it likes")
def test_where_nothing_may_be_made_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o555)
    monkeypatch.setattr(memory_cgroup, "parents", lambda: iter([(tmp_path, 2)]))

    assert create() is None
