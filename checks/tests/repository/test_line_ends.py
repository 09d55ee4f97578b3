"""A clone has the same bytes whatever `core.autocrlf` says: `sh` and `make` read LF only."""

import subprocess
from pathlib import Path

import pytest

from checks.tests.support.repository import ROOT


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "core.autocrlf=true", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["script", "Makefile", "x.py", "x.patch", "x.md", "x.toml"])
def test_a_clone_with_autocrlf_has_the_line_ends_of_the_repository(
    tmp_path: Path, name: str
) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    (tmp_path / name).write_bytes(b"one\ntwo\n")
    git(tmp_path, "add", "--all")
    (tmp_path / name).unlink()

    git(tmp_path, "checkout", "--", name)

    assert (tmp_path / name).read_bytes() == b"one\ntwo\n"
