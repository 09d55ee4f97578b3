"""A learner's suite runs on those variants that the selected tests ask for, and on no other."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks.harness.suites.suite_report import SuiteReport
from checks.harness.suites.suite_runner import SuiteRunner
from checks.harness.suites.variant_runs import (
    SOUND,
    VariantRuns,
    parameters_of_selected,
    selected_tests_use,
)
from checks.harness.suites.variants import Variant

FILE, OTHER = Path("test_a.py"), Path("test_b.py")
VARIANTS = [
    Variant(name, name, ((path, "old", f"new {name}"),), harmless=name[0] == "H", must=False)
    for name, path in (("M1", "app/a.py"), ("M2", "app/b.py"), ("H1", "app/c.py"))
]


class RecordingRunner:
    """Stands in for a SuiteRunner; keeps which copies are made."""

    contained = False

    def __init__(self) -> None:
        self.copies: list[tuple[tuple[Any, ...], tuple[str, ...]]] = []

    def variant(self, edits: Sequence[Any], disguised: Sequence[str]) -> object:
        self.copies.append((tuple(edits), tuple(disguised)))
        return object()

    def pytest(self, copies: Sequence[object], *_: str, timeout: float) -> list[SuiteReport]:
        assert timeout
        return [SuiteReport((), "", 0) for _ in copies]


def run(faults: set[str]) -> tuple[VariantRuns, RecordingRunner]:
    runner = RecordingRunner()
    return VariantRuns(cast(SuiteRunner, runner), "tests/test_x.py", VARIANTS, faults), runner


def edits_of(name: str) -> tuple[Any, ...]:
    return next(variant.edits for variant in VARIANTS if variant.id == name)


def test_the_sound_apps_run_beside_the_faults_that_are_asked_for() -> None:
    runs, runner = run({"M2"})

    made = {edits for edits, _ in runner.copies}
    assert made == {(), edits_of("H1"), edits_of("M2")}
    assert [runs.report(name).exit_status for name in (SOUND, "H1", "M2")] == [0, 0, 0]
    with pytest.raises(KeyError):
        runs.report("M1")


def test_each_copy_is_disguised_as_with_all_faults() -> None:
    _, few = run(set())
    _, all_of_them = run({"M1", "M2"})

    disguises = {disguised for _, disguised in (*few.copies, *all_of_them.copies)}
    assert disguises == {("app/a.py", "app/b.py", "app/c.py")}


def request_with(*items: object) -> pytest.FixtureRequest:
    request = SimpleNamespace(path=FILE, session=SimpleNamespace(items=items))
    return cast(pytest.FixtureRequest, request)


def item(path: Path, fixtures: Sequence[str] = (), **params: str) -> SimpleNamespace:
    call = {"callspec": SimpleNamespace(params=params)} if params else {}
    return SimpleNamespace(path=path, fixturenames=[*fixtures, *params], **call)


def test_the_parameters_are_those_of_the_selected_tests_of_the_file() -> None:
    request = request_with(item(FILE, name="M1"), item(FILE), item(OTHER, name="M2"))

    assert parameters_of_selected(request, "name") == {"M1"}


def test_a_fixture_is_used_when_a_selected_test_of_the_file_asks_for_it() -> None:
    assert selected_tests_use(request_with(item(FILE), item(FILE, ["all_runs"])), "all_runs")
    assert not selected_tests_use(request_with(item(FILE), item(OTHER, ["all_runs"])), "all_runs")
