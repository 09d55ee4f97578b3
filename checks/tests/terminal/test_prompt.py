"""The one question of the commands: a yes is a yes in both languages, Enter is a no."""

import pytest
import typer
from typer.testing import CliRunner

from checks.terminal import prompt


def screen_after(typed: str, lang: str) -> str:
    """What the screen shows when that is typed."""
    app = typer.Typer()

    @app.command()
    def command() -> None:
        typer.echo(f"answer: {prompt.confirm('Sure?', lang)}")

    return CliRunner().invoke(app, input=typed).output


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("typed", ["y", "Yes", "д", "Да", " да "])
def test_a_yes_in_either_language(typed: str, lang: str) -> None:
    assert "answer: True" in screen_after(f"{typed}\n", lang)


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("typed", ["n", "No", "н", "Нет", ""])
def test_a_no_in_either_language_and_enter(typed: str, lang: str) -> None:
    assert "answer: False" in screen_after(f"{typed}\n", lang)


def test_what_is_neither_is_asked_again() -> None:
    russian, english = screen_after("возможно\nда\n", "ru"), screen_after("perhaps\ny\n", "en")

    assert "Ответьте «да» или «нет»" in russian
    assert "answer: True" in russian
    assert "answer: True" in english


def test_the_end_of_the_input_is_no_answer() -> None:
    assert "answer" not in screen_after("", "en")
