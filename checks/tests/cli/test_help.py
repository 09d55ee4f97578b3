"""`--help` in Russian fits a terminal of 80 columns, as the English one does."""

import contextlib
import io

import pytest
from typer.main import get_group

from checks.cli import exit_codes
from checks.cli.lazy_commands import COMMANDS
from checks.cli.main import app


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_line_is_longer_than_the_terminal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = io.StringIO()

    with contextlib.redirect_stdout(said):
        exit_codes.run(get_group(app), [name, "--help"], {"EVENTURE_LANG": "ru"})

    assert "Вызов:" in said.getvalue()
    assert [line for line in said.getvalue().splitlines() if len(line) > 80] == []
