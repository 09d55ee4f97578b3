"""What a learners' copy has, what it lacks, and that it is written whole or not at all."""

from pathlib import Path

import pytest

from checks.course.answers import answers
from checks.course.course import load_course, read_statement
from checks.course.generated import read_generated
from checks.course.learners_copy import BASE, is_learners_copy, read_base
from checks.course.sealed import seal, unseal
from checks.diagnosis.debrief import SEALED_DEBRIEFS
from checks.diagnosis.known import SEALED, known_mistakes, sealed_mistakes
from checks.errors import CourseError
from checks.files import File, git_file
from checks.handout.contents import handout_files
from checks.handout.write import write_handout
from checks.tests.support.repository import ROOT
from checks.workspace.starters import starter_files

COURSE = load_course(ROOT, tree="solutions")
DAY = "days/day1-architecture"


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    """The copy of this workbook with day 1."""
    return handout_files(ROOT, 1)


@pytest.fixture(scope="module")
def copy(files: dict[str, File], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("handout") / "eventure"
    write_handout(files, target)
    return target


class TestLeftOut:
    def test_no_answer_of_a_day_stands_in_it(self, files: dict[str, File]) -> None:
        texts = [file.data.decode("utf-8", "replace") for file in files.values()]
        regions = [
            text.strip()
            for task in COURSE.days[0].tasks
            for text in answers(COURSE, task).values()
            if len(text.strip()) > 80
        ]

        assert len(regions) > 5
        assert [each for each in regions if any(each in text for text in texts)] == []

    @pytest.mark.parametrize("name", ["solutions/", "checks/tests/", "notebooks/", ".github/"])
    def test_no_folder_of_maintainers_is_in_it(self, files: dict[str, File], name: str) -> None:
        assert [path for path in files if path.startswith(name)] == []

    def test_of_the_catalogue_only_sealed_files_are_in_it(self, files: dict[str, File]) -> None:
        catalogue = [path for path in files if path.startswith("checks/catalogue/")]

        assert catalogue == [f"checks/catalogue/{name}" for name in (SEALED, SEALED_DEBRIEFS)]
        assert [path for path in files if "unpublished" in path] == []

    def test_a_later_day_is_left_out(self, files: dict[str, File]) -> None:
        days = {path.split("/")[1] for path in files if path.startswith("days/day")}

        assert days == {"day1-architecture"}

    def test_no_hint_is_found_by_a_search(self, files: dict[str, File]) -> None:
        task = COURSE.task("1.2")
        folder = ROOT / "solutions/day1-architecture"
        hints = [
            h
            for lang in ("en", "ru")
            for h in read_statement(folder / task.statement_in(lang)).hints
        ]

        for hint in hints:
            first_line = hint.text.splitlines()[0].encode()
            assert [path for path, file in files.items() if first_line in file.data] == []


class TestSealed:
    def test_a_sealed_document_comes_back_and_has_the_same_bytes(self, tmp_path: Path) -> None:
        document = {"б": ["text", 1], "a": None}
        (tmp_path / "x").write_bytes(seal(document))

        assert unseal(tmp_path / "x") == document
        assert seal(dict(reversed(document.items()))) == seal(document)

    @pytest.mark.parametrize("data", [b"", b"text\n", seal({})[:-9], b"\xff"])
    def test_a_damaged_one_is_one_sentence(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "x").write_bytes(data)

        with pytest.raises(CourseError, match="damaged"):
            unseal(tmp_path / "x")

    @pytest.mark.parametrize("lang", ["en", "ru"])
    def test_the_copys_hints_are_those_of_the_workbook(self, copy: Path, lang: str) -> None:
        for task in COURSE.days[0].tasks:
            handed_out = read_statement(copy / DAY / task.statement_in(lang))
            ours = read_statement(ROOT / DAY / task.statement_in(lang))

            assert handed_out.hints == ours.hints
            assert tuple(handed_out.sections) == tuple(ours.sections)
            assert f"`checks hint {task.id}`" in handed_out.sections["hints"]

    def test_the_copys_mistakes_are_those_of_the_workbook(self, tmp_path: Path) -> None:
        (tmp_path / SEALED).write_bytes(sealed_mistakes(["1.2", "3.1"]))
        ours, sealed = known_mistakes("1.2"), known_mistakes("1.2", tmp_path)

        assert (sealed.signatures, sealed.groups) == (ours.signatures, ours.groups)
        assert [(c.id, c.title, c.hint) for c in sealed.cases] == [
            (c.id, c.title, c.hint) for c in ours.cases
        ]
        assert {case.patch for case in sealed.cases} == {""}


class TestCopy:
    def test_it_knows_what_it_is_and_has_its_base(self, copy: Path, files: dict[str, File]) -> None:
        assert is_learners_copy(copy)
        assert not is_learners_copy(ROOT)
        assert read_base(copy / BASE) == files

    def test_the_manifest_names_the_days_files_as_they_are(self, copy: Path) -> None:
        listed = read_generated(copy)

        assert listed.keys() == {
            path.relative_to(copy).as_posix()
            for path in (copy / "days").rglob("day1*/**/*")
            if path.is_file()
        }

    def test_a_reset_has_the_starters_without_git(self, copy: Path) -> None:
        course = load_course(copy)

        for path, starter in starter_files(course, course.task("1.2")).items():
            assert starter
            assert starter.data == path.read_bytes()

    def test_the_same_workbook_makes_the_same_base(
        self, copy: Path, files: dict[str, File], tmp_path: Path
    ) -> None:
        write_handout(files, tmp_path / "again")

        assert (tmp_path / "again" / BASE).read_bytes() == (copy / BASE).read_bytes()


class TestTarget:
    def test_an_empty_folder_is_taken(self, tmp_path: Path) -> None:
        (tmp_path / "new").mkdir()

        write_handout({"days/x": git_file(b"x")}, tmp_path / "new")

        assert (tmp_path / "new/days/x").read_bytes() == b"x"

    @pytest.mark.parametrize("kind", ["file", "folder", "link"])
    def test_nothing_that_is_there_is_overwritten(self, tmp_path: Path, kind: str) -> None:
        target = tmp_path / "taken"
        if kind == "file":
            target.write_text("mine")
        elif kind == "folder":
            target.mkdir()
            (target / "mine").write_text("mine")
        else:
            target.symlink_to(tmp_path / "nowhere")
        before = sorted(tmp_path.rglob("*"))

        with pytest.raises(CourseError, match="is there already"):
            write_handout({"days/x": git_file(b"x")}, target)

        assert sorted(tmp_path.rglob("*")) == before

    def test_a_failure_leaves_nothing_behind(self, tmp_path: Path) -> None:
        clash = {"a": git_file(b"x"), "a/b": git_file(b"x")}

        with pytest.raises(OSError, match="a"):
            write_handout(clash, tmp_path / "new")

        assert list(tmp_path.iterdir()) == []

    def test_a_copy_makes_no_copy(self, copy: Path) -> None:
        with pytest.raises(CourseError, match="has no solutions"):
            handout_files(copy, 7)
