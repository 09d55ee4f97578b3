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
from checks.results.model import Cause, Exchange, Verdict

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


def test_in_russian_all_but_fields_requests_and_code_is_russian() -> None:
    cause = Cause(
        "GET /x was not answered within 10 s; it stands in app/a.py:3 in f",
        Exchange("GET", "/x", "{}", None, ""),
        ("SELECT 1",),
        "app/a.py:3 in f",
    )
    config = SimpleNamespace(get_verbosity=lambda: 0)
    item: Any = SimpleNamespace(stash={}, config=config, location=("t.py", 4, "t"))

    report = format_failure(cause, Verdict.TIMEOUT, item, "ru")

    assert report.splitlines() == [
        "зависло: GET /x: ответа нет за 10 с; оно стоит в app/a.py:3 in f",
        "  тест      t.py:5",
        "  запрос    GET /x",
        "            {}",
        "  ответ     нет ответа",
        "  SQL       команд: 1",
        "            SELECT 1",
        "  ваш код   app/a.py:3 in f",
    ]
