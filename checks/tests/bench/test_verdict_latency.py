"""The latency of a verdict: what is compared, and how the comparison is printed."""

import os
import sys
from functools import partial

import pytest

from checks.bench import verdict_latency
from checks.errors import CourseError
from checks.zygote import client as zygote

Call = tuple[str, str]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """The commands that the variants run, each with what it is told of the zygote."""
    seen: list[Call] = []

    def run_command(argv: list[str], environment: dict[str, str]) -> None:
        seen.append((" ".join(argv), environment.get(zygote.VARIABLE, "")))

    monkeypatch.setattr(verdict_latency, "_run_command", run_command)
    monkeypatch.setattr(verdict_latency, "run", lambda request: seen.append(("run", "")))
    return seen


def test_the_same_tests_run_cold_and_warm_and_in_this_process(calls: list[Call]) -> None:
    for variant in verdict_latency.variants("1.2").values():
        variant()

    (pytest_cold, off), (checks_cold, also_off), (checks_warm, warm), (save, _) = calls
    assert "-m pytest" in pytest_cold
    assert "test_1_2_statistics.py" in pytest_cold
    assert checks_cold == checks_warm
    assert "run 1.2 --tree" in checks_warm
    assert (off, also_off, warm, save) == (zygote.OFF, zygote.OFF, "", "run")


def test_a_command_that_does_not_pass_is_no_measurement() -> None:
    argv = [sys.executable, "-c", "print('red'); raise SystemExit(1)"]

    with pytest.raises(CourseError, match="does not pass: red"):
        verdict_latency._run_command(argv, dict(os.environ))


def test_medians_are_relative_to_the_first_and_the_first_round_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    saves = {"1.2": 0.3, "2.1": 0.1, "6.1": 0.4}
    monkeypatch.setattr(verdict_latency, "prepare", lambda: None)
    monkeypatch.setattr(verdict_latency, "seconds", lambda variant: variant())
    monkeypatch.setattr(
        verdict_latency,
        "variants",
        lambda task_id: {
            "a cold pytest": partial(next, iter([9.0, *[2.0] * 7])),
            verdict_latency.SAVE: partial(next, iter([9.0, *[saves[task_id]] * 7])),
        },
    )

    assert verdict_latency.main(*saves) == 0

    *rows, last = capsys.readouterr().out.splitlines()
    assert [row.split()[-3:] for row in rows[:2]] == [["2000", "ms", "1.00"], ["300", "ms", "0.15"]]
    assert last == "a save in checks watch: 0.15 of a cold pytest (goal 0.15)"


def test_only_the_named_variants_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(verdict_latency, "seconds", lambda variant: variant() or 1.0)
    monkeypatch.setattr(
        verdict_latency,
        "variants",
        lambda task_id: {name: partial(asked.append, name) for name in ("cold", "warm", "save")},
    )

    medians = verdict_latency.medians("1.2", ("cold", "save"), rounds=1)

    assert asked == ["cold", "save"] * 2
    assert list(medians) == ["cold", "save"]
