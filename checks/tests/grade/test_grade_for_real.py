"""A small cohort through the command, in the sandbox: the honest, the lazy and the hostile."""

import json
import shutil
from pathlib import Path

import pytest

from checks.sandbox import bubblewrap
from checks.tests.grade.cohorts import DAY, ROOT, checks

pytestmark = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)
ALWAYS_EQUAL = """
import builtins
class Equal(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
builtins.int = Equal
"""
ALL_LOCKS = """
import os, psycopg
held = psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""), autocommit=True)
first = 0
for step in (20_000, 2000, 200, 20, 1):
    try:
        while True:
            held.execute(
                "SELECT pg_advisory_lock(n) FROM generate_series(%s::int, %s::int) AS n",
                (first, first + step),
            )
            first += step + 1
    except psycopg.Error:
        first += step + 1
"""


def hand_in_day(folder: Path, name: str, prefix: str | None) -> None:
    """The morning's day 1 with code before its main.py; None: the finished day."""
    days = folder / name / "days" / DAY.folder
    tree = "days" if prefix is not None else "solutions"
    shutil.copytree(ROOT / tree / DAY.folder / "app", days / "app")
    main = days / "app" / "main.py"
    main.write_text((prefix or "") + main.read_text())


def test_the_honest_gets_all_and_the_hostile_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_HOME", str(tmp_path / "home"))
    hand_in_day(tmp_path / "s", "honest", None)
    hand_in_day(tmp_path / "s", "lazy", "")
    hand_in_day(tmp_path / "s", "exits", "import os; os._exit(0)\n")
    hand_in_day(tmp_path / "s", "equal", ALWAYS_EQUAL)
    hand_in_day(tmp_path / "s", "locks", ALL_LOCKS)

    result = checks(
        *("grade", str(tmp_path / "s"), "--out", str(tmp_path / "out"), "--day", "day1", "--json")
    )

    assert result.returncode == 1, result.stderr
    rows = {row["name"]: row for row in json.loads(result.stdout)["rows"]}
    assert "PostgreSQL has nothing left: out of shared memory" in rows["locks"]["look"][0]
    assert {name: row["points"] for name, row in rows.items()} == {
        "locks": None,
        "honest": sum(task.points for task in DAY.tasks),
        **dict.fromkeys(("lazy", "exits", "equal"), 0),
    }
    assert not (tmp_path / "home/log").exists(), "the servers of the person were started"


@pytest.mark.parametrize("option", ["--only", "--skip", "--again"])
def test_an_unknown_row_is_named(tmp_path: Path, option: str) -> None:
    hand_in_day(tmp_path / "s", "ann", "")

    result = checks("grade", str(tmp_path / "s"), "--out", str(tmp_path / "o"), option, "bob")

    assert result.returncode == 2
    assert result.stderr == "checks: No submission is called 'bob'; there are 1\n"


def test_regrade_needs_something_to_compare_with(tmp_path: Path) -> None:
    hand_in_day(tmp_path / "s", "ann", "")

    result = checks("regrade", str(tmp_path / "s"), "--out", str(tmp_path / "o"))

    assert result.returncode == 2
    assert "holds no gradebook to compare with" in result.stderr
