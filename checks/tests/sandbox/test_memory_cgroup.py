"""What the kernel keeps for contained processes is bounded, where this user may make a cgroup."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.harness.app.environment import AppEnvironment
from checks.harness.errors import OutOfMemory
from checks.sandbox import memory_cgroup
from checks.sandbox.memory_cgroup import MEBIBYTE, MemoryCgroup, create, parents, sweep
from checks.tests.support.borders import each_contained_kind, make_border

LIMIT = 96 * MEBIBYTE
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
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryCgroup]:
    monkeypatch.setattr(memory_cgroup, "LIMIT", LIMIT)
    monkeypatch.setitem(memory_cgroup.LIMITS, 1, (memory_cgroup.LIMITS[1][0], ("none", "")))
    made = create()
    if made is None:
        pytest.skip("this user may not make a memory cgroup here")
    yield made
    made.remove()
    assert not made.folder.exists()


@each_contained_kind
def test_who_fills_the_buffers_of_sockets_is_ended(kind: str, group: MemoryCgroup) -> None:
    with make_border(kind) as border:
        bounded = replace(border, memory=group)

        result = bounded.run(bounded.python(*FILLS), {}, None, limit=60)

    assert "filled" not in result.stdout
    assert result.returncode != 0
    assert group.kills() > 0


@each_contained_kind
def test_without_the_group_nothing_ends_it(kind: str) -> None:
    with make_border(kind) as border:
        result = border.run(border.python(*FILLS), {}, None, limit=60)

    assert "filled" in result.stdout


def test_it_is_said_to_be_the_apps_fault_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = MemoryCgroup(tmp_path, 1)
    (tmp_path / "memory.oom_control").write_text("under_oom 0\noom_kill 0\n")
    monkeypatch.setattr(memory_cgroup, "create", lambda: group)
    environment = AppEnvironment(tmp_path, contained=True)
    try:
        assert environment.outage() is None
        (tmp_path / "memory.oom_control").write_text("under_oom 0\noom_kill 1\n")
        assert isinstance(environment.outage(), OutOfMemory)
        assert environment.outage() is None
    finally:
        environment.close()


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
