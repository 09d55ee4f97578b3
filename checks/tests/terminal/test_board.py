"""The board: it fits a narrow terminal, and it names the place where a task begins."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from checks.course.course import Course, Task, find_root, load_course
from checks.results.model import Verdict
from checks.terminal.board import render_board
from checks.terminal.next_step import following_task, next_step, next_task, place_to_edit
from checks.tests.support.workbook import day_toml, task_toml, write

COURSE = load_course(find_root(Path(__file__)), "solutions")
NARROW = 60


def rendered_lines(course: Course, lang: str, passed: int = 0) -> list[str]:
    """The board's lines in 60 columns, when the first so many tasks pass."""
    console = Console(width=NARROW, file=StringIO(), color_system=None)
    tasks = (*course.required, *course.bonus)[:passed]
    console.print(render_board(course, {t.key: Verdict.PASS for t in tasks}, lang))
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def course_with_bonus(root: Path) -> Course:
    """Day 7 with one task of its own and two bonus tasks."""
    tables = [task_toml(name, f"task-{name[0].lower()}{name[-1]}") for name in ("7.1", "B1", "B2")]
    write(root, {"solutions/day7-deployment/day.toml": day_toml(7, *tables)})
    return load_course(root, "solutions")


@pytest.mark.parametrize("lang", ["en", "ru"])
class TestNarrow:
    def test_a_title_is_never_cut_and_a_verdict_never_wrapped(self, lang: str) -> None:
        lines = rendered_lines(COURSE, lang)
        text = " ".join(" ".join(lines).split())

        assert "…" not in text
        verdict = {"en": "· not run", "ru": "· не запускалось"}[lang]
        assert sum(verdict in line for line in lines) == len(COURSE.tasks)
        for task in COURSE.tasks:
            assert all(word in text for word in task.title.in_(lang).split())

    def test_the_titles_of_the_days_stand_above_their_tasks_in_one_column(self, lang: str) -> None:
        lines = rendered_lines(COURSE, lang)

        day = next(line for line in lines if line.startswith("1  "))
        task = next(line for line in lines if line.lstrip().startswith("1.1"))
        assert 0 < task.index("1.1") <= len("1  ") < len(day)

    @pytest.mark.parametrize("number", range(len(COURSE.required)))
    def test_no_path_and_no_command_is_broken(self, lang: str, number: int) -> None:
        task = COURSE.required[number]
        folder = f"days/{COURSE.task_day(task).folder}"

        lines = rendered_lines(COURSE, lang, passed=number)

        statement = f"{folder}/{task.statement_in(lang)}"
        assert any(line.endswith(statement) for line in lines)
        place = place_to_edit(COURSE.root / folder, task, Path(folder), lang)
        assert any(line.endswith(place.split()[-1]) for line in lines)
        assert any(f"checks read {task.id}" in line for line in lines)
        assert any(f"checks run {task.id}" in line for line in lines)
        assert any(f"pytest {folder}" in line for line in lines)
        assert any(f"checks hint {task.id}" in line for line in lines)


class TestBonus:
    def test_it_stands_below_the_days_with_points_of_its_own(self, tmp_path: Path) -> None:
        lines = rendered_lines(course_with_bonus(tmp_path), "en", passed=2)

        heading = next(n for n, line in enumerate(lines) if line.startswith("B  Bonus"))
        assert lines[heading].endswith("+1")
        assert lines[heading + 1].lstrip().startswith("B1")
        day = next(line for line in lines if line.startswith("7  "))
        assert day.endswith("1/1"), "a day's points leave the bonus out"

    def test_it_is_named_in_russian_too(self, tmp_path: Path) -> None:
        lines = rendered_lines(course_with_bonus(tmp_path), "ru")

        assert any(line.startswith("B  Бонус") for line in lines)

    def test_without_bonus_tasks_there_is_no_heading(self, tmp_path: Path) -> None:
        write(tmp_path, {"solutions/day7-deployment/day.toml": day_toml(7)})

        assert "Bonus" not in "\n".join(rendered_lines(load_course(tmp_path, "solutions"), "en"))

    def test_it_is_never_next_for_whoever_has_begun_a_day(self, tmp_path: Path) -> None:
        course = course_with_bonus(tmp_path)
        day, bonus = course.task("7.1"), course.task("B1")

        assert next_task(course, {}) == day
        assert next_task(course, {day.key: Verdict.PASS}) is None
        assert next_task(course, {day.key: Verdict.FAIL, bonus.key: Verdict.PASS}) == day

    @pytest.mark.parametrize("lang", ["en", "ru"])
    def test_without_a_begun_day_the_next_bonus_task_is_next(
        self, tmp_path: Path, lang: str
    ) -> None:
        course = course_with_bonus(tmp_path)
        first, second = course.bonus
        verdicts = {first.key: Verdict.PASS}

        step = next_step(course, verdicts, lang).plain
        last = next_step(course, {**verdicts, second.key: Verdict.PASS}, lang).plain

        assert next_task(course, verdicts) == second
        assert "checks run B2" in step
        said = {"en": "Every bonus task passes.", "ru": "Все бонусные задания решены."}[lang]
        assert last.startswith(said)
        assert "checks read 7.1" in last

    @pytest.mark.parametrize(("passed", "offered"), [(1, "B1"), (2, "B2"), (3, "")])
    def test_when_all_is_done_it_is_an_offer(
        self, tmp_path: Path, passed: int, offered: str
    ) -> None:
        text = "\n".join(rendered_lines(course_with_bonus(tmp_path), "en", passed=passed))

        assert "Every task that is written passes." in text
        assert ("For extra points:" in text) is bool(offered)
        assert f"checks read {offered}" in text or not offered


