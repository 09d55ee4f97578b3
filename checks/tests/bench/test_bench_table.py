"""`make bench`: which parts are measured in its time, and which are named as left out."""

from collections.abc import Callable

import pytest

from checks.bench import verdict_latency
from checks.bench.table import __main__ as table
from checks.bench.table import workbook
from checks.bench.table.schedule import Part, Results, measure_parts
from checks.errors import CourseError
from checks.tests.support.repository import ROOT

NAMES = ["backend", "growth", "loop", "grader", "proof", "set-up"]


class Clock:
    """A clock that goes on only when a part takes its time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.measured: list[str] = []

    def __call__(self) -> float:
        return self.now

    def part(self, name: str, seconds: float, takes: float | None = None) -> Part:
        return Part(name, seconds, self._take(name, seconds if takes is None else takes))

    def _take(self, name: str, seconds: float) -> Callable[[Results], None]:
        def measure(_: Results) -> None:
            self.now += seconds
            self.measured.append(name)

        return measure


def test_a_part_that_would_not_end_in_time_is_left_out_and_a_shorter_one_is_not() -> None:
    clock = Clock()
    parts = [clock.part("a", 300), clock.part("b", 301), clock.part("c", 300)]

    results = measure_parts(parts, 600, clock)

    assert clock.measured == ["a", "c"]
    assert results.left_out == ["b: it would not end within 10 minutes"]


def test_on_a_slow_machine_the_next_part_is_expected_to_be_slow_too() -> None:
    clock = Clock()
    parts = [clock.part("a", 100, takes=300), clock.part("b", 101), clock.part("c", 100)]

    measure_parts(parts, 600, clock)

    assert clock.measured == ["a", "c"]


def test_a_part_that_cannot_be_measured_is_named_with_its_reason() -> None:
    def refuse(_: Results) -> None:
        raise CourseError("no network")

    results = measure_parts([Part("set-up", 1, refuse)], 600)

    assert results.left_out == ["set-up: no network"]


def test_after_ctrl_c_the_earlier_parts_are_kept() -> None:
    def interrupt(_: Results) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    parts = [clock.part("a", 1), Part("b", 1, interrupt), clock.part("c", 1)]

    results = measure_parts(parts, 600, clock)

    assert clock.measured == ["a"]
    assert results.left_out == ["b and what comes after it: interrupted"]


def test_all_parts_end_within_ten_minutes_on_a_quiet_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["table", "--template", "build/template"])

    found = table.parts(ROOT, table.arguments())

    assert list(found) == NAMES
    assert sum(part.seconds for part in found.values()) <= table.MINUTES * 60


def test_a_part_that_does_not_exist_is_refused_with_the_names_of_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["table", "looop"])

    assert table.main() == 2

    assert f"no part is called looop; there are {', '.join(NAMES)}" in capsys.readouterr().err


def test_the_loop_is_a_round_for_each_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_latency, "prepare", lambda: None)
    monkeypatch.setattr(
        verdict_latency,
        "medians",
        lambda task, names, rounds: dict(zip(names, (1.0, 10.0), strict=True)),
    )

    seen = workbook.loop()

    assert len(seen.first) == len(verdict_latency.TASKS)
    assert seen.ratio == 0.1
    assert seen.is_met is True
