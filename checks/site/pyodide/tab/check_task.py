"""Asks the promises of a task in this process, and prints what `checks run` prints of them."""

import io
import json
import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from checks.diagnosis.diagnose import diagnose
from checks.results.model import Results, TaskResult, TestResult, Verdict, cause_from
from checks.site.pyodide.tab.app_under_test import AppUnderTest
from checks.site.pyodide.tab.event_loop import replace_threads
from checks.site.pyodide.tab.plugin import TabPlugin
from checks.terminal.failure import FailureView
from checks.terminal.results import ResultsView, render_results

MANIFEST = "task.json"
WIDTH = 90
_numbers = count(1)


def check_task(tree: str, changed: Mapping[str, str], lang: str) -> bool:
    """Write the changed files into the tree, run its task's tests, print the result.

    `changed` are texts by path. Where no known mistake fits, the first hint is printed. Returns
    whether every test has passed.
    """
    replace_threads()
    root = Path(tree).resolve()
    for path, text in changed.items():
        (root / path).write_text(text, encoding="utf-8")
    task = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    result = judged(root, task, lang)
    print(told(Results(root.name, contained=False, tasks=(result,)), lang).rstrip())
    if result.verdict is not Verdict.PASS and not diagnose(result):
        print(f"\n  {task[f'hint_{lang}']}")
    return result.verdict is Verdict.PASS


def judged(tree: Path, task: Mapping[str, Any], lang: str) -> TaskResult:
    """Run the tests of the task against the app of the tree."""
    under_test = AppUnderTest(tree, Path(f"/tmp/eventure-{next(_numbers)}.db"))  # noqa: S108
    plugin = TabPlugin(under_test)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quiet = [f"-pno:{name}" for name in ("terminal", "cacheprovider", "logging", "faulthandler")]
    options = [*quiet, "-s", "--rootdir", tree.as_posix(), "-c", "/dev/null"]
    try:
        pytest.main([*options, (tree / task["test"]).as_posix()], [plugin])
    finally:
        under_test.close()
    tests = tuple(map(_result, plugin.recorder.records.values()))
    return TaskResult(task["id"], task["key"], task[f"title_{lang}"], task["points"], tests)


def _result(record: Mapping[str, Any]) -> TestResult:
    verdict = Verdict(record["verdict"])
    cause = cause_from(record["cause"])
    return TestResult(record["task"], record["name"], verdict, record["seconds"], cause)


def told(results: Results, lang: str) -> str:
    """The text of the terminal, without colours."""
    screen = io.StringIO()
    console = Console(file=screen, width=WIDTH, color_system=None, highlight=False, _environ={})
    console.print(render_results(results, ResultsView(FailureView(lang))))
    return screen.getvalue()
