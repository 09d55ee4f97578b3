"""The report of a failure that pytest prints: the learner's own frames, not the libraries'."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks.harness.app.border import Border
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.process import learner_lines
from checks.harness.reporting.evidence import EVIDENCE, Evidence
from checks.harness.reporting.failure_report import format_failure
from checks.results.model import Cause, Verdict

BORDER = Border(Path("/work/day1"), Path("/scratch"))
LIBRARY = """\
  File "/venv/site-packages/starlette/concurrency.py", line 34, in run_in_threadpool
    return await anyio.to_thread.run_sync(func)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"""
OWN = """\
  File "/work/day1/app/services/event.py", line 73, in statistics
    {}["missing"]
    ~~^^^^^^^^^^^"""
LOG = f"""\
what a handler printed
ERROR:    Exception in ASGI application
Traceback (most recent call last):
{LIBRARY}
{OWN}
{LIBRARY}
KeyError: 'missing'"""
SHOWN = [
    "what a handler printed",
    "ERROR:    Exception in ASGI application",
    "Traceback (most recent call last):",
    '  File "app/services/event.py", line 73, in statistics',
    '    {}["missing"]',
    "    ~~^^^^^^^^^^^",
    "KeyError: 'missing'",
]


def test_the_frames_of_libraries_are_left_out() -> None:
    assert learner_lines(LOG, BORDER.tree) == SHOWN


def test_in_the_sandbox_the_tree_has_another_name() -> None:
    assert learner_lines(LOG.replace("/work/day1/", "/submission/"), BORDER.tree) == SHOWN


def test_the_bars_of_an_exception_group_stay() -> None:
    def barred(lines: list[str]) -> list[str]:
        return [f"  | {line}" for line in lines]

    assert learner_lines("\n".join(barred(LOG.splitlines())), BORDER.tree) == barred(SHOWN)


@pytest.mark.parametrize(("verbosity", "libraries"), [(0, False), (1, True)])
def test_with_v_every_line_of_the_log_is_told(verbosity: int, libraries: bool) -> None:
    evidence = Evidence(cast(AppEnvironment, SimpleNamespace(tree=BORDER.tree)), app_log=LOG)
    config = SimpleNamespace(get_verbosity=lambda: verbosity)
    item: Any = SimpleNamespace(
        stash={EVIDENCE: evidence}, config=config, location=("t.py", 4, "t")
    )

    report = format_failure(Cause("GET /x: 200", log=LOG), Verdict.FAIL, item)

    assert "KeyError: 'missing'" in report
    assert ("site-packages" in report) is libraries
