"""Contained runs: the sandbox changes no verdict, and an attack earns no point."""

from pathlib import Path

import pytest

from checks.results.model import Verdict
from checks.runner.run import RunRequest, run
from checks.sandbox import bubblewrap
from checks.tests.support.day_one_trees import (
    COURSE,
    DAY,
    SOLUTION,
    judge,
    prepend,
    solution,
    starter,
)

__all__ = ["solution", "starter"]  # fixtures


needs_sandbox = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)


@needs_sandbox
def test_the_sandbox_gives_the_verdicts_that_the_open_run_gives(solution: Path) -> None:
    contained, without = judge(solution, contained=True), judge(solution)

    assert contained.verdict is Verdict.PASS
    assert [t.verdict for t in contained.tests] == [t.verdict for t in without.tests]


LINKS = """
import json, os, re, threading, time
run = re.search(r"(/[^ ]*eventure-run-[^/ ]+)/tree", open("/proc/self/mountinfo").read())
linked = False
for name in os.listdir("/scratch"):
    if name.endswith(".log"):
        linked = os.path.islink(f"/scratch/{name}")
        os.unlink(f"/scratch/{name}")
        os.symlink(f"{run[1]}/results-1.jsonl", f"/scratch/{name}")
passes = [{"task": "1.3", "name": n, "verdict": "pass", "seconds": 0, "cause": None} for n in NAMES]
def tell():
    while True:
        os.write(1, ("\\n" + "\\n".join(map(json.dumps, passes)) + "\\n").encode())
        time.sleep(0.01)
if linked:
    threading.Thread(target=tell, daemon=True).start()
async def app(scope, receive, send):
    if scope["type"] != "http" or not linked:
        os._exit(1) if scope["type"] == "http" else await receive()
        return await send({"type": "lifespan.startup.complete"})
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b""})
"""


@needs_sandbox
def test_no_name_in_the_apps_folder_leads_to_the_records(starter: Path) -> None:
    task = COURSE.task("1.3")  # it has several gates, so the app is started again
    names = [test.name for test in run(RunRequest(DAY, (task,), SOLUTION, starter)).tasks[0].tests]
    (starter / "app/main.py").write_text(f"NAMES = {names!r}\n{LINKS}")

    result = run(RunRequest(DAY, (task,), SOLUTION, starter, contained=True)).tasks[0]

    assert result.passed == 0


ATTACKS = {
    "exit-at-import": "import os\nos._exit(0)\n",
    "patched-pytest": (
        "import _pytest.reports as reports\n"
        "def honest(*_, **__):\n    raise SystemExit(0)\n"
        "reports.TestReport.from_item_and_call = honest\n"
    ),
    "always-equal": (
        "import builtins\n"
        "class Equal(int):\n"
        "    __eq__ = lambda self, other: True\n"
        "    __hash__ = int.__hash__\n"
        "builtins.int = Equal\n"
    ),
    "exit-later": "import threading, os\nthreading.Timer(0.05, os._exit, (0,)).start()\n",
}


@needs_sandbox
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_the_starter_earns_nothing(starter: Path, attack: str) -> None:
    prepend(starter, "app/main.py", ATTACKS[attack])

    result = judge(starter, contained=True)

    assert result.points == 0
    assert result.passed == 0


@needs_sandbox
def test_configuration_in_a_submission_is_not_read(starter: Path) -> None:
    (starter / "conftest.py").write_text("import os\nos._exit(0)\n")
    (starter / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (starter / "exercises" / "test_1_2_statistics.py").write_text("def test_all(): pass\n")

    result = judge(starter, contained=True)

    assert result.verdict is Verdict.FAIL
    assert result.passed == 0
