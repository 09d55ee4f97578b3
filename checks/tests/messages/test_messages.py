"""A learner who reads Russian meets no English of ours: each sentence and each help has both."""

import ast
from collections.abc import Collection, Iterator
from io import StringIO
from pathlib import Path
from typing import cast

import pytest
import typer.main
from rich.console import Console
from typer.core import TyperCommand, TyperGroup

import checks as checks_package
from checks.cli import main
from checks.messages.errors_ru import ERRORS, translate_error, translate_finding
from checks.messages.help_ru import HELP
from checks.messages.messages import language
from checks.results.model import Cause, TestResult, Verdict
from checks.terminal.failure import FailureView, render_failure
from checks.tests.support.command_line import checks
from checks.tests.support.day_one import workbook

__all__ = ["workbook"]

PACKAGE = Path(checks_package.__file__).parent
MODULES = [
    *(
        PACKAGE / name
        for name in (
            "files.py",
            "cli/main.py",
            "cli/run.py",
            "cli/list_tasks.py",
            "cli/watch.py",
            "runner/run.py",
        )
    ),
    *(PACKAGE / f"course/{name}.py" for name in ("answers", "course", "manifest", "strict_toml")),
    PACKAGE / "submission/collect.py",
    *sorted((PACKAGE / "services").glob("*.py")),
    *sorted((PACKAGE / "workspace").glob("*.py")),
]
HARNESS_KINDS = (
    *("AppDown", "AppHangs", "TooMuchOutput", "OutOfMemory", "UnusablePath", "ServicesDown"),
    "HarnessError",
)
HARNESS_MODULES = [
    module
    for module in sorted((PACKAGE / "harness").rglob("*.py"))
    if any(f"{kind}(" in module.read_text() for kind in HARNESS_KINDS)
    and module.name not in ("errors.py", "resource_limits.py")
]
APP = cast("TyperGroup", typer.main.get_command(main.app))
PAGES = ("undo", "run", "hint", "serve")
CYRILLIC = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


def raised_sentences(module: Path, kinds: Collection[str] = ("CourseError",)) -> Iterator[str]:
    """The sentences that a module raises as such errors, `{}` for what they tell of."""
    for node in ast.walk(ast.parse(module.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=kind), args=[first]) if kind in kinds:
                yield from filter(None, [sentence(first)])


def sentence(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(sentence(part) or "{}" for part in node.values)
    return ""


def help_texts(command: TyperCommand | TyperGroup, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the commands' help, with the command's name."""
    for text in (command.help, *(getattr(param, "help", None) for param in command.params)):
        yield from [(name, text)] if text else []
    for default in (getattr(param, "show_default", None) for param in command.params):
        yield from [(name, default)] if isinstance(default, str) else []
    if not isinstance(command, TyperGroup):
        return
    context = typer.Context(command)
    for each in command.list_commands(context):
        inner = cast("TyperCommand", command.get_command(context, each))
        yield from help_texts(inner, f"{name} {each}".strip())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_every_sentence_that_a_learner_may_meet_has_russian(module: Path) -> None:
    def in_russian(text: str) -> bool:
        return text in ERRORS or translate_error(text, "ru") != text

    assert [text for text in raised_sentences(module) if not in_russian(text)] == []


@pytest.mark.parametrize("module", HARNESS_MODULES, ids=lambda module: module.stem)
def test_every_sentence_of_the_harness_has_russian(module: Path) -> None:
    sentences = [text.replace("{}", "5") for text in raised_sentences(module, HARNESS_KINDS)]

    def has_words(text: str) -> bool:
        return any(len(word) > 2 for word in text.removeprefix("WebSocket").split())

    assert [t for t in sentences if has_words(t) and translate_error(t, "ru") == t] == []


def test_of_a_failed_test_only_what_the_harness_says_is_translated() -> None:
    asked = "GET /api has tags"
    timed_out = "GET /x was not answered within 10 s; it stands in app/a.py:3 in f"

    assert translate_finding(asked, "ru") == asked
    assert (
        translate_finding(timed_out, "ru")
        == "GET /x: ответа нет за 10 с; оно стоит в app/a.py:3 in f"
    )
    assert translate_finding(timed_out, "en") == timed_out


def test_what_a_sentence_tells_of_is_kept_and_a_sentence_inside_is_translated() -> None:
    russian = translate_error("/x cannot be written (No space left); choose another --out", "ru")

    assert russian == "/x: не записать (No space left); назовите другой --out"


def test_a_run_that_broke_says_why_in_russian_and_a_test_speaks_as_it_does() -> None:
    message = "Redis did not start: see `checks doctor`, or set REDIS_URL."

    def rendered(verdict: Verdict) -> str:
        console = Console(width=200, file=StringIO(), color_system=None)
        console.print(
            render_failure(
                TestResult("1.1", "test_x", verdict, cause=Cause(message)), FailureView("ru")
            )
        )
        assert isinstance(console.file, StringIO)
        return console.file.getvalue()

    assert "Redis не запустился" in rendered(Verdict.INFRA_ERROR)
    assert message in rendered(Verdict.FAIL)


def test_a_sentence_without_russian_and_a_reader_of_english_get_it_as_it_is() -> None:
    assert translate_error("something else", "ru") == "something else"
    assert translate_error("Missing command.", "en") == "Missing command."


def test_every_help_of_a_learner_s_command_has_russian() -> None:
    assert [each for each in help_texts(APP) if not CYRILLIC & set(HELP.get(each[1], ""))] == []


@pytest.mark.parametrize(
    ("argv", "environ", "expected"),
    [
        ([], {}, "en"),
        ([], {"EVENTURE_LANG": "ru"}, "ru"),
        (["run", "--lang", "ru"], {}, "ru"),
        (["--lang=en", "run"], {"EVENTURE_LANG": "ru"}, "en"),
        (["run", "--lang"], {}, "en"),
    ],
)
def test_the_language_is_known_before_a_command_runs(
    argv: list[str], environ: dict[str, str], expected: str
) -> None:
    assert language(argv, environ) == expected


def test_a_help_page_is_russian_as_a_whole(tmp_path: Path) -> None:
    pages = [checks(tmp_path, name, "--help", EVENTURE_LANG="ru").stdout for name in PAGES]
    board = checks(tmp_path, "--help", "--lang", "ru").stdout

    assert all("[ПАРАМЕТРЫ]" in page for page in pages)
    assert "Отменить последнюю команду" in pages[0]
    for word in ("Usage", "Options", "Arguments", "Show this", "default", "env var"):
        assert word not in "".join((*pages, board))
    assert "Команды:" in board
    assert "Проверить задания или дни" in board


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "9.9"), "Нет задания '9.9'"),
        (("fly",), "нет команды 'fly'"),
        (("hint",), "не хватает аргумента 'task_id'"),
        (("run", "--fast"), "нет параметра --fast"),
        (("hint", "1.2", "x"), "'rung': нужно целое число"),
    ],
)
def test_a_mistake_is_told_in_russian(workbook: Path, words: tuple[str, ...], says: str) -> None:
    result = checks(workbook, *words, EVENTURE_LANG="ru")

    assert says in result.stderr
    assert result.returncode == 2
