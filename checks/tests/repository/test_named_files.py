"""A page that names a file of the checker names one that is there."""

import re
from pathlib import Path

import pytest

from checks.tests.support.repository import ROOT

PAGES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"(?<![\w./])checks/[\w./-]*[\w/]")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_file_and_folder_that_it_names_exists(page: Path) -> None:
    named = set(NAMED.findall(page.read_text(encoding="utf-8")))

    assert sorted(path for path in named if not (ROOT / path).exists()) == []
