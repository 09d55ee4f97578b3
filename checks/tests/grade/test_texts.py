"""Texts that leave the machine: without control and bidi characters, without its folders."""

import tempfile
from pathlib import Path

import pytest

from checks.grade.texts import clean, folders_pattern, printable
from checks.tests.grade.cohorts import ROOT

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "char", [*BIDI, "\x00", "\x1b", "\x7f", "\x85", "\x9b", "\ud800", "\ufeff"]
)
def test_what_deceives_a_reader_is_replaced(char: str) -> None:
    assert clean(f"a{char}b") == printable(f"a{char}b") == "a\ufffdb"


def test_names_of_any_script_stay() -> None:
    names = "Ёжик, 李伟, محمد‌رضا, प्रिया, O'Brien-Łukasz"

    assert clean(names) == printable(names) == names


def test_lines_and_tabs_stay_in_a_text() -> None:
    assert clean("a\tb\nc") == "a\tb\nc"


@pytest.mark.parametrize("folder", [ROOT, Path.home(), Path(tempfile.gettempdir()), Path.cwd()])
def test_a_folder_of_this_machine_is_not_told(folder: Path) -> None:
    assert clean(f"open {folder}/x/y.py failed") == "open \u2026/x/y.py failed"


def test_only_whole_folders_count() -> None:
    pattern = folders_pattern([Path("/tmp"), Path("/")])

    assert pattern.sub("\u2026", "/tmpfs /var/tmp /tmp/a '/tmp'") == "/tmpfs /var/tmp …/a '…'"
