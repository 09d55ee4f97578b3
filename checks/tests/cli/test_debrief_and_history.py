"""`checks debrief` and `checks history`, as a learner types them."""

import json
import shutil
from pathlib import Path

import pytest

from checks.course.course import Course, load_course
from checks.diagnosis.debrief import debrief_of
from checks.results.model import Verdict
from checks.tests.support.command_line import checks
from checks.tests.support.day_one import workbook
from checks.tests.support.repository import ROOT
from checks.tests.support.watch_session import results_of
from checks.workspace import reset
from checks.workspace.attempts import read_attempts, record_attempts
from checks.workspace.progress import save_verdicts

__all__ = ["workbook"]  # a fixture


@pytest.fixture
def course(workbook: Path) -> Course:
    """Day 1 with its questions; 1.2 passes, after a run in which it failed."""
    (workbook / "docs" / "quiz").mkdir(parents=True)
    shutil.copy2(ROOT / "docs/quiz/day1.toml", workbook / "docs/quiz/day1.toml")
    loaded = load_course(workbook)
    for verdict in (Verdict.FAIL, Verdict.PASS):
        run = [results_of(loaded, [loaded.task("1.2")], verdict)]
        save_verdicts(loaded, run)
        record_attempts(workbook, run)
    return loaded


class TestDebrief:
    def test_has_a_question_the_accepted_designs_and_what_to_read(self, course: Course) -> None:
        shown = checks(course.root, "debrief", "1.2").stdout
        found = debrief_of(course, course.task("1.2"))

        assert "count(*) over events LEFT JOIN tasks still return 1?" in shown
        assert all(design.title.en in shown for design in found.designs)
        assert "https://docs.sqlalchemy.org/" in shown

    @pytest.mark.parametrize(
        ("lang", "right", "wrong"),
        [("en", "Right. Why it works:", "No."), ("ru", "Верно. Почему это работает:", "Нет.")],
    )
    def test_an_answer_gets_its_reason(
        self, course: Course, lang: str, right: str, wrong: str
    ) -> None:
        question = debrief_of(course, course.task("1.2")).question
        assert question is not None
        for number, option in enumerate(question.shown, 1):
            said = checks(course.root, "debrief", "1.2", str(number), EVENTURE_LANG=lang).stdout

            assert said.startswith(right if option.is_right else wrong)
            assert option.why.in_(lang).split()[0].strip("`") in said

    def test_a_design_is_shown_as_its_difference_from_the_answer(self, course: Course) -> None:
        shown = checks(course.root, "debrief", "1.2", "--design", "one-aggregate").stdout

        assert shown.startswith("--- a/app/")

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("1.3",), "1.3 does not pass yet, and its debrief shows answers"),
            (("1.2", "9"), "has the options 1 to 3"),
            (("1.2", "--design", "none"), "1.2 has no accepted design none"),
        ],
    )
    def test_a_mistake_is_one_sentence(
        self, course: Course, words: tuple[str, ...], says: str
    ) -> None:
        done = checks(course.root, "debrief", *words)

        assert done.returncode == 2
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


class TestHistory:
    def test_lists_the_attempts_and_the_snapshots(self, course: Course) -> None:
        file = course.root / "days/day1-architecture/app/crud/task.py"
        file.write_text(file.read_text().replace("# region task 1.2\n", "# region task 1.2\n# x\n"))
        reset.reset_task(course, course.task("1.2"))

        shown = checks(course.root, "history").stdout
        document = json.loads(checks(course.root, "history", "--json").stdout)

        assert "1.2" in shown
        assert "reset 1.2" in shown
        assert ".checks/ on this machine" in shown
        assert [each["verdict"] for each in document["attempts"]] == ["fail", "pass"]
        assert [each["why"] for each in document["snapshots"]] == ["reset 1.2"]

    def test_of_one_task_has_only_its_attempts(self, course: Course) -> None:
        assert "no attempt and no snapshot" in checks(course.root, "history", "1.3").stdout
        assert "✘ fails" in checks(course.root, "history", "1.2").stdout

    def test_is_deleted_after_a_yes_and_the_board_stays(self, course: Course) -> None:
        board = checks(course.root).stdout

        refused = checks(course.root, "history", "--delete", answer="n\n")
        kept = len(read_attempts(course.root))
        done = checks(course.root, "history", "--delete", answer="y\n")

        assert (refused.returncode, kept) == (1, 2)
        assert done.returncode == 0
        assert read_attempts(course.root) == []
        assert checks(course.root).stdout == board

    def test_older_attempts_are_counted_and_shown_on_demand(self, course: Course) -> None:
        for _ in range(20):
            record_attempts(course.root, [results_of(course, [course.task("1.3")], Verdict.FAIL)])

        short, whole = (checks(course.root, "history", *more).stdout for more in ((), ("--all",)))

        assert "7 older ones: checks history --all" in short
        assert (short.count("✘ fails"), whole.count("✘ fails")) == (15, 21)
