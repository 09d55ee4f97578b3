"""Who and which day is running, how many are done, how long it takes: on a terminal and off it."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from checks.cli.grading_progress import _Shown, shown_progress
from checks.grade.cell_events import (
    CellEvent,
    CellName,
    Finished,
    Lost,
    Planned,
    Postponed,
    Started,
)
from checks.grade.grading_log import LOG

ANN, BOB = CellName("a" * 64, "ann", "day1"), CellName("b" * 64, "bob\x1b[31m", "day2")
EVENTS: tuple[CellEvent, ...] = (
    Planned((ANN, BOB)),
    Started(ANN),
    Started(BOB, "worker-2"),
    Postponed(BOB, 3.0),
    Lost(ANN, 30.0),
    Finished(ANN, 41.0, 10, 14),
    Started(BOB),
    Finished(BOB, 7.0, None, 14),
)


def told(out: Path, lang: str = "en", *, terminal: bool = False) -> str:
    """What stands on the screen, or in the file, after the events."""
    stream = StringIO()
    console = Console(file=stream, force_terminal=terminal, width=80, height=24, highlight=False)
    with shown_progress(console, out, lang) as progress:
        for event in EVENTS:
            progress(event)
    return stream.getvalue()


def test_off_a_terminal_each_cell_that_has_ended_is_one_line(tmp_path: Path) -> None:
    doubt = "bob\ufffd[31m day2: in doubt; it is graded once more, alone, after all others"

    lines = told(tmp_path).splitlines()

    assert lines == [
        f"0/2 {doubt}, 3 s; time left not known yet",
        "0/2 ann day1: its worker is gone; another one gets it, 30 s; time left not known yet",
        "1/2 ann day1: 10 of 14 points, 41 s; time left not known yet",
        "2/2 bob\ufffd[31m day2: not judged, the checker failed, 7 s; all done in 0 s",
    ]


def test_the_lines_are_told_in_russian(tmp_path: Path) -> None:
    assert "1/2 ann day1: баллов: 10 из 14, 41 с" in told(tmp_path, "ru")


def test_a_terminal_ends_with_one_line(tmp_path: Path) -> None:
    screen = told(tmp_path, terminal=True)

    assert "2 of 2 graded; all done in 0 s" in screen.splitlines()[-1]
    assert "in doubt" not in screen


def test_in_80_columns_a_long_name_hides_neither_the_numbers_nor_the_time(tmp_path: Path) -> None:
    stream = StringIO()
    console = Console(file=stream, force_terminal=True, width=80, height=24, highlight=False)
    cells = tuple(CellName(str(number), "a long name " * 9, "day1") for number in range(1000))

    with shown_progress(console, tmp_path, "en") as progress:
        progress(Planned(cells))
        for cell in cells[:10]:
            progress(Started(cell))
    lines = stream.getvalue().splitlines()

    assert any(
        "0 of 1000 graded, 0 s; time left not known before 2 cells of" in each for each in lines
    )
    assert any(line.strip("\x1b[2KA0m").strip().startswith("0 s  a long name") for line in lines)
    assert any("and 2 more" in line for line in lines)


def test_each_event_is_a_line_of_the_log_with_its_time(tmp_path: Path) -> None:
    told(tmp_path)
    told(tmp_path)

    lines = (tmp_path / LOG).read_text().splitlines()
    assert len(lines) == 2 * len(EVENTS)
    assert [line.split(" ", 1)[1] for line in lines[: len(EVENTS)]] == [
        "planned 2 cells",
        f"started ann day1 {'a' * 12}",
        f"started bob\ufffd[31m day2 {'b' * 12} by worker-2",
        f"postponed bob\ufffd[31m day2 {'b' * 12} 3.0 s",
        f"lost ann day1 {'a' * 12} 30.0 s",
        f"finished ann day1 {'a' * 12} 41.0 s 10/14 points",
        f"started bob\ufffd[31m day2 {'b' * 12}",
        f"finished bob\ufffd[31m day2 {'b' * 12} 7.0 s not judged",
    ]
    assert lines[0].split()[0].endswith("Z")


def test_a_log_that_cannot_be_written_keeps_nobody_from_grading(tmp_path: Path) -> None:
    assert "1/2 ann" in told(tmp_path / "no-such-folder")


@pytest.mark.parametrize(("lang", "sentence"), [("en", "nothing is new"), ("ru", "нового нет")])
def test_when_all_is_graded_it_says_so(tmp_path: Path, lang: str, sentence: str) -> None:
    stream = StringIO()

    with shown_progress(Console(file=stream, width=80), tmp_path, lang) as progress:
        progress(Planned(()))

    assert stream.getvalue() == f"{sentence}\n"


@pytest.fixture
def busy_threads() -> Iterator[None]:
    """Threads take turns as often as Python can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("busy_threads")
def test_the_lines_of_many_threads_are_whole_and_in_the_order_of_the_log(tmp_path: Path) -> None:
    stream = StringIO()
    cells = [CellName(str(number), f"learner-{number}", "day1") for number in range(200)]
    with (
        shown_progress(Console(file=stream, width=80), tmp_path, "en") as progress,
        ThreadPoolExecutor(8) as pool,
    ):
        progress(Planned(tuple(cells)))
        list(pool.map(lambda cell: progress(Finished(cell, 1.0, 1, 2)), cells))

    shown = stream.getvalue().splitlines()
    logged = [line.split()[2] for line in (tmp_path / LOG).read_text().splitlines()[1:]]
    assert [line.split("/")[0] for line in shown] == [str(number + 1) for number in range(200)]
    assert [line.split()[1] for line in shown] == logged


class DrawingConsole(Console):
    """A console that has the region drawn by another thread before it prints, as rich's does."""

    shown: _Shown
    drawn = 0

    def print(self, *words: Any, **options: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self.shown.render).result(timeout=60)
        self.drawn += 1
        super().print(*words, **options)


def test_the_region_can_be_drawn_while_a_line_is_printed() -> None:
    console = DrawingConsole(file=StringIO(), width=80)
    console.shown = _Shown(console, "en")

    for event in EVENTS:
        console.shown.take(event)

    assert console.drawn == 4
