"""The same work has the same key, however it is packed; what cannot be read says why."""

from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade.cohort import plan
from checks.grade.intake import find_submissions
from checks.grade.submission_files import Submission, learner_files
from checks.tests.grade.cohorts import CONTEXT, DAY, ROOT, hand_in
from checks.tests.grade.packed import (
    ALONE,
    CANVAS,
    DAY_PATH,
    EXPORT,
    GRADESCOPE,
    INNER,
    MOODLE,
    OTHER_DAY,
    SHAPES,
    WORK,
    below,
    tree,
    written,
    zip_bytes,
    zipped,
)


def key_of(source: Path, name: str, only_day: str = "") -> str:
    rows = plan([DAY], find_submissions([source], only_day=only_day), CONTEXT)
    (row,) = [row for row in rows if row.submission.name == name]
    assert not row.problem
    return row.cells[DAY.folder].key


def plain_key(tmp_path: Path) -> str:
    return key_of(tree(tmp_path / "plain", below(DAY_PATH)), "plain")


def only(source: Path, only_day: str = "") -> Submission:
    (submission,) = find_submissions([source], only_day=only_day)
    return submission


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_work_has_the_same_key(tmp_path: Path, shape: str) -> None:
    packer, name = SHAPES[shape]

    source = packer(tmp_path)

    assert key_of(source, name) == plain_key(tmp_path)


@pytest.mark.parametrize("shape", ALONE)
def test_a_day_without_its_folder_is_the_only_day_that_is_asked_for(
    tmp_path: Path, shape: str
) -> None:
    source = ALONE[shape](tmp_path)

    assert key_of(source, "ann", DAY.folder) == plain_key(tmp_path)


@pytest.mark.parametrize("shape", ALONE)
def test_nobody_guesses_which_day_an_app_is_of(tmp_path: Path, shape: str) -> None:
    source = ALONE[shape](tmp_path)

    with pytest.raises(CourseError, match="it holds no day's folder; name the day: --day day1"):
        learner_files(only(source) if source.is_file() else find_submissions([source])[0], DAY)


def test_another_day_s_app_is_not_taken_for_the_only_day(tmp_path: Path) -> None:
    source = zipped(OTHER_DAY)(tmp_path)

    assert learner_files(only(source, DAY.folder), DAY) == {}


def test_without_permissions_a_script_is_a_program(tmp_path: Path) -> None:
    script = {"app/run.sh": b"#!/bin/sh\n", "app/main.py": b""}
    data = zip_bytes(below(DAY_PATH, script), windows=True)

    files = learner_files(only(written(tmp_path / "ann.zip", data)), DAY)

    assert {name: file.executable for name, file in files.items()} == {
        "app/run.sh": True,
        "app/main.py": False,
    }


def test_the_course_s_own_programs_begin_so() -> None:
    programs = [
        path
        for path in (ROOT / "solutions").rglob("*")
        if path.is_file() and path.stat().st_mode & 0o100 and "__pycache__" not in path.parts
    ]

    assert programs
    assert all(path.read_bytes().startswith(b"#!") for path in programs)


class TestPeople:
    def test_moodle_tells_the_name_and_its_number(self, tmp_path: Path) -> None:
        person = only(zipped({f"{MOODLE}/day1.zip": INNER}, "x.zip")(tmp_path)).person

        assert (person.name, person.participant) == ("Анна Смит", "12345")

    def test_a_hostile_name_is_nobody_else_s_fault(self, tmp_path: Path) -> None:
        names = {f"{MOODLE}/day1.zip": INNER, "Eve_9_assignsubmission_file_/C:/x": b"x"}
        source = zipped({**names, "../x": b"x"}, "Day 1.zip")(tmp_path)

        rows = plan([DAY], find_submissions([source]), CONTEXT)

        problems = {row.submission.name: row.problem for row in rows}
        assert problems.pop("Анна Смит") == ""
        assert sorted(problems) == ["..", "Eve"]
        assert "leads out of it" in problems[".."]

    @pytest.mark.parametrize("late", [False, True])
    def test_canvas_tells_the_user_and_who_is_late(self, tmp_path: Path, late: bool) -> None:
        name = CANVAS.replace("_67_", "_LATE_67_") if late else CANVAS

        person = only(zipped({name: INNER}, "submissions.zip")(tmp_path)).person

        assert (person.name, person.id, person.is_late) == ("smithanna", "67", late)

    def test_gradescope_tells_who_and_when(self, tmp_path: Path) -> None:
        person = only(zipped(EXPORT, "export.zip")(tmp_path)).person

        assert (person.email, person.number) == ("anna@example.org", "1001")
        assert person.submitted_at is not None
        assert person.submitted_at.isoformat() == "2026-03-01T20:51:26.468412+00:00"

    def test_everybody_of_a_group_has_a_row(self, tmp_path: Path) -> None:
        second = b"  - :name: Bob Lee\n    :sid: '2'\n    :email: b@x.org\n  :created_at"
        metadata = GRADESCOPE.replace(b"  :created_at", second)
        source = zipped({**EXPORT, "e/submission_metadata.yml": metadata}, "e.zip")(tmp_path)

        rows = plan([DAY], find_submissions([source]), CONTEXT)

        assert [row.submission.name for row in rows] == ["Anna Smith", "Bob Lee"]
        assert rows[0].cells == rows[1].cells

    @pytest.mark.parametrize(
        "data", [b"", b"- 1", b"\xff", b"a: [", b"submission_77: 3", b"&a [*a]"]
    )
    def test_metadata_that_is_none_leaves_the_folder_s_name(
        self, tmp_path: Path, data: bytes
    ) -> None:
        export = {**EXPORT, "e/submission_metadata.yml": data}

        assert only(zipped(export, "export.zip")(tmp_path)).name == "submission_77"


