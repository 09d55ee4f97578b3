"""`checks next` with migrations of the learner's own: one chain, under the reference's ids."""

import re
from pathlib import Path

import pytest

from checks.advance.advance import Choices, Plan, plan_carry, write_plan
from checks.advance.revisions import read_chain
from checks.course.course import Course
from checks.course.regions import starter
from checks.files import read_file
from checks.tests.support.catalogue_learners import pass_tasks, solve, two_days_of_the_course
from checks.tests.support.tree_contents import tree_contents

HEAD = '''"""{title}.

Revision ID: {id}
Revises: {down}
Create Date: 2026-11-30 10:00:00
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = '{id}'
down_revision: Union[str, Sequence[str], None] = '{down}'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

'''
VERSIONS = "migrations/versions"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Day 2 solved by the reference, and day 3 as it begins."""
    course = two_days_of_the_course(tmp_path, 2)
    solve(course, course.day("2"))
    return course


def folder(course: Course, day: int) -> Path:
    return course.root / "days" / course.day(str(day)).folder / VERSIONS


def write_own(course: Course, name: str, revision: str, down: str, *sources: str) -> None:
    """Put the reference's functions into a revision as `alembic revision` names it."""
    texts = [(folder(course, 2) / source).read_text() for source in sources]
    bodies = [re.split(r"^depends_on = None$", text, flags=re.MULTILINE)[1] for text in texts]
    text = HEAD.format(title=name, id=revision, down=down) + "\n".join(bodies)
    (folder(course, 2) / name).write_text(text)


def remove(course: Course, *names: str, day: int = 2) -> None:
    for name in names:
        (folder(course, day) / name).unlink()


def two_of_their_own(course: Course) -> None:
    """Both revisions with ids that Alembic has drawn."""
    write_own(course, "7f3c01ab92de_add_participants.py", "7f3c01ab92de", "0001", TABLE)
    write_own(course, "c0ffee123456_add_indexes.py", "c0ffee123456", "7f3c01ab92de", INDEXES)
    remove(course, TABLE, INDEXES)


def give_back_the_models(course: Course, number: int) -> None:
    """The models as the day begins: its task of indexes is not begun."""
    day = course.day(str(number))
    for name in ("app/models/event.py", "app/models/task.py"):
        text = (course.root / "solutions" / day.folder / name).read_text()
        (course.root / "days" / day.folder / name).write_text(starter(text, name) or "")


TABLE, INDEXES = "0002_participants.py", "0003_indexes.py"


def planned(course: Course, reference: str = "", passed: tuple[str, ...] | None = None) -> Plan:
    day = course.day("2")
    pass_tasks(course, tuple(t for t in day.tasks if passed is None or t.id in passed))
    choices = Choices(frozenset({f"{VERSIONS}/{reference}"} if reference else ()))
    return plan_carry(course, day, course.day("3"), choices)


def carry(course: Course, passed: tuple[str, ...] | None = None) -> Plan:
    plan = planned(course, passed=passed)
    if plan.changes:
        write_plan(course, plan)
    return plan


def chain(course: Course, day: int = 3) -> list[tuple[str, str]]:
    """The ids and file names of a day's revisions, from the first one to the only head."""
    files = {path.name: read_file(path) for path in folder(course, day).glob("*.py")}
    return [
        (each.id, each.path)
        for each in read_chain({name: file for name, file in files.items() if file})
    ]


def outcomes(plan: Plan) -> dict[str, str]:
    rows = (row for row in plan.rows if row.path.startswith(VERSIONS))
    return {row.path.rpartition("/")[2]: str(row.outcome) for row in rows}


BASELINE = ("0001", "0001_baseline.py")


