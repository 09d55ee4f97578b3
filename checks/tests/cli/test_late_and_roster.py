"""`checks grade --roster --due --late-policy`: what is wrong is told before anything is graded."""

from pathlib import Path

import pytest

from checks.cli.graded_cohort import CohortOptions
from checks.tests.support.command_line import checks
from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--due", "soon"], "--due 'soon' is no date; write 2026-03-01"),
        (["--late-policy", "2/day"], "--late-policy needs a due date: --due 2026-03-01"),
        (["--due", "2026-03-01", "--late-policy", "2"], "'2' is no rule; write 2/day, 10%/day"),
        (["--roster", "no-such.csv"], "The roster no-such.csv cannot be read"),
    ],
)
def test_a_slip_is_one_sentence_and_nothing_is_graded(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    write(tmp_path / "s", {"eve/x/app/main.py": ""})

    result = checks(ROOT, "grade", str(tmp_path / "s"), "--out", str(tmp_path / "out"), *words)

    assert result.returncode == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_slip_is_told_in_russian(tmp_path: Path) -> None:
    write(tmp_path / "s", {"eve/x/app/main.py": ""})

    result = checks(ROOT, "grade", str(tmp_path / "s"), "--due", "soon", "--lang", "ru")

    assert "--due 'soon': это не дата; пишите 2026-03-01" in result.stderr


def test_without_a_due_date_nothing_is_late(tmp_path: Path) -> None:
    options = CohortOptions(tmp_path, 1, None, True, 300.0, "en")

    assert options.lateness.due is None