REASONS: dict[str, tuple[str, bytes, str]] = {
    "7z": ("ann.7z", b"7z\xbc\xaf\x27\x1c", "it is not a zip or a tar archive"),
    "rar": ("ann.rar", b"Rar!", "it is not a zip or a tar archive"),
    "a rar called zip": ("ann.zip", b"Rar!\x1a\x07", "it is a RAR archive, whatever it is called"),
    "a text called zip": ("ann.zip", b"hello" * 99, "it is no zip"),
    "an empty file": ("ann.zip", b"", "it is empty"),
    "cut off": ("ann.zip", INNER[:-30], "it is cut off"),
    "nothing of the course": ("ann.zip", zip_bytes({"essay.docx": b"x"}), "it holds no days"),
    "a rar in a zip": ("ann.zip", zip_bytes({"ann.rar": b"Rar!"}), "it holds ann.rar"),
    "junk in a zip": ("ann.zip", zip_bytes({"x.zip": b"junk"}), "in it, x.zip: it is no zip"),
    "one day in two archives": (
        "ann.zip",
        zip_bytes({"day1.zip": INNER, "day1-new.zip": INNER}),
        "holds day1-architecture in several archives: day1-new.zip, day1.zip",
    ),
}


@pytest.mark.parametrize("kind", REASONS)
def test_what_cannot_be_read_is_a_row_with_its_reason(tmp_path: Path, kind: str) -> None:
    name, data, reason = REASONS[kind]
    written(tmp_path / "s" / name, data)
    hand_in(tmp_path / "s", "bob", "fine")

    ann, bob = plan([DAY], find_submissions([tmp_path / "s"]), CONTEXT)

    assert reason in ann.problem
    assert ann.problem.startswith(name)
    assert str(tmp_path) not in ann.problem
    assert bob.cells


def test_a_file_in_an_lms_folder_that_is_no_archive_is_a_row(tmp_path: Path) -> None:
    written(tmp_path / "s" / "smithanna_67_8901_essay.docx", b"PK")

    (row,) = plan([DAY], find_submissions([tmp_path / "s"]), CONTEXT)

    assert row.submission.name == "smithanna"
    assert "not a zip or a tar archive" in row.problem


class TestTime:
    def test_the_newest_file_dates_an_archive(self, tmp_path: Path) -> None:
        source = zipped(below(DAY_PATH))(tmp_path)

        (row,) = plan([DAY], find_submissions([source]), CONTEXT)

        assert str(row.modified) == "2026-03-01 12:00:00"

    @pytest.mark.parametrize("shape", ["checks submit", "a clone"])
    def test_a_copy_s_times_are_not_the_work_s(self, tmp_path: Path, shape: str) -> None:
        packer, _ = SHAPES[shape]

        (row,) = plan([DAY], find_submissions([packer(tmp_path)]), CONTEXT)

        assert row.modified is None


def test_the_work_is_as_it_was(tmp_path: Path) -> None:
    files = learner_files(only(zipped(below(DAY_PATH))(tmp_path)), DAY)

    assert {name: file.data for name, file in files.items()} == WORK
