"""`checks submit`: one file with all of a learner's work, and a reader that trusts none of it."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.archive import COUNT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, packed, unpacked
from checks.build import build
from checks.collect import collect, course_version
from checks.course import load_course
from checks.errors import CourseError
from checks.files import File, plain
from checks.results import Verdict
from checks.state import update_state
from checks.submission import MANIFEST, NAME, Claim, Submission, read_submission, write
from checks.tests.test_cli import checks
from checks.tests.test_snapshot import picture
from checks.tests.workbook import solution
from checks.tests.workbook import write as write_texts

DAY = "days/day1-architecture"
MAIN = f"{DAY}/app/main.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tests = {"exercises/test_x.py": "one", "exercises/x.md": "text"}
    solution(tmp_path, 1, {"app/main.py": "x = 1\n", "app/run.sh": "#!", "README.md": "", **tests})
    solution(tmp_path, 2, {"app/main.py": "x = 2\n", "exercises/test_y.py": "two"})
    (tmp_path / "solutions/day1-architecture/app/run.sh").chmod(0o755)
    build(tmp_path)
    return tmp_path


def collected(root: Path) -> Submission:
    return collect(load_course(root))[0]


def repacked(made: Submission, change: dict[str, bytes | None], **manifest: object) -> bytes:
    """The archive with entries replaced, or with None taken out, and keys of the manifest set."""
    entries: dict[str, bytes | None] = {**unpacked(made.data), **change}
    if manifest:
        told = json.loads(entries[MANIFEST] or b"")
        entries[MANIFEST] = json.dumps({**told, **manifest}).encode()
    return packed({name: File(data) for name, data in entries.items() if data is not None})


class TestCollecting:
    def test_the_learners_files_of_all_written_days_are_in_it(self, root: Path) -> None:
        made = collected(root)

        assert set(made.files) == {MAIN, f"{DAY}/app/run.sh", "days/day2-database/app/main.py"}
        assert [path for path, file in made.files.items() if file.executable] == [
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

        made = collected(root)

        assert list(made.claimed) == ["1.1"]
        assert (made.claimed["1.1"].key, made.claimed["1.1"].verdict) == ("task-1-one", "pass")
        assert "claimed" in json.loads(unpacked(made.data)[MANIFEST])

    def test_the_course_is_known_by_its_tests_and_manifests(self, root: Path) -> None:
        before = course_version(load_course(root))
        write_texts(root / DAY, {"exercises/x.md": "other text", "app/main.py": "other"})
        assert course_version(load_course(root)) == before
        write_texts(root / DAY, {"exercises/test_x.py": "weaker"})
        assert course_version(load_course(root)) != before

    @pytest.mark.parametrize("kind", ["file", "folder", "dangling", "the learner's folder"])
    def test_a_link_is_refused(self, root: Path, kind: str) -> None:
        place = root / DAY / "app/link"
        if kind == "the learner's folder":
            place = root / DAY / "app"
            place.rename(root / "elsewhere")
        targets = {"file": "/etc/passwd", "folder": "/etc", "dangling": "/nowhere"}
        place.symlink_to(targets.get(kind, root / "elsewhere"))

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

        made, left_out = collect(load_course(root))

        assert left_out == (f"{DAY}/app/large.bin",)
        assert f"{DAY}/app/fits.bin" in made.files
        assert made.left_out == 1

    def test_of_too_many_files_the_days_own_come_first(self, root: Path) -> None:
        write_texts(root / DAY, {f"app/a{n}.py": "" for n in range(COUNT_LIMIT)})

        made, left_out = collect(load_course(root))

        assert len(made.files) == COUNT_LIMIT
        assert len(left_out) == 3
        assert {MAIN, f"{DAY}/app/run.sh"} <= set(made.files)

    def test_even_the_largest_submission_can_be_read(self, root: Path, tmp_path: Path) -> None:
        for number in range(TOTAL_LIMIT // FILE_LIMIT + 1):
            (root / DAY / f"app/{number}.bin").write_bytes(bytes(FILE_LIMIT))

        made, left_out = collect(load_course(root))
        write(made, tmp_path / NAME, root)

        assert len(left_out) == 2
        assert read_submission(tmp_path / NAME) == made


class TestReading:
    @pytest.fixture
    def made(self, root: Path) -> Submission:
        return collected(root)

    def refusal(self, path: Path, data: bytes) -> str:
        path.write_bytes(data)
        with pytest.raises(CourseError, match="is no submission: ") as refused:
            read_submission(path)
        return str(refused.value)

    def test_a_file_that_was_changed_is_found(self, made: Submission, tmp_path: Path) -> None:
        said = self.refusal(tmp_path / NAME, repacked(made, {MAIN: b"x = 3\n"}))

        assert f"{MAIN} was changed after it was packed" in said

    @pytest.mark.parametrize("change", [{MAIN: None}, {"days/day1-architecture/app/z": b""}])
    def test_a_file_too_many_or_too_few_is_found(
        self, made: Submission, tmp_path: Path, change: dict[str, bytes | None]
    ) -> None:
        said = self.refusal(tmp_path / NAME, repacked(made, change))

        assert "are not those that submission.json names" in said

    @pytest.mark.parametrize(
        "path", ["etc/passwd", "days/x.py", "days/day9-more/x.py", "solutions"]
    )
    def test_a_file_outside_the_days_is_refused(self, tmp_path: Path, path: str) -> None:
        made = Submission("1", "2", {path: plain(b"")}, {})

        assert f"{path} is in none of the days" in self.refusal(tmp_path / NAME, made.data)

    @pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"[" * 9000, b"\xff", b"null", None])
    def test_a_damaged_manifest_is_told(
        self, made: Submission, tmp_path: Path, text: bytes | None
    ) -> None:
        said = self.refusal(tmp_path / NAME, repacked(made, {MANIFEST: text}))

        assert "submission.json is missing or damaged" in said

    @pytest.mark.parametrize(
        "claimed", [3, [], {"1.1": 3}, {"1.1": {"key": "x", "verdict": "best", "at": ""}}]
    )
    def test_a_claim_that_is_none_is_told(
        self, made: Submission, tmp_path: Path, claimed: object
    ) -> None:
        self.refusal(tmp_path / NAME, repacked(made, {}, claimed=claimed))

    @pytest.mark.parametrize("number", [float("inf"), "many", None])
    def test_a_count_that_is_none_is_told(
        self, made: Submission, tmp_path: Path, number: object
    ) -> None:
        self.refusal(tmp_path / NAME, repacked(made, {}, left_out=number))

    def test_a_newer_form_is_told(self, made: Submission, tmp_path: Path) -> None:
        said = self.refusal(tmp_path / NAME, repacked(made, {}, schema="eventure/submission/v2"))

        assert "a newer checker wrote it" in said

    @pytest.mark.parametrize(
        ("kind", "says"),
        [("missing", "No such file"), ("folder", "a directory"), ("pipe", "it is no plain file")],
    )
    def test_what_is_no_file_is_told(self, tmp_path: Path, kind: str, says: str) -> None:
        path = tmp_path / "here"
        if kind == "folder":
            path.mkdir()
        if kind == "pipe":
            os.mkfifo(path)

        with pytest.raises(CourseError, match=f"is no submission: .*{says}"):
            read_submission(path)


class TestCommand:
    def test_it_says_where_the_file_is_and_what_to_do(self, root: Path) -> None:
        done = checks(root, "submit")

        assert done.returncode == 0
        assert f"3 files, 2 KiB: {root / NAME}" in done.stdout
        assert "Hand in this one file" in done.stdout
        assert read_submission(root / NAME) == collected(root)

    def test_nothing_of_the_learner_is_written(self, root: Path) -> None:
        before = picture(root / "days")

        checks(root, "submit")

        assert picture(root / "days") == before

    def test_an_earlier_submission_is_replaced(self, root: Path) -> None:
        checks(root, "submit")
        (root / MAIN).write_text("x = 9\n")

        assert checks(root, "submit").returncode == 0
        assert read_submission(root / NAME).files[MAIN].data == b"x = 9\n"

    @pytest.mark.parametrize("place", ["README.md", f"{DAY}/app/mine.zip", "days"])
    def test_nothing_else_is_replaced(self, root: Path, place: str) -> None:
        (root / "README.md").write_text("mine")
        before = picture(root)

        done = checks(root, "submit", "--out", place)

        assert done.returncode == 2
        assert "choose another --out" in done.stderr
        assert picture(root) == before

    def test_what_was_left_out_is_said_and_is_not_all_well(self, root: Path) -> None:
        (root / DAY / "app/large.bin").write_bytes(bytes(FILE_LIMIT + 1))

        done = checks(root, "submit", "--lang", "ru")

        assert done.returncode == 1
        assert f"Не вошли, предел — 1000 файлов по 1 МиБ, вместе 32 МиБ: {DAY}/app/large.bin" in (
            done.stdout
        )

    def test_a_folder_may_be_named(self, root: Path) -> None:
        (root / "out").mkdir()

        document = json.loads(checks(root, "submit", "--out", "out", "--json").stdout)

        assert document["path"] == str(root / "out" / NAME)
        assert document["files"] == 3


names = st.from_regex(r"[a-zé]{1,5}(/[a-z]{1,5}){0,2}\.py", fullmatch=True)
files = st.dictionaries(
    names.map(lambda name: f"{DAY}/app/{name}"),
    st.builds(lambda data, run: plain(data, executable=run), st.binary(max_size=30), st.booleans()),
    max_size=4,
)
claims = st.dictionaries(
    st.sampled_from(["1.1", "B1"]), st.builds(Claim, st.text(), st.sampled_from(Verdict), st.text())
)


@settings(max_examples=30, deadline=None)
@given(files=files, claimed=claims, left_out=st.integers(0, 9))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, File],
    claimed: dict[str, Claim],
    left_out: int,
) -> None:
    made = Submission("0.1", "hash", files, claimed, left_out)
    folder = tmp_path_factory.mktemp("out")

    write(made, folder / NAME, folder / "workbook")

    assert read_submission(folder / NAME) == made