class TestPlaceToEdit:
    @pytest.fixture
    def task(self, tmp_path: Path) -> Task:
        table = task_toml("1.1", "one").replace(
            '"app/main.py"', '"app/a.py", "app/b.py", "app/c.py"'
        )
        write(tmp_path, {"days/day1-architecture/day.toml": day_toml(1, table)})
        return load_course(tmp_path).tasks[0]

    def place(self, tree: Path, task: Task, files: dict[str, str]) -> str:
        write(tree, files)
        return place_to_edit(tree, task, Path("days/x"))

    def test_the_first_file_at_its_first_marker(self, tmp_path: Path, task: Task) -> None:
        marked = "\n# region task 1.1\n# endregion\n"

        assert (
            self.place(tmp_path, task, {"app/a.py": marked, "app/b.py": marked})
            == "days/x/app/a.py:2"
        )

    def test_not_at_an_import_when_more_is_marked(self, tmp_path: Path, task: Task) -> None:
        imports = "# region task 1.1\nfrom a import (\n    b,\n)\n\n# endregion\n"
        work = "def f():\n    # region task 1.1\n    return 1\n    # endregion\n"

        assert self.place(tmp_path, task, {"app/a.py": imports + work}) == "days/x/app/a.py:8"
        assert self.place(tmp_path, task, {"app/a.py": imports}) == "days/x/app/a.py:1"

    def test_a_file_without_a_marker_is_named_as_it_is(self, tmp_path: Path, task: Task) -> None:
        marked = "# region task 1.1\n# endregion\n"

        assert (
            self.place(tmp_path, task, {"app/a.py": "x\n", "app/b.py": marked}) == "days/x/app/a.py"
        )

    @pytest.mark.parametrize(("lang", "word"), [("en", "new file:"), ("ru", "новый файл:")])
    def test_a_file_to_make_is_said_to_be_new_though_others_exist(
        self, tmp_path: Path, task: Task, lang: str, word: str
    ) -> None:
        write(tmp_path, {"app/b.py": "# region task 1.1\n# endregion\n"})

        place = place_to_edit(tmp_path, task, Path("days/x"), lang)

        assert place == f"{word} days/x/app/a.py"

    @pytest.mark.parametrize("task_id", ["2.1", "2.2"])
    def test_a_task_that_begins_with_a_new_file_says_so(self, tmp_path: Path, task_id: str) -> None:
        task = COURSE.task(task_id)

        assert place_to_edit(tmp_path, task, Path("x")) == f"new file: x/{task.edit[0]}"

    def test_task_1_1_begins_in_its_answer_file(self) -> None:
        assert COURSE.task("1.1").edit[0] == "app/call-chain.toml"


class TestNext:
    """One meaning of next: the open task that follows, in the day at hand."""

    def next_id(self, at_hand: str, *passed: str) -> str:
        verdicts = {COURSE.task(task).key: Verdict.PASS for task in passed}
        task = next_task(COURSE, verdicts, COURSE.task(at_hand))
        return task.id if task else ""

    @pytest.mark.parametrize(
        ("at_hand", "passed", "expected"),
        [
            ("5.1", (), "5.1"),
            ("5.1", ("5.1",), "5.2"),
            ("4.3", ("4.3", "4.4"), "4.5"),
            ("1.4", ("1.2", "1.3", "1.4"), "1.1"),
            ("1.2", ("1.1", "1.2", "1.3", "1.4"), "2.1"),
            ("7.2", tuple(t.id for t in COURSE.days[-1].required), "1.1"),
            ("1.1", tuple(t.id for t in COURSE.required), ""),
        ],
    )
    def test_the_day_at_hand_comes_first(
        self, at_hand: str, passed: tuple[str, ...], expected: str
    ) -> None:
        assert self.next_id(at_hand, *passed) == expected

    def test_after_a_failing_task_follows_another_one(self) -> None:
        task = following_task(COURSE, {}, COURSE.task("4.4"))

        assert task == COURSE.task("4.5")


class TestFolded:
    def lines(self, number: int, width: int = 80) -> list[str]:
        console = Console(width=width, file=StringIO(), color_system=None)
        day = COURSE.days[number - 1]
        console.print(render_board(COURSE, {}, "en", day.tasks[0], day))
        assert isinstance(console.file, StringIO)
        return [line.rstrip() for line in console.file.getvalue().splitlines()]

    @pytest.mark.parametrize("number", range(1, 7))
    def test_the_day_at_hand_fits_24_lines_of_80_columns(self, number: int) -> None:
        lines = self.lines(number)

        assert len(lines) <= 22, "two lines are the prompt's"
        assert [line[0] for line in lines if line[:1].isdigit()] == list("1234567")
        for task in COURSE.days[number - 1].required:
            assert any(line.lstrip().startswith(task.id) for line in lines)

    def test_no_other_day_s_tasks_are_listed(self) -> None:
        assert not any(line.startswith("  1.2") for line in self.lines(3))
