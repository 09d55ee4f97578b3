"""`checks next`, typed: what it says, asks and leaves behind."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.course.course import load_course
from checks.tests.support.command_line import at_a_terminal, checks
from checks.tests.support.tree_contents import tree_contents
from checks.tests.support.two_days import (
    MINE,
    NEXT,
    ONE,
    SOLVED,
    carry,
    edit,
    tear,
    two_days,
)
from checks.tests.support.workbook import change
from checks.workspace import reset


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return two_days(tmp_path)


class TestCommand:
    def test_it_says_per_file_what_happened_and_what_comes_next(self, root: Path) -> None:
        edit(root, SOLVED)

        result = checks(root, "next")

        assert result.returncode == 0
        assert (
            "carried             app/main.py  your change, merged in; 1.1 untouched"
            in result.stdout
        )
        assert "`checks undo` takes it back" in result.stdout
        assert "Next: checks run day1 --tree days/day2-database" in result.stdout

    def test_it_speaks_russian(self, root: Path) -> None:
        edit(root, SOLVED)

        output = checks(root, "next", "--dry-run", EVENTURE_LANG="ru").stdout

        assert "перенесено          app/main.py  ваше изменение, влито" in output
        assert "Дальше: checks run day1" in output

    def test_a_dry_run_writes_nothing(self, root: Path) -> None:
        edit(root, SOLVED)
        before = tree_contents(root)

        result = checks(root, "next", "--dry-run")

        assert tree_contents(root) == before
        assert "carried" in result.stdout
        assert not (root / ".checks").exists()

    def test_an_edited_file_is_asked_about_and_without_an_answer_left_alone(
        self, root: Path
    ) -> None:
        edit(root, SOLVED)
        edit(root, ("    return None", "    return my_two()"), path=NEXT)
        before = tree_contents(root)

        without_answer = checks(root, "next", "--from", "day1")
        as_json = checks(root, "next", "--from", "day1", "--json")
        with_yes = checks(root, "next", "--from", "day1", "--yes")

        assert (without_answer.returncode, as_json.returncode, with_yes.returncode) == (1, 2, 0)
        assert "You have edited app/main.py in day2-database" in without_answer.stdout
        assert "add --yes" in as_json.stderr
        assert tree_contents(root) != before

    def test_a_conflict_is_told_with_the_command_that_settles_it(self, root: Path) -> None:
        tear(root)

        result = checks(root, "next")

        assert result.returncode == 1
        assert "checks next --from day1 --with-conflicts app/main.py" in result.stdout

    def test_migrations_that_stay_are_left_to_the_learner_until_that_is_accepted(
        self, root: Path
    ) -> None:
        change(root, "mine\n", "days/day1-architecture/migrations/versions/0001.py")

        left, said = (checks(root, "next", *words) for words in ((), ("--help",)))
        accept = "checks next --from day1 --take-reference migrations/versions/0001.py"
        accepted = checks(root, *accept.split()[1:])

        assert left.returncode == 1
        assert accept in left.stdout
        assert accepted.returncode == 0
        assert "migrations of yours that" in said.stdout

    def test_each_conflict_is_asked_about_once_and_shown_on_request(self, root: Path) -> None:
        tear(root)

        code, shown = at_a_terminal(root, "next", typed="l\nm\nn\n")

        assert "app/main.py: you and day2-database changed the same lines. Mine, the" in shown
        assert "-    return theirs" in shown
        assert "+    return mine" in shown
        assert "Run the tests of day1-architecture on day2-database now? About 10 s" in shown
        assert "  carried  app/main.py" in shown
        assert code == 0

    def test_the_question_in_russian(self, root: Path) -> None:
        tear(root)
        before = tree_contents(root / "days")

        code, shown = at_a_terminal(root, "next", typed="?\nк\n", EVENTURE_LANG="ru")

        assert "Моё, курса или посмотреть? [м/к/п]" in shown
        assert "м берёт ваши строки" in shown
        assert (code, tree_contents(root / "days")) == (0, before)

    def test_without_a_terminal_one_option_takes_the_courses_side_of_all(self, root: Path) -> None:
        tear(root)
        change(root, "x = 1\n", "days/day1-architecture/app/own.py")

        result = checks(root, "next", "--take-reference-on-conflict")

        assert result.returncode == 0
        assert "reference kept      app/main.py" in result.stdout
        assert (root / "days/day2-database/app/own.py").exists()

    def test_the_board_says_what_holds_in_the_new_day(self, root: Path) -> None:
        record = {"day": "day1-architecture", "into": "day2-database", "seconds": 3}
        said = {**record, "holds": ["1.1"], "fails": ["1.2"], "content": "of another time"}
        (root / ".checks").mkdir()
        (root / ".checks/holding.json").write_text(json.dumps({"day2-database": said}))

        shown = checks(root, "--all").stdout

        assert "day1 in day2: holding 1.1; not holding 1.2: checks run day1 --tree" in shown
        assert "(before your latest changes)" in shown

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
        result = checks(root, "next", "--from", "day2")

        assert result.returncode == 0
        assert "day2-database is the last day that is written" in result.stdout
        assert "`checks submit`" in result.stdout

    def test_a_handout_without_solutions_says_where_to_go_on(self, root: Path) -> None:
        shutil.rmtree(root / "solutions")

        result = checks(root, "next")

        assert result.returncode == 2
        assert (
            "go on in days/day2-database, where day1-architecture stands finished" in result.stderr
        )

    def test_a_link_among_the_files_is_one_sentence(self, root: Path) -> None:
        (root / "days/day1-architecture/app/link.py").symlink_to("/etc/passwd")

        result = checks(root, "next")

        assert result.returncode == 2
        assert "is not a plain file; move it away" in result.stderr


line = st.sampled_from([*ONE.splitlines(), "mine = 1", "<<<<<<< x", "# endregion x", "", "\x0c"])
attempts = st.lists(line, max_size=30).map("\n".join) | st.binary(max_size=30).map(
    lambda data: data.decode("latin-1")
)


@settings(max_examples=12, deadline=None)
@given(learner_text=attempts, other_text=attempts, conflicts=st.booleans())
def test_whatever_a_learner_wrote_once_is_enough_and_undo_is_exact(
    tmp_path_factory: pytest.TempPathFactory, learner_text: str, other_text: str, conflicts: bool
) -> None:
    root = two_days(tmp_path_factory.mktemp("days"))
    change(root, learner_text, MINE)
    change(root, other_text, "days/day1-architecture/app/own.py")
    before = tree_contents(root)

    first = carry(root, conflicts="app/main.py" if conflicts else "")
    after = tree_contents(root)
    second = carry(root)

    assert dict(second.changes) == {}
    assert tree_contents(root) == after
    if first.changes:
        reset.undo_change(load_course(root))
    assert tree_contents(root) == before
