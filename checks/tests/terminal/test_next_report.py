"""The report of `checks next` in terminals of 40, 60 and 80 columns."""

from pathlib import Path

import pytest

from checks.advance.advance import Plan
from checks.terminal.next_report import Shown, report_lines
from checks.tests.support.two_days import SOLVED, edit, planned, tear, two_days
from checks.tests.support.workbook import change

LONG = "days/day1-architecture/app/services/a_service_with_a_long_name_of_its_own.py"


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    root = two_days(tmp_path)
    tear(root)
    change(root, "x = 1\n", LONG)
    change(root, "mine\n", "days/day1-architecture/migrations/versions/0001.py")
    return planned(root)[1]


def lines(plan: Plan, width: int | None, lang: str = "en") -> list[str]:
    return list(report_lines(plan, Shown(lang, width), written=True, dry_run=False))


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_only_a_command_is_longer_than_the_terminal(plan: Plan, width: int, lang: str) -> None:
    longer = [line for line in lines(plan, width, lang) if len(line) > width]

    assert [line for line in longer if not line.startswith(("  checks ", "  cd "))] == []


def test_the_reason_stands_below_its_file(plan: Plan) -> None:
    shown = lines(plan, 60)

    place = shown.index("  conflict        app/main.py")
    assert shown[place + 1].startswith("      you and day2-database changed the same")


def test_a_long_path_is_broken_between_its_words(plan: Plan) -> None:
    shown = lines(plan, 40)

    place = shown.index("  carried") + 1
    assert shown[place : place + 2] == [
        "      app/services/a_service_with_a_",
        "      long_name_of_its_own.py",
    ]


def test_what_fits_is_one_line_for_each_file(tmp_path: Path) -> None:
    root = two_days(tmp_path)
    edit(root, SOLVED)

    shown = lines(planned(root)[1], 200)

    said = "carried             app/main.py  your change, merged in; 1.1 untouched: the answer is"
    assert f"  {said} the reference's" in shown
