"""The page of the commands says of each what its definition says, and names no other option."""

from pathlib import Path
from typing import cast

import pytest
import typer.main
from typer.core import TyperGroup

from checks.cli.exit_codes import MEANINGS
from checks.cli.main import app
from checks.course.course import LANGUAGES, find_root
from checks.errors import CourseError
from checks.site.command_options import unknown_options
from checks.site.commands import PATH, commands_page, exit_codes, options_of

ROOT = find_root(Path(__file__))
GROUP = cast("TyperGroup", typer.main.get_command(app))
OPTIONS = {"": frozenset({"--help"}), "run": frozenset({"--only"}), "next": frozenset({"--yes"})}


def written(lang: str) -> str:
    return (ROOT / "docs" / lang / PATH).read_text(encoding="utf-8")


class TestTheRealPage:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_option_of_every_command_stands_on_it(self, lang: str) -> None:
        page = commands_page(written(lang), lang)

        for name, options in options_of(GROUP).items():
            assert f"checks {name}".strip() in page
            assert [each for each in options - {"--help"} if each not in page] == [], name

    def test_the_defaults_and_the_variables_are_those_of_the_definition(self) -> None:
        page = commands_page(written("en"), "en")

        assert "| `--port <int>` | The port on 127.0.0.1. | `8000` |" in page
        assert (
            "| `--lang <str>` | en or ru. Environment variable: `EVENTURE_LANG`. | `en` |" in page
        )
        assert "Run the app in the sandbox. | `--no-contained` |" in page

    def test_no_default_depends_on_the_machine(self) -> None:
        page = commands_page(written("en"), "en")

        jobs = [line for line in page.splitlines() if line.startswith("| `--jobs")]
        assert len(jobs) == 5
        assert not [line for line in jobs if line.endswith("` |")]

    def test_the_russian_page_speaks_russian(self) -> None:
        page = commands_page(written("ru"), "ru")

        assert "| `--port <int>` | Порт на 127.0.0.1. | `8000` |" in page
        assert "checks run [ПАРАМЕТРЫ] [what]..." in page

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_exit_code_is_explained(self, lang: str) -> None:
        table = exit_codes(lang)

        assert table in commands_page(written(lang), lang)
        assert [code for code in MEANINGS if f"| {code} | " not in table] == []


class TestFaults:
    def test_a_command_without_a_section_is_named(self) -> None:
        page = written("en").replace("<!-- command: hint -->", "")

        with pytest.raises(CourseError, match="describes the command hint 0 times; write"):
            commands_page(page, "en")

    def test_a_section_of_no_command_is_named(self) -> None:
        with pytest.raises(CourseError, match="there is no command fly"):
            commands_page(written("en") + "\n<!-- command: fly -->\n", "en")

    def test_an_option_that_does_not_exist_is_named_with_its_section(self) -> None:
        page = written("en").replace("checks hint 1.2\n", "checks hint 1.2 --next\n")

        with pytest.raises(CourseError, match="section `checks hint`: there is no option --next"):
            commands_page(page, "en")


class TestUnknownOptions:
    @pytest.mark.parametrize(
        "text",
        [
            "`checks run 1.2 --yes`",
            "```sh\nA=1 checks run --yes\n```\n",
            '`eval "$(checks run --yes)"`',
            "`--yes`",
        ],
    )
    def test_an_option_of_another_command_is_unknown(self, text: str) -> None:
        page = f"## Run {{#run}}\n\n<!-- command: run -->\n\n{text}\n"

        assert list(unknown_options(page, OPTIONS)) == [("Run", "--yes")]

    @pytest.mark.parametrize(
        "text",
        ["`checks next --yes`", "`--only NAME`", "`checks run --only x  # --yes`", "`alembic --x`"],
    )
    def test_what_exists_and_what_is_another_programs_is_not(self, text: str) -> None:
        page = f"## Run {{#run}}\n\n<!-- command: run -->\n\n{text}\n"

        assert list(unknown_options(page, OPTIONS)) == []
