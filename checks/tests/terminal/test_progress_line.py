"""The lines below a run: they are written over themselves, and fit the terminal."""

from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from checks.results.run_progress import Progress
from checks.terminal.fitting import joined
from checks.terminal.progress_line import ProgressLine, progress_text

NAME = "test_thirty_events_take_as_many_as_three"


@pytest.fixture
def console() -> Console:
    return Console(width=40, file=StringIO(), force_terminal=True, color_system=None)


def written(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_nothing_is_written_over_on_a_terminal_without_escape_sequences() -> None:
    console = Console(file=StringIO(), force_terminal=True, _environ={"TERM": "dumb"})

    ProgressLine(console, "en").show(Progress(3, 12))

    assert written(console) == ""


def test_a_long_name_of_a_test_is_whole_at_80_columns() -> None:
    text = progress_text(Progress(3, 12, NAME), "en", 79)

    assert text.endswith("3/12  still at thirty_events_take_as_many_as_three")
    assert len(text) <= 79


def test_the_footer_stands_below_and_goes_with_the_line(console: Console) -> None:
    line = ProgressLine(console, "en")
    line.set_footer([Text("6.1 ✔"), Text("q quit")])

    line.show_text("running")
    line.clear()

    assert written(console) == "running\n6.1 ✔\nq quit\r\x1b[2A\x1b[J"


def test_after_the_terminal_was_cleared_nothing_above_is_written_over(console: Console) -> None:
    line = ProgressLine(console, "en")
    line.show_text("running")

    line.forget()
    line.clear()

    assert written(console) == "running"


def test_keys_are_broken_between_two_keys_only() -> None:
    keys = [Text(key) for key in ("n next task", "r run again", "q quit")]

    assert [line.plain for line in joined(keys, 20)] == ["n next task", "r run again  q quit"]
