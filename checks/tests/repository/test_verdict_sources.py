"""The rooms that decide a verdict are listed in one place, and the list is what a run imports."""

from pathlib import Path

import grimp
import pytest

from checks import verdict_sources
from checks.course.course import load_course
from checks.grade import key
from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write
from checks.verdict_sources import DECIDING_ROOMS, PYTEST_PLUGIN, PYTEST_SETTINGS, TEXT_ROOMS
from checks.zygote import daemon


def rooms_of_a_run() -> set[str]:
    """The rooms of the plugin, the runner and everything that one of them imports."""
    graph = grimp.build_graph("checks", cache_dir=None)
    modules = {module for module in graph.modules if module.startswith("checks.harness")}
    modules.add("checks.runner.run")
    for module in tuple(modules):
        modules |= graph.find_upstream_modules(module)
    names = {module.split(".")[1] for module in modules if "." in module}
    return {name if (ROOT / "checks" / name).is_dir() else f"{name}.py" for name in names}


def test_the_list_is_what_a_run_imports() -> None:
    assert rooms_of_a_run() == {*DECIDING_ROOMS, *TEXT_ROOMS}


def test_the_plugin_and_its_settings_are_there() -> None:
    assert (ROOT / f"{PYTEST_PLUGIN.replace('.', '/')}.py").is_file()
    assert PYTEST_SETTINGS.is_file()


@pytest.mark.parametrize(
    ("path", "of_a_key", "of_a_zygote"),
    [
        ("harness/app/api.py", True, True),
        ("harness/pytest.ini", True, False),
        ("errors.py", True, True),
        ("messages/errors_ru.py", False, True),
        ("cli/main.py", False, False),
        ("terminal/board.py", False, False),
        ("watch/watch.py", False, False),
        ("authoring/carry.py", False, False),
        ("bench/login_timing.py", False, False),
    ],
)
def test_a_cell_and_a_zygote_outlive_an_edit_of_any_other_room(
    path: str, of_a_key: bool, of_a_zygote: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (verdict_sources, key, daemon):
        monkeypatch.setattr(module, "PACKAGE", tmp_path)
    course = load_course(ROOT)
    write(tmp_path, {path: "a = 1\n"})
    before = (key.key_context(course, contained=False, cpu_seconds=300).checker, daemon.state_key())

    write(tmp_path, {path: "a = 22\n"})

    after = (key.key_context(course, contained=False, cpu_seconds=300).checker, daemon.state_key())
    assert [now != then for now, then in zip(after, before, strict=True)] == [of_a_key, of_a_zygote]