class TestRenumbering:
    def test_ids_that_were_drawn_become_those_of_the_reference(self, course: Course) -> None:
        two_of_their_own(course)

        carry(course)

        own = [("0002", "0002_add_participants.py"), ("0003", "0003_add_indexes.py")]
        assert chain(course) == [BASELINE, *own]

    def test_the_docstring_says_the_same_as_the_variables(self, course: Course) -> None:
        two_of_their_own(course)

        carry(course)

        text = (folder(course, 3) / "0003_add_indexes.py").read_text()
        assert "Revision ID: 0003\nRevises: 0002\n" in text
        assert 'revision: str = "0003"\n' in text

    def test_both_answers_in_one_revision(self, course: Course) -> None:
        text = (folder(course, 2) / INDEXES).read_text()
        (folder(course, 2) / "all.py").write_text(
            text.replace('"0003"', '"all"').replace('"0002"', '"0001"')
        )
        remove(course, TABLE, INDEXES)

        carry(course)

        assert chain(course) == [BASELINE, ("0003", "0003.py")]

    def test_more_revisions_than_the_reference_has(self, course: Course) -> None:
        write_own(course, "0004_more.py", "0004", "0003", INDEXES)

        carry(course)

        ids = [("0002", TABLE), ("0002b", "0002b_indexes.py"), ("0003", "0003_more.py")]
        assert chain(course) == [BASELINE, *ids]

    def test_a_second_time_changes_nothing(self, course: Course) -> None:
        two_of_their_own(course)
        carry(course)
        before = tree_contents(course.root)

        assert dict(carry(course).changes) == {}
        assert tree_contents(course.root) == before

    def test_a_revision_that_was_renamed_since_has_one_file(self, course: Course) -> None:
        two_of_their_own(course)
        carry(course)
        path = folder(course, 2) / "c0ffee123456_add_indexes.py"
        path.rename(path.with_name("c0ffee123456_faster.py"))

        carry(course)

        assert chain(course)[-1] == ("0003", "0003_faster.py")

    def test_what_stands_on_top_in_the_next_day_stays_on_top(self, course: Course) -> None:
        mine = HEAD.format(title="Tokens", id="beef", down="0003")
        (folder(course, 3) / "beef_tokens.py").write_text(mine)
        two_of_their_own(course)

        carry(course)

        assert chain(course)[-2:] == [("0003", "0003_add_indexes.py"), ("beef", "beef_tokens.py")]


class TestOtherTasks:
    def test_the_references_revision_follows_for_a_task_that_is_not_begun(
        self, course: Course
    ) -> None:
        two_of_their_own(course)
        remove(course, "c0ffee123456_add_indexes.py")
        give_back_the_models(course, 2)

        carry(course, passed=("2.1", "2.2", "2.3"))

        assert chain(course) == [BASELINE, ("0002", "0002_add_participants.py"), ("0003", INDEXES)]

    def test_without_a_pass_they_stay_and_the_command_is_named(self, course: Course) -> None:
        two_of_their_own(course)
        before = tree_contents(folder(course, 3))

        plan = carry(course, passed=("2.1", "2.2"))

        assert tree_contents(folder(course, 3)) == before
        assert set(outcomes(plan).values()) == {"reference kept"}
        assert any("checks run day{number}" in row.why.en for row in plan.rows)

    def test_two_heads_stay(self, course: Course) -> None:
        write_own(course, "0004_more.py", "0004", "0002", INDEXES)

        plan = carry(course)

        assert outcomes(plan) == {"0004_more.py": "reference kept"}
        assert chain(course)[-1] == ("0003", INDEXES)

    def test_a_name_that_a_later_revision_needs_and_the_learners_lack(self, tmp_path: Path) -> None:
        course = two_days_of_the_course(tmp_path, 6)
        days = course.day("6"), course.day("7")
        own = solve(course, days[0]) / VERSIONS
        indexes = own / INDEXES
        indexes.write_text(indexes.read_text().replace("ix_events_organizer_id_status", "mine"))
        (own / "0006_covering_indexes.py").unlink()
        reports = own / "0007_reports.py"
        reports.write_text(reports.read_text().replace('"0006"', '"0005"'))
        give_back_the_models(course, 6)
        pass_tasks(course, tuple(task for task in days[0].tasks if task.id != "6.2"))

        plan = plan_carry(course, *days, Choices())

        assert set(outcomes(plan).values()) == {"reference kept"}
        assert not any(VERSIONS in path for path in plan.changes)


class TestTogether:
    def test_one_in_conflict_holds_back_the_others(self, course: Course) -> None:
        two_of_their_own(course)
        carry(course)
        mine, theirs = "c0ffee123456_add_indexes.py", "0003_add_indexes.py"
        _replace(folder(course, 2) / mine, "INDEXES =", "INDEXES = EVERY =")
        _replace(folder(course, 3) / theirs, "INDEXES =", "INDEXES = OTHER =")
        _replace(
            folder(course, 2) / "7f3c01ab92de_add_participants.py", "# None for", "# No index for"
        )
        before = tree_contents(folder(course, 3))

        plan = carry(course)

        assert tree_contents(folder(course, 3)) == before
        assert outcomes(plan)[theirs] == "conflict"
        assert outcomes(plan)["0002_add_participants.py"] == "conflict"

    def test_the_references_chain_comes_back_whole(self, course: Course) -> None:
        before = tree_contents(folder(course, 3))
        two_of_their_own(course)
        carry(course)

        write_plan(course, planned(course, reference="0002_add_participants.py"))

        assert tree_contents(folder(course, 3)) == before


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))
