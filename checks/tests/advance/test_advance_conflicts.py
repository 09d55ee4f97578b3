"""`checks next` where both days have changed the same lines."""

from pathlib import Path

import pytest

from checks.authoring.build import build
from checks.errors import CourseError
from checks.tests.support.two_days import (
    MINE,
    NEXT,
    SOLVED,
    carry,
    edit,
    outcomes,
    planned,
    tear,
    two_days,
)
from checks.tests.support.workbook import change, text


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return two_days(tmp_path)


class TestConflicts:
    @pytest.fixture
    def conflicting(self, root: Path) -> Path:
        tear(root)
        return root

    def test_a_file_in_conflict_is_not_written_at_all(self, conflicting: Path) -> None:
        edit(conflicting, SOLVED)
        before = text(conflicting, NEXT)

        plan = carry(conflicting)

        assert text(conflicting, NEXT) == before
        assert outcomes(plan) == {"app/main.py": "conflict"}
        assert not plan.is_complete

    def test_the_other_files_are_carried_all_the_same(self, conflicting: Path) -> None:
        change(conflicting, "same = 2\n", "days/day1-architecture/app/same.py")

        carry(conflicting)

        assert text(conflicting, "days/day2-database/app/same.py") == "same = 2\n"

    def test_on_request_gits_markers_are_written(self, conflicting: Path) -> None:
        carry(conflicting, conflicts="app/main.py")

        now = text(conflicting, NEXT)
        assert "<<<<<<< day2-database\n    return theirs\n" in now
        assert ">>>>>>> your day\n" in now

    def test_my_side_takes_my_lines_and_leaves_the_others(self, conflicting: Path) -> None:
        plan = carry(conflicting, mine="app/main.py")

        now = text(conflicting, NEXT)
        assert outcomes(plan) == {"app/main.py": "carried"}
        assert "return mine\n" in now
        assert "# region task 2.1\n" in now
        assert "<<<<" not in now

    def test_my_side_does_not_come_back(self, conflicting: Path) -> None:
        carry(conflicting, mine="app/main.py")

        assert dict(carry(conflicting).changes) == {}

    def test_the_courses_side_leaves_the_file_as_it_is(self, conflicting: Path) -> None:
        before = text(conflicting, NEXT)

        plan = carry(conflicting, course="app/main.py")

        assert text(conflicting, NEXT) == before
        assert (outcomes(plan), plan.is_complete) == ({"app/main.py": "reference kept"}, True)

    def test_my_side_of_a_deleted_file_deletes_it(self, conflicting: Path) -> None:
        change(conflicting, None, MINE)

        carry(conflicting, mine="app/main.py")

        assert not (conflicting / NEXT).exists()

    def test_a_decided_conflict_does_not_come_back(self, conflicting: Path) -> None:
        carry(conflicting, conflicts="app/main.py")
        assert outcomes(carry(conflicting)) == {"app/main.py": "conflict"}
        change(conflicting, "decided = 1\n", NEXT)

        plan = carry(conflicting)

        assert (outcomes(plan), plan.is_complete) == ({"app/main.py": "carried"}, True)
        assert text(conflicting, NEXT) == "decided = 1\n"

    def test_a_deleted_file_that_the_next_day_changed_stays(self, conflicting: Path) -> None:
        change(conflicting, None, MINE)

        assert outcomes(carry(conflicting)) == {"app/main.py": "conflict"}
        assert (conflicting / NEXT).exists()

    def test_a_name_that_the_next_day_needs_is_found_missing(self, root: Path) -> None:
        needs = "from app.same import same\n"
        change(root, needs, "solutions/day2-database/app/new.py")
        build(root)
        change(root, "other = 1\n", "days/day1-architecture/app/same.py")

        plan = carry(root)

        assert [(each.path, each.name) for each in plan.unresolved] == [
            ("app/new.py", "app.same.same")
        ]
        assert not plan.is_complete

    def test_the_reference_can_be_kept_for_a_file(self, root: Path) -> None:
        edit(root, SOLVED)
        starter = text(root, NEXT)
        carry(root)

        plan = carry(root, reference="app/main.py")

        assert outcomes(plan) == {"app/main.py": "reference kept"}
        assert text(root, NEXT) == starter

    def test_a_choice_for_a_file_that_goes_nowhere_is_a_mistake(self, root: Path) -> None:
        with pytest.raises(CourseError, match=r"app/nowhere\.py is no file that goes from day1"):
            planned(root, conflicts="app/nowhere.py")
