"""What goes into a submission: a learner's files of every day, and nothing that lies beside."""

import json
import os
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.errors import CourseError
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, unpack
from checks.submission.bundle import MANIFEST, NAME, read_submission, write
from checks.submission.collect import collect, course_version
from checks.tests.support.handed_in import DAY, MAIN, collected, root
from checks.tests.support.workbook import write as write_texts
from checks.workspace.state import update_state

__all__ = ["root"]


class TestCollecting:
    def test_the_learners_files_of_all_written_days_are_in_it(self, root: Path) -> None:
        submission = collected(root)

        assert set(submission.files) == {
            MAIN,
            f"{DAY}/app/run.sh",
            "days/day2-database/app/main.py",
        }
        assert [path for path, file in submission.files.items() if file.executable] == [
            f"{DAY}/app/run.sh"
        ]

    def test_the_same_work_gives_the_same_bytes(self, root: Path) -> None:
        before = collected(root).data
        (root / MAIN).chmod(0o600)
        os.utime(root / MAIN, (1, 1))

        assert collected(root).data == before

    def test_what_tools_leave_behind_is_not_in_it(self, root: Path) -> None:
        before = collected(root).data
        litter = {"app/__pycache__/x.pyc": "", "app/a.db": "", "app/.venv/x.py": "", ".env": ""}
        write_texts(root / DAY, litter)

        assert collected(root).data == before

    def test_verdicts_are_claims(self, root: Path) -> None:
        update_state(root, lambda state: state.with_verdict("task-1-one", "pass"))

        submission = collected(root)

        assert list(submission.claimed) == ["1.1"]
        assert (submission.claimed["1.1"].key, submission.claimed["1.1"].verdict) == (
            "task-1-one",
            "pass",
        )
        assert "claimed" in json.loads(unpack(submission.data)[MANIFEST])

    def test_the_course_is_known_by_its_tests_and_manifests(self, root: Path) -> None:
        before = course_version(load_course(root))
        write_texts(root / DAY, {"exercises/x.md": "other text", "app/main.py": "other"})
        assert course_version(load_course(root)) == before
        write_texts(root / DAY, {"exercises/test_x.py": "weaker"})
        assert course_version(load_course(root)) != before

    @pytest.mark.parametrize("kind", ["file", "folder", "dangling", "the learner's folder"])
    def test_a_link_is_refused(self, root: Path, kind: str) -> None:
        path = root / DAY / "app/link"
        if kind == "the learner's folder":
            path = root / DAY / "app"
            path.rename(root / "elsewhere")
        targets = {"file": "/etc/passwd", "folder": "/etc", "dangling": "/nowhere"}
        path.symlink_to(targets.get(kind, root / "elsewhere"))

        with pytest.raises(CourseError, match="is a link or no plain file"):
            collected(root)

    def test_a_day_that_is_a_link_is_refused(self, root: Path) -> None:
        (root / DAY).rename(root / "elsewhere")
        (root / DAY).symlink_to(root / "elsewhere")

        with pytest.raises(CourseError, match="is a link"):
            collected(root)

    def test_a_pipe_is_refused_and_not_waited_for(self, root: Path) -> None:
        os.mkfifo(root / DAY / "app/pipe")

        with pytest.raises(CourseError, match="no plain file"):
            collected(root)

    @pytest.mark.parametrize("name", ["a\\b.py", "a:b", "a\tb", os.fsdecode(b"\xff")])
    def test_a_name_that_not_every_system_can_keep_is_refused(self, root: Path, name: str) -> None:
        (root / DAY / "app" / name).write_text("")

        with pytest.raises(CourseError, match="rename it"):
            collected(root)


class TestLimits:
    def test_a_file_that_is_too_large_is_left_out_and_named(self, root: Path) -> None:
        (root / DAY / "app/large.bin").write_bytes(bytes(FILE_LIMIT + 1))
        (root / DAY / "app/fits.bin").write_bytes(bytes(FILE_LIMIT))

        submission, left_out = collect(load_course(root))

        assert left_out == (f"{DAY}/app/large.bin",)
        assert f"{DAY}/app/fits.bin" in submission.files
        assert submission.left_out == 1

    def test_of_too_many_files_the_days_own_come_first(self, root: Path) -> None:
        write_texts(root / DAY, {f"app/a{n}.py": "" for n in range(COUNT_LIMIT)})

        submission, left_out = collect(load_course(root))

        assert len(submission.files) == COUNT_LIMIT
        assert len(left_out) == 3
        assert {MAIN, f"{DAY}/app/run.sh"} <= set(submission.files)

    def test_even_the_largest_submission_can_be_read(self, root: Path, tmp_path: Path) -> None:
        for number in range(TOTAL_LIMIT // FILE_LIMIT + 1):
            (root / DAY / f"app/{number}.bin").write_bytes(bytes(FILE_LIMIT))

        submission, left_out = collect(load_course(root))
        write(submission, tmp_path / NAME, root)

        assert len(left_out) == 2
        assert read_submission(tmp_path / NAME) == submission
