"""The help pages: one screen of 24 lines for a learner, 80 columns, in both languages."""

import contextlib
import io

import pytest
from typer.main import get_group

from checks.cli import exit_codes
from checks.cli.lazy_commands import COMMANDS, FURTHER, LOOP, NEED_SOLUTIONS
from checks.cli.main import app

LINES = 24 - 2  # the command that was typed, and the next prompt


def said(monkeypatch: pytest.MonkeyPatch, *words: str, lang: str = "en") -> str:
    """What `checks` prints in a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exit_codes.run(get_group(app), list(words), {"EVENTURE_LANG": lang})
    return printed.getvalue()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_line_is_longer_than_the_terminal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = said(monkeypatch, name, "--help", lang="ru")

    assert "Вызов:" in page
    assert [line for line in page.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("lang", "rest"),
    [
        ("en", "All commands and options: checks help"),
        ("ru", "Все команды и параметры: checks help"),
    ],
)
def test_the_loop_stands_on_one_screen_with_the_way_to_the_rest(
    lang: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = said(monkeypatch, "--help", lang=lang)

    assert len(page.splitlines()) <= LINES
    assert commands_of(page) == list(LOOP)
    assert page.splitlines()[-1] == rest


def test_checks_help_shows_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    page = said(monkeypatch, "help")

    assert sorted(commands_of(page)) == sorted([*COMMANDS, "run"])
    assert set(COMMANDS) | {"run"} == {*LOOP, *FURTHER, *NEED_SOLUTIONS}
    assert "--json" in page


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_learners_command_is_described_by_a_whole_sentence(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = said(monkeypatch, "help", lang=lang).splitlines()

    learners = [
        line for line in lines if line.partition("  ")[2].split("  ")[0] in {*LOOP, *FURTHER}
    ]
    assert len(learners) == len({*LOOP, *FURTHER})
    assert [line for line in learners if line.endswith("...")] == []


def test_checks_help_of_a_command_is_its_help(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, "help", "run") == said(monkeypatch, "run", "--help")


def commands_of(page: str) -> list[str]:
    """The words that begin the rows below `Options:`, but for the options."""
    rows = [line for line in page.splitlines() if line.startswith("  ") and line[2] != " "]
    return [row.split()[0] for row in rows[1:] if not row.startswith("  -")]
