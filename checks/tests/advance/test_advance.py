"""`checks next`: what is carried of a learner's day, and what is left."""

from pathlib import Path

import pytest

from checks.authoring.build import build
from checks.course.course import load_course
from checks.tests.support.catalogue_learners import pass_tasks
from checks.tests.support.two_days import (
    NEXT,
    ONE,
    SOLVED,
    TWO,
    carry,
    edit,
    outcomes,
    pass_task,
    two_days,
)
from checks.tests.support.workbook import change, day_toml, text


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return two_days(tmp_path)


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

        plan = carry(root)

        assert (plan.rows, dict(plan.changes)) == ((), {})

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

        plan = carry(root)

        assert not (root / "days/day2-database/migrations/env.py").exists()
        assert plan.not_listed == ("migrations/env.py",)


class TestUnsolved:
    def test_the_references_answer_stays_where_the_starters_lines_stand(self, root: Path) -> None:
        before = text(root, NEXT)

        plan = carry(root)

        assert text(root, NEXT) == before
        assert outcomes(plan) == {"app/main.py": "reference kept"}
        assert plan.rows[0].untouched == ("1.1", "1.2")

    def test_a_solved_task_takes_along_also_what_it_left_as_it_was(self, root: Path) -> None:
        twice = ONE + "# region task 1.2\n#| spare = 0\nspare = 1\n# endregion\n"
        change(root, twice, "solutions/day1-architecture/app/main.py")
        change(root, TWO + "spare = 1\n", "solutions/day2-database/app/main.py")
        build(root)
        edit(root, SOLVED)
        pass_task(root, "two")

        carry(root)

        assert text(root, NEXT).endswith("spare = 0\n")

    def test_a_pass_with_these_files_is_theirs_wherever_the_answer_stands(self, root: Path) -> None:
        change(root, "answer = 1\n", "days/day1-architecture/app/own.py")
        course = load_course(root)
        pass_tasks(course, course.day("1").tasks)

        plan = carry(root)

        assert [row.untouched for row in plan.rows] == [(), ()]
        assert "from lib import old\n" in text(root, NEXT)

    def test_a_pass_from_before_a_reset_counts_for_nothing(self, root: Path) -> None:
        pass_task(root, "one")
        pass_task(root, "two")

        assert dict(carry(root).changes) == {}

    def test_a_changed_task_that_has_not_passed_is_named(self, root: Path) -> None:
        edit(root, SOLVED)

        assert carry(root).not_passed == ("1.2",)
