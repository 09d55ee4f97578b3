"""The environment table: whatever a shell holds, a correct submission is graded in full."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from checks.sandbox.tree_removal import remove_tree
from checks.tests.support.borders import needs_sandbox
from checks.tests.support.hostile.submission import RIGHT, WRONG
from checks.tests.support.hostile_cohort import hand_in, hostile_course
from checks.tests.support.shells import LIBPQ, ODD_NAME, OTHERS, command

pytestmark = needs_sandbox


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder below /tmp with a course of one task, a right and a wrong submission."""
    path = Path(mkdtemp(prefix="eventure-home-"))
    path.chmod(0o755)
    with hostile_course(path) as submissions:
        hand_in(submissions / "right", RIGHT)
        hand_in(submissions / "wrong", WRONG)
        yield path
    remove_tree(path)


@pytest.mark.parametrize("home", ["home", ODD_NAME])
def test_a_correct_submission_gets_all_points_under_every_variable(folder: Path, home: str) -> None:
    words = ("grade", str(folder / "submissions"), "--out", str(folder / "out"), "--json")

    done = command(
        *words,
        home=folder / home,
        variables=LIBPQ | OTHERS,
        without="HOME",
        umask=0o077,
        cwd=folder / "course",
    )

    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    assert {name: (row["points"], row["look"]) for name, row in rows.items()} == {
        "right": (1, []),
        "wrong": (0, []),
    }
