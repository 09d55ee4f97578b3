"""`checks next`: a learner's day reaches the next one, whole or not at all, and can be undone."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import rewind
from checks.advance import Choices, Plan, day_to_carry, following, inside, plan, write
from checks.build import build
from checks.course import Course, load_course
from checks.errors import CourseError
from checks.state import update_state
from checks.tests.test_cli import checks
from checks.tests.test_snapshot import picture
from checks.tests.workbook import change, day_toml, solution, task_toml, text

ONE = """import os

# region task 1.1
#| from lib import old
from lib import new

# endregion
import sys


def first():
    # region task 1.2
    #| return None
    return 1
    # endregion


def last():
    return os, sys
"""
TWO = """import os
from lib import new
import sys


def first():
    return 1


def added():
    # region task 2.1
    #| return None
    return 2
    # endregion


def last():
    return os, sys
"""
MINE = "days/day1-architecture/app/main.py"
NEXT = "days/day2-database/app/main.py"
SOLVED = ("return None", "return one()")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return two_days(tmp_path)


def two_days(root: Path) -> Path:
    """Day 1 with two tasks in one file; day 2 adds a function to it and has migrations."""
    both = [task_toml("1.1", "one"), task_toml("1.2", "two")]
    same = {"app/same.py": "same = 1\n", "app/page.html": "<p>\n"}
    own = {"day.toml": owning_migrations(1, *both), **same}
    solution(root, 1, {**own, "app/main.py": ONE, "migrations/versions/0001.py": "first\n"})
    two = {"app/main.py": TWO, **same, "app/new.py": "new = 1\n"}
    versions = {f"migrations/versions/000{n}.py": f"{n}\n" for n in (2, 3)}
    first = {"migrations/versions/0001.py": "first\n", "day.toml": owning_migrations(2)}
    solution(root, 2, {**two, **versions, **first})
    build(root)
    return root


def owning_migrations(number: int, *tasks: str) -> str:
    return day_toml(number, *tasks).replace('["app/**"]', '["app/**", "migrations/**"]')


def edit(root: Path, *changes: tuple[str, str], path: str = MINE) -> None:
    """Replace texts in a file of the workbook; each must be there."""
    now = text(root, path)
    for old, new in changes:
        assert old in now
        now = now.replace(old, new)
    change(root, now, path)


def tear(root: Path) -> None:
    """Learner and day 2 change the same line."""
    edit(root, ("return os, sys", "return theirs"), path="solutions/day2-database/app/main.py")
    build(root)
    edit(root, ("return os, sys", "return mine"))


def pass_task(root: Path, key: str) -> None:
    update_state(root, lambda state: state.with_verdict(key, "pass"))


def planned(root: Path, *, reference: str = "", conflicts: str = "") -> tuple[Course, Plan]:
    course = load_course(root)
    names = (frozenset({path} - {""}) for path in (reference, conflicts))
    return course, plan(course, course.day("1"), course.day("2"), Choices(*names))


def carry(root: Path, *, reference: str = "", conflicts: str = "") -> Plan:
    course, found = planned(root, reference=reference, conflicts=conflicts)
    if found.changes:
        write(course, found)
    return found


def outcomes(found: Plan) -> dict[str, str]:
    return {row.path: str(row.outcome) for row in found.rows}


class TestCarrying:
    def test_what_a_learner_wrote_moves_into_the_next_days_starter(self, root: Path) -> None:
        edit(root, SOLVED)

        carry(root)

        starter = TWO.replace("    #| return None\n    return 2\n", "    return None\n")
        assert text(root, NEXT) == starter.replace("return 1\n", "return one()\n")

    def test_a_change_outside_every_region_moves_too(self, root: Path) -> None:
        edit(root, ("return os, sys", "return sys, os"))

        assert outcomes(carry(root))["app/main.py"] == "carried"
        assert "return sys, os" in text(root, NEXT)

    def test_a_file_of_their_own_moves(self, root: Path) -> None:
        change(root, "# region mine\nx = 1\n", "days/day1-architecture/app/own.py")

        assert outcomes(carry(root))["app/own.py"] == "carried"
        assert text(root, "days/day2-database/app/own.py") == "# region mine\nx = 1\n"

    def test_a_file_that_was_deleted_goes_where_the_next_day_left_it_alone(
        self, root: Path
    ) -> None:
        change(root, None, "days/day1-architecture/app/same.py")

        carry(root)

        assert not (root / "days/day2-database/app/same.py").exists()

    def test_blank_lines_at_a_regions_edges_are_no_conflict(self, root: Path) -> None:
        edit(root, ("from lib import old", "from lib import mine"))

        assert outcomes(carry(root))["app/main.py"] == "carried"
        assert text(root, NEXT).startswith("import os\nfrom lib import mine\nimport sys\n")

    def test_blank_lines_at_a_regions_edges_keep_no_deleted_file(self, root: Path) -> None:
        whole = "# region task 1.1\n#| x = 0\nx = 1\n\n\n# endregion\n"
        change(root, whole, "solutions/day1-architecture/app/gone.py")
        change(root, "x = 1\n", "solutions/day2-database/app/gone.py")
        build(root)
        change(root, None, "days/day1-architecture/app/gone.py")

        assert outcomes(carry(root))["app/gone.py"] == "carried"
        assert not (root / "days/day2-database/app/gone.py").exists()

    def test_the_reference_itself_moves_nothing(self, root: Path) -> None:
        edit(root, ("return None", "return 1"), ("lib import old", "lib import new"))

        found = carry(root)

        assert (found.rows, dict(found.changes)) == ((), {})

    def test_permissions_are_no_change(self, root: Path) -> None:
        for path in (root / "days").rglob("*.*"):
            path.chmod(0o777 if "day1" in str(path) else 0o664)

        assert dict(carry(root).changes) == {}

    def test_a_file_keeps_the_permissions_that_it_has_there(self, root: Path) -> None:
        edit(root, SOLVED)
        (root / NEXT).chmod(0o755)

        carry(root)

        assert (root / NEXT).stat().st_mode & 0o777 == 0o755

    def test_what_the_next_day_does_not_call_the_learners_is_not_written(self, root: Path) -> None:
        change(root, day_toml(2), "solutions/day2-database/day.toml")
        build(root)
        change(root, "mine\n", "days/day1-architecture/migrations/env.py")

        found = carry(root)

        assert not (root / "days/day2-database/migrations/env.py").exists()
        assert found.behind == ("migrations/env.py",)


class TestUnsolved:
    def test_the_references_answer_stays_where_the_starters_lines_stand(self, root: Path) -> None:
        before = text(root, NEXT)

        found = carry(root)

        assert text(root, NEXT) == before
        assert outcomes(found) == {"app/main.py": "reference kept"}
        assert found.rows[0].untouched == ("1.1", "1.2")

    def test_a_solved_task_takes_along_also_what_it_left_as_it_was(self, root: Path) -> None:
        twice = ONE + "# region task 1.2\n#| spare = 0\nspare = 1\n# endregion\n"
        change(root, twice, "solutions/day1-architecture/app/main.py")
        change(root, TWO + "spare = 1\n", "solutions/day2-database/app/main.py")
        build(root)
        edit(root, SOLVED)
        pass_task(root, "two")

        carry(root)

        assert text(root, NEXT).endswith("spare = 0\n")

    def test_a_pass_from_before_a_reset_counts_for_nothing(self, root: Path) -> None:
        pass_task(root, "one")
        pass_task(root, "two")

        assert dict(carry(root).changes) == {}

    def test_a_changed_task_that_has_not_passed_is_named(self, root: Path) -> None:
        edit(root, SOLVED)

        assert carry(root).unproven == ("1.2",)


class TestConflicts:
    @pytest.fixture
    def torn(self, root: Path) -> Path:
        tear(root)
        return root

    def test_a_file_in_conflict_is_not_written_at_all(self, torn: Path) -> None:
        edit(torn, SOLVED)
        before = text(torn, NEXT)

        found = carry(torn)

        assert text(torn, NEXT) == before
        assert outcomes(found) == {"app/main.py": "conflict"}
        assert not found.settled

    def test_the_other_files_are_carried_all_the_same(self, torn: Path) -> None:
        change(torn, "same = 2\n", "days/day1-architecture/app/same.py")

        carry(torn)

        assert text(torn, "days/day2-database/app/same.py") == "same = 2\n"

    def test_on_request_gits_markers_are_written(self, torn: Path) -> None:
        carry(torn, conflicts="app/main.py")

        now = text(torn, NEXT)
        assert "<<<<<<< day2-database\n    return theirs\n" in now
        assert ">>>>>>> your day\n" in now

    def test_a_decided_conflict_does_not_come_back(self, torn: Path) -> None:
        carry(torn, conflicts="app/main.py")
        assert outcomes(carry(torn)) == {"app/main.py": "conflict"}
        change(torn, "decided = 1\n", NEXT)

        found = carry(torn)

        assert (outcomes(found), found.settled) == ({"app/main.py": "carried"}, True)
        assert text(torn, NEXT) == "decided = 1\n"

    def test_a_deleted_file_that_the_next_day_changed_stays(self, torn: Path) -> None:
        change(torn, None, MINE)

        assert outcomes(carry(torn)) == {"app/main.py": "conflict"}
        assert (torn / NEXT).exists()

    def test_a_name_that_the_next_day_needs_is_found_missing(self, root: Path) -> None:
        needs = "from app.same import same\n"
        change(root, needs, "solutions/day2-database/app/new.py")
        build(root)
        change(root, "other = 1\n", "days/day1-architecture/app/same.py")

        found = carry(root)

        assert [(each.path, each.name) for each in found.loose] == [("app/new.py", "app.same.same")]
        assert not found.settled

    def test_the_reference_can_be_kept_for_a_file(self, root: Path) -> None:
        edit(root, SOLVED)
        starter = text(root, NEXT)
        carry(root)

        found = carry(root, reference="app/main.py")

        assert outcomes(found) == {"app/main.py": "reference kept"}
        assert text(root, NEXT) == starter

    def test_a_choice_for_a_file_that_goes_nowhere_is_a_mistake(self, root: Path) -> None:
        with pytest.raises(CourseError, match=r"app/nowhere\.py is no file that goes from day1"):
            planned(root, conflicts="app/nowhere.py")


class TestMigrations:
    def test_a_learners_own_migration_never_makes_a_second_head(self, root: Path) -> None:
        change(root, "mine\n", "days/day1-architecture/migrations/versions/0002_mine.py")
        change(root, "first, mine\n", "days/day1-architecture/migrations/versions/0001.py")
        before = picture(root / "days/day2-database")

        found = carry(root)

        assert picture(root / "days/day2-database") == before
        kept = {path: what for path, what in outcomes(found).items() if "versions" in path}
        assert kept == {
            "migrations/versions/0001.py": "reference kept",
            "migrations/versions/0002_mine.py": "reference kept",
        }

    def test_an_untouched_migration_is_not_spoken_of(self, root: Path) -> None:
        assert not any("versions" in path for path in outcomes(carry(root)))


class TestAgain:
    def test_a_second_time_changes_nothing(self, root: Path) -> None:
        edit(root, SOLVED)
        change(root, "x = 1\n", "days/day1-architecture/app/own.py")
        carry(root)
        before = picture(root)

        found = carry(root)

        assert picture(root) == before
        assert dict(found.changes) == {}
        assert set(outcomes(found).values()) == {"carried"}

    def test_work_of_the_next_day_survives_a_later_carry(self, root: Path) -> None:
        edit(root, SOLVED)
        carry(root)
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        edit(root, ("return one()", "return uno()"))

        found = carry(root)

        assert found.edited == (NEXT,)
        assert "return uno()" in text(root, NEXT)
        assert "return my_two()" in text(root, NEXT)

    def test_a_file_that_was_put_back_is_carried_anew(self, root: Path) -> None:
        edit(root, SOLVED)
        course = load_course(root)
        carry(root)
        rewind.reset(course, course.task("2.1"))

        carry(root)

        assert "return one()" in text(root, NEXT)

    def test_undo_takes_it_back_to_the_byte_and_lets_it_be_done_again(self, root: Path) -> None:
        edit(root, SOLVED)
        change(root, "x = 1\n", "days/day1-architecture/app/deep/own.py")
        change(root, None, "days/day1-architecture/app/same.py")
        before = picture(root)
        carry(root)
        after = picture(root)

        rewind.undo(load_course(root))

        assert picture(root) == before
        carry(root)
        assert picture(root) == after

    def test_what_was_undone_counts_as_not_carried(self, root: Path) -> None:
        edit(root, SOLVED)
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        carry(root)
        rewind.undo(load_course(root))

        carry(root)

        assert "return one()" in text(root, NEXT)

    def test_a_starter_in_the_next_day_that_was_not_edited_needs_no_question(
        self, root: Path
    ) -> None:
        edit(root, SOLVED)

        assert carry(root).edited == ()


class TestWhichDay:
    def test_the_day_with_the_last_passed_task_is_carried(self, root: Path) -> None:
        assert day_to_carry(load_course(root)).number == 1
        pass_task(root, "task-2-one")
        assert day_to_carry(load_course(root)).number == 2

    def test_without_a_run_it_is_the_last_day_with_work_in_it(self, root: Path) -> None:
        edit(root, SOLVED)
        carry(root)
        assert day_to_carry(load_course(root)).number == 1
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        assert day_to_carry(load_course(root)).number == 2

    def test_after_the_last_written_day_comes_none(self, root: Path) -> None:
        course = load_course(root)

        assert following(course, course.day("2")) is None

    @pytest.mark.parametrize(
        "path",
        ["app/main.py", "./app/main.py", "days/day2-database/app/main.py", f"/home/me/{MINE}"],
    )
    def test_a_file_may_be_named_as_a_person_sees_it(self, path: str) -> None:
        assert inside(path) == "app/main.py"


class TestCommand:
    def test_it_says_per_file_what_happened_and_what_comes_next(self, root: Path) -> None:
        edit(root, SOLVED)

        done = checks(root, "next")

        assert done.returncode == 0
        assert (
            "carried             app/main.py  your change, merged in; 1.1 untouched" in done.stdout
        )
        assert "`checks undo` takes it back" in done.stdout
        assert "Next: checks run day1 --tree days/day2-database" in done.stdout

    def test_it_speaks_russian(self, root: Path) -> None:
        edit(root, SOLVED)

        said = checks(root, "next", "--dry-run", EVENTURE_LANG="ru").stdout

        assert "перенесено          app/main.py  ваше изменение, влито" in said
        assert "Дальше: checks run day1" in said

    def test_a_dry_run_writes_nothing(self, root: Path) -> None:
        edit(root, SOLVED)
        before = picture(root)

        done = checks(root, "next", "--dry-run")

        assert picture(root) == before
        assert "carried" in done.stdout
        assert not (root / ".checks").exists()

    def test_an_edited_file_is_asked_about_and_without_an_answer_left_alone(
        self, root: Path
    ) -> None:
        edit(root, SOLVED)
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        before = picture(root)

        asked = checks(root, "next", "--from", "day1")
        refused = checks(root, "next", "--from", "day1", "--json")
        agreed = checks(root, "next", "--from", "day1", "--yes")

        assert (asked.returncode, refused.returncode, agreed.returncode) == (1, 2, 0)
        assert "You have edited app/main.py in day2-database" in asked.stdout
        assert "add --yes" in refused.stderr
        assert picture(root) != before

    def test_a_conflict_is_told_with_the_command_that_settles_it(self, root: Path) -> None:
        tear(root)

        done = checks(root, "next")

        assert done.returncode == 1
        assert "checks next --from day1 --with-conflicts app/main.py" in done.stdout

    def test_a_program_reads_the_same(self, root: Path) -> None:
        edit(root, SOLVED)

        document = json.loads(checks(root, "next", "--json").stdout)

        assert document["written"] == [NEXT]
        assert [(f["path"], f["outcome"]) for f in document["files"]] == [
            ("app/main.py", "carried")
        ]

    def test_what_stays_behind_is_named(self, root: Path) -> None:
        change(root, "notes", "days/day1-architecture/NOTES.md")

        assert "day.toml does not list it: NOTES.md" in checks(root, "next").stdout

    def test_the_last_day_says_what_there_is_to_do(self, root: Path) -> None:
        done = checks(root, "next", "--from", "day2")

        assert done.returncode == 0
        assert "day2-database is the last day that is written" in done.stdout
        assert "`checks submit`" in done.stdout

    def test_a_handout_without_solutions_says_where_to_go_on(self, root: Path) -> None:
        shutil.rmtree(root / "solutions")

        done = checks(root, "next")

        assert done.returncode == 2
        assert "go on in days/day2-database, where day1-architecture stands finished" in done.stderr

    def test_a_link_among_the_files_is_one_sentence(self, root: Path) -> None:
        (root / "days/day1-architecture/app/link.py").symlink_to("/etc/passwd")

        done = checks(root, "next")

        assert done.returncode == 2
        assert "is not a plain file; move it away" in done.stderr


line = st.sampled_from([*ONE.splitlines(), "mine = 1", "<<<<<<< x", "# endregion x", "", "\x0c"])
attempts = st.lists(line, max_size=30).map("\n".join) | st.binary(max_size=30).map(
    lambda data: data.decode("latin-1")
)


@settings(max_examples=12, deadline=None)
@given(mine=attempts, more=attempts, conflicts=st.booleans())
def test_whatever_a_learner_wrote_once_is_enough_and_undo_is_exact(
    tmp_path_factory: pytest.TempPathFactory, mine: str, more: str, conflicts: bool
) -> None:
    root = two_days(tmp_path_factory.mktemp("days"))
    change(root, mine, MINE)
    change(root, more, "days/day1-architecture/app/own.py")
    before = picture(root)

    first = carry(root, conflicts="app/main.py" if conflicts else "")
    after = picture(root)
    second = carry(root)

    assert dict(second.changes) == {}
    assert picture(root) == after
    if first.changes:
        rewind.undo(load_course(root))
    assert picture(root) == before
