"""`checks handout` and `checks upgrade`, typed: what they say, ask and leave behind."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from checks.course.learners_copy import BASE, pack_base, read_base
from checks.files import git_file
from checks.handout.contents import handout_files
from checks.handout.write import write_handout
from checks.tests.support import command_line
from checks.tests.support.repository import ROOT
from checks.tests.support.tree_contents import tree_contents

PAGE = "days/day1-architecture/README.md"
SERVICE = "days/day1-architecture/app/services/event_service.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of this workbook with day 1."""
    target = tmp_path_factory.mktemp("made") / "eventure"
    write_handout(handout_files(ROOT, 1), target)
    return target


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def newer(copy: Path, tmp_path: Path) -> Path:
    """A newer course: the archive, with another line at the end of two files."""
    files = read_base(copy / BASE)
    for path in (PAGE, SERVICE):
        files[path] = git_file(files[path].data + b"# newer\n")
    (tmp_path / "base.zip").write_bytes(pack_base(files))
    return tmp_path / "base.zip"


def checks(
    folder: Path, *words: str, answer: str = "", **variables: str
) -> "subprocess.CompletedProcess[str]":
    """A command by the copy's own checker, which leaves no bytecode in it."""
    variables |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    return command_line.checks(folder, *words, answer=answer, **variables)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


class TestHandout:
    def test_it_says_what_it_made(self, tmp_path: Path) -> None:
        result = checks(ROOT, "handout", str(tmp_path / "new"), "--through", "day1")

        assert result.returncode == 0, result.stderr
        assert "days 1, without solutions" in result.stdout
        assert (tmp_path / "new/days/day1-architecture/README.md").is_file()

    def test_it_overwrites_nothing(self, copy: Path) -> None:
        result = checks(ROOT, "handout", str(copy), "--through", "day1")

        assert result.returncode == 2
        assert "is there already" in result.stderr

    @pytest.mark.parametrize("command", ["verify", "build", "grade", "carry", "handout"])
    @pytest.mark.parametrize("lang", ["en", "ru"])
    def test_a_copy_says_in_a_sentence_what_it_is_not_for(
        self, copy: Path, command: str, lang: str
    ) -> None:
        result = checks(copy / "days", command, "--help", EVENTURE_LANG=lang)

        assert result.returncode == 2
        says = "This is a learners' copy" if lang == "en" else "Это копия для учеников"
        assert result.stderr.startswith(f"checks: {says}")
        assert result.stderr.count("\n") == 1

    def test_a_learners_commands_work_in_it(self, copy: Path) -> None:
        board = checks(copy)
        hint = checks(copy, "hint", "1.2")
        submit = checks(copy, "submit")

        assert (board.returncode, hint.returncode, submit.returncode) == (0, 0, 0)
        assert "1.2, hint 1 of" in hint.stdout
        assert (copy / "submission.zip").is_file()


class TestUpgrade:
    def test_a_dry_run_writes_nothing(self, copy: Path, newer: Path) -> None:
        before = tree_contents(copy)

        result = checks(copy, "upgrade", str(newer), "--dry-run")

        assert result.returncode == 0, result.stderr
        assert f"taken        {PAGE}" in result.stdout
        assert tree_contents(copy) == before

    def test_without_an_answer_nothing_is_written(self, copy: Path, newer: Path) -> None:
        before = tree_contents(copy)

        asked = checks(copy, "upgrade", str(newer))
        as_json = checks(copy, "upgrade", str(newer), "--json")

        assert (asked.returncode, as_json.returncode) == (1, 2)
        assert "add --yes" in as_json.stderr
        assert tree_contents(copy) == before

    def test_both_changes_are_merged_and_undo_is_exact(self, copy: Path, newer: Path) -> None:
        (copy / SERVICE).write_text("# mine\n" + (copy / SERVICE).read_text())
        before = tree_contents(copy)

        result = checks(copy, "upgrade", str(newer), answer="y\n")

        assert result.returncode == 0, result.stderr
        assert f"merged       {SERVICE}" in result.stdout
        text = (copy / SERVICE).read_text()
        assert text.startswith("# mine\n")
        assert text.endswith("# newer\n")
        assert checks(copy, "undo", "--yes").returncode == 0
        assert tree_contents(copy) == before

    def test_a_conflict_is_told_with_what_to_do_next(self, copy: Path, newer: Path) -> None:
        append(copy / SERVICE, "# mine\n")

        result = checks(copy, "upgrade", str(newer), "--yes")
        settled = checks(copy, "upgrade", str(newer), "--yes", "--keep-mine", SERVICE)

        assert result.returncode == 1
        assert f"conflict     {SERVICE}" in result.stdout
        assert f"--with-conflicts {SERVICE}" in result.stdout
        assert (copy / SERVICE).read_text().endswith("# mine\n")
        assert (copy / PAGE).read_text().endswith("# newer\n")
        assert settled.returncode == 0

    def test_the_same_course_again_is_nothing_to_do(self, copy: Path, newer: Path) -> None:
        checks(copy, "upgrade", str(newer), "--yes")
        snapshots = sorted((copy / ".checks/snapshots").iterdir())

        result = checks(copy, "upgrade", str(newer), EVENTURE_LANG="ru")

        assert "этот курс у вас уже есть" in result.stdout
        assert sorted((copy / ".checks/snapshots").iterdir()) == snapshots

    def test_a_program_reads_the_same(self, copy: Path, newer: Path) -> None:
        document = json.loads(checks(copy, "upgrade", str(newer), "--json", "--dry-run").stdout)

        assert document["files"] == {PAGE: "taken", SERVICE: "taken"}

    def test_the_whole_workbook_is_not_upgraded_so(self, newer: Path) -> None:
        result = checks(ROOT, "upgrade", str(newer))

        assert result.returncode == 2
        assert "is no learners' copy" in result.stderr
