"""A folder of two files, to take snapshots of."""

from pathlib import Path

import pytest

from checks.tests.support.workbook import write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A program with Windows line ends, and a script that its owner may run."""
    write(tmp_path, {"app/main.py": "one\r\n", "app/run.sh": "echo"})
    (tmp_path / "app/run.sh").chmod(0o750)
    return tmp_path
