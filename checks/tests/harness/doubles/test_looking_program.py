"""A program in the place of pg_dump that keeps a file as it was when it began to work."""

import os
import subprocess
from pathlib import Path

import pytest

from checks.harness.doubles.postgres_programs import SEEN, looking_at


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """The copy that the program makes; the real program removes the file."""
    for folder, text in (("bin", looking_at("a.dump")), ("real", '#!/bin/sh\nrm -f "$FILE"\n')):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pg_dump").write_text(text)
        (tmp_path / folder / "pg_dump").chmod(0o755)
    return tmp_path / "bin" / SEEN


def call(folder: Path, *arguments: str) -> None:
    path = f"{folder / 'bin'}:{folder / 'real'}:{os.environ['PATH']}"
    env = {"PATH": path, "FILE": str(folder / "a.dump")}
    subprocess.run([folder / "bin" / "pg_dump", *arguments], env=env, check=True)


def test_the_file_is_seen_before_the_real_program_has_it(tmp_path: Path, seen: Path) -> None:
    (tmp_path / "a.dump").write_bytes(b"\x00yesterday\xff")

    call(tmp_path, "--format=custom")

    assert seen.read_bytes() == b"\x00yesterday\xff"
    assert not (tmp_path / "a.dump").exists()


def test_a_file_that_was_moved_aside_is_not_seen(tmp_path: Path, seen: Path) -> None:
    (tmp_path / "a.dump.old").write_bytes(b"yesterday")

    call(tmp_path, "--format=custom")

    assert seen.read_bytes() == b""


def test_a_call_that_only_asks_sees_nothing(tmp_path: Path, seen: Path) -> None:
    (tmp_path / "a.dump").write_bytes(b"yesterday")

    call(tmp_path, "--version")

    assert not seen.exists()
