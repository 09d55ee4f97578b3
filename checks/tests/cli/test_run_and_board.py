"""The commands as a learner types them, in a folder of their own."""

import json
from pathlib import Path

import pytest

from checks.cli.run import _without_unnamed
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.messages.errors_ru import translate_error
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.results.records import COLLECTION
from checks.tests.support.command_line import checks
from checks.tests.support.day_one import workbook

__all__ = ["workbook"]  # a fixture
EDITED = "days/day1-architecture/app/crud/task.py"


def test_the_board_shows_seven_days_and_the_next_place_to_edit(workbook: Path) -> None:
    board = checks(workbook).stdout

    assert [line[0] for line in board.splitlines() if line[:1].isdigit()] == list("1234567")
    assert "Next: 1.1" in board
    assert "days/day1-architecture/app/call-chain.toml:" in board
    assert "\x1b[" not in board


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["1.1", "1.2", "1.3", "1.4"]),
        (("pagination",), ["1.4"]),
        (("СТАТИСТ",), ["1.2"]),
        (("--day", "1", "--open", "Layers"), ["1.1"]),
        (("--passed",), []),
    ],
)
def test_tasks_are_found_by_words_in_either_language_and_by_verdict(
    workbook: Path, words: tuple[str, ...], found: list[str]
) -> None:
    document = json.loads(checks(workbook, "list", *words, "--json").stdout)

    assert [task["id"] for task in document["tasks"]] == found


def test_a_list_without_a_task_is_one_sentence(workbook: Path) -> None:
    result = checks(workbook, "list", "no-such-word")

    assert result.returncode == 2
    assert "No task is like that" in result.stderr


def test_the_board_speaks_russian(workbook: Path) -> None:
    assert "Архитектура" in checks(workbook, EVENTURE_LANG="ru").stdout


def test_hints_go_up_a_rung_each_time_and_never_move_the_position(workbook: Path) -> None:
    before = json.loads(checks(workbook, "--json").stdout)

    first, second = checks(workbook, "hint", "1.2").stdout, checks(workbook, "hint", "1.2").stdout

    assert "hint 1 of" in first
    assert "hint 2 of" in second
    assert json.loads(checks(workbook, "--json").stdout) == before


def test_the_solution_shows_the_task_and_nothing_else(workbook: Path) -> None:
    files = json.loads(checks(workbook, "solution", "1.2", "--json").stdout)["files"]

    assert "count_by_status" in files["app/crud/task.py"]
    assert "order_by" not in files["app/crud/task.py"]


def test_the_diff_is_cut_to_the_task(workbook: Path) -> None:
    diff = checks(workbook, "solution", "1.2", "--diff").stdout

    assert "+def count_by_status" in diff
    assert "order_by" not in diff


def test_reset_then_undo_brings_back_every_byte(workbook: Path) -> None:
    file = workbook / EDITED
    region = "# region task 1.2\n"
    edited = file.read_text().replace(region, f"{region}# mine\n") + "# beside it\n"
    file.write_text(edited)

    reset = checks(workbook, "reset", "1.2", "--yes")
    after = file.read_text()
    undo = checks(workbook, "undo")

    assert reset.returncode == 0
    assert "# mine" not in after
    assert after.endswith("# beside it\n")
    assert undo.returncode == 0
    assert file.read_text() == edited


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "9.9"), "There is no task '9.9'"),
        (("hint", "1.9"), "There is no task '1.9'"),
        (("run", "day2"), "day2-database is not written yet"),
        (("run", "day1", "--tree", "nowhere"), "--tree nowhere is no folder"),
        (("undo",), "There is nothing to undo"),
        (("serve", "day1", "--port", "99999"), "Input should be less than or equal to 65535"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(
    workbook: Path, words: tuple[str, ...], says: str
) -> None:
    result = checks(workbook, *words)

    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "9.9"), "There is no task '9.9'"),
        (("run", "--fast"), "No such option: --fast; see checks run --help"),
        (("hint",), "Missing argument 'task_id'; see checks hint --help"),
        (("hint", "1.2", "0"), "Invalid value for 'rung'"),
        (("fly",), "No such command 'fly'; see checks --help"),
        (("rum",), "No such command 'rum'. Did you mean 'run'"),
        (("undo",), "No such option: --json; see checks undo --help"),
    ],
)
def test_with_json_a_mistake_is_a_document_too(
    workbook: Path, words: tuple[str, ...], says: str
) -> None:
    result = checks(workbook, *words, "--json")

    document = json.loads(result.stdout)
    assert document["schema"] == "eventure/error/v1"
    assert document["exit_code"] == result.returncode == 2
    assert says in document["error"]
    assert result.stderr == f"checks: {document['error']}\n"


def test_a_folder_that_cannot_be_written_is_one_sentence(workbook: Path) -> None:
    (workbook / ".checks").write_text("a file where the folder should be")

    result = checks(workbook, "hint", "1.2")

    assert result.returncode == 2
    assert ".checks" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_of_the_learner_s_that_is_no_text_is_compared_as_it_can_be(workbook: Path) -> None:
    (workbook / EDITED).write_bytes(b'x = "\xff"\n')

    result = checks(workbook, "solution", "1.2", "--diff")

    assert result.returncode == 0
    assert "+def count_by_status" in result.stdout


def test_a_terminal_that_knows_no_such_letters_gets_others(workbook: Path) -> None:
    result = checks(workbook, EVENTURE_LANG="ru", PYTHONIOENCODING="ascii")

    assert result.returncode == 0
    assert "1.1" in result.stdout


def test_outside_the_workbook_it_says_where_to_go(tmp_path: Path) -> None:
    result = checks(tmp_path)

    assert result.returncode == 2
    assert "change to the folder that holds days/" in result.stderr


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_name_that_no_test_has_names_the_command_that_lists_them(lang: str) -> None:
    course = load_course(find_root(Path(__file__)), "solutions")
    nothing = TestResult("1.2", COLLECTION, Verdict.INFRA_ERROR)
    results = Results("day1", False, (TaskResult("1.2", "key", "", 1, (nothing,)),))

    with pytest.raises(CourseError) as error:
        _without_unnamed(results, course.days[0], "1.2", "nosuch")

    said = translate_error(str(error.value), lang)
    assert "`pytest days/day1-architecture --collect-only -q`" in said
    assert ("lists them" in said) is (lang == "en")
