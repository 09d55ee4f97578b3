"""An entry excuses a change of these lines, wherever they stand, and no other one."""

from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.mutation.equivalents import load_equivalents, without_mutant
from checks.mutation.generate import file_mutants
from checks.mutation.mutant import Mutant
from checks.tests.support.workbook import write

ENTRY = """[[equivalent]]
file = "app/main.py"
was = "x = 3"
now = "x = 4"
reason = "Nobody reads x."
"""


def mutants(text: str) -> list[Mutant]:
    return list(file_mutants(f"# region task 1.1\n{text}\n# endregion\n", "app/main.py", "1.1"))


def test_an_entry_outlives_a_move_of_its_lines(tmp_path: Path) -> None:
    write(tmp_path, {"1.1/equivalent.toml": ENTRY})
    (entry,) = load_equivalents("1.1", tmp_path)

    for text in ("x = 3", "# more\n\nif f():\n    x = 3"):
        excused = [mutant.change for mutant in mutants(text) if entry.fits(mutant)]
        assert excused == [("x = 3", "x = 4")]


def test_an_entry_that_fits_no_mutant_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"1.1/equivalent.toml": ENTRY})
    entries = load_equivalents("1.1", tmp_path)

    assert without_mutant(entries, mutants("x = 3")) == []
    assert without_mutant(entries, mutants("x = 5")) == entries


def test_a_task_without_the_file_has_no_entry(tmp_path: Path) -> None:
    assert load_equivalents("1.1", tmp_path) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ENTRY.replace('reason = "Nobody reads x."\n', ""), "reason"),
        (ENTRY.replace('"x = 4"', "4"), "now"),
        (ENTRY + 'why = "?"\n', "why"),
        ('equivalent = "x"\n', "equivalent"),
    ],
)
def test_an_entry_that_is_not_whole_is_named(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, {"1.1/equivalent.toml": text})

    with pytest.raises(CourseError, match=says):
        load_equivalents("1.1", tmp_path)


def test_an_entry_without_a_new_line_stands_for_every_change(tmp_path: Path) -> None:
    write(tmp_path, {"1.1/equivalent.toml": ENTRY.replace('now = "x = 4"\n', "")})
    (entry,) = load_equivalents("1.1", tmp_path)

    assert all(entry.fits(mutant) for mutant in mutants("x = 3"))
    assert not any(entry.fits(mutant) for mutant in mutants("y = 3"))


def test_an_entry_may_say_that_a_line_is_gone(tmp_path: Path) -> None:
    gone = ENTRY.replace('"x = 3"', '"@cache"').replace('"x = 4"', '""')
    write(tmp_path, {"1.1/equivalent.toml": gone})
    (entry,) = load_equivalents("1.1", tmp_path)

    assert any(entry.fits(mutant) for mutant in mutants("@cache\ndef f(): ..."))
