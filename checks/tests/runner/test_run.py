"""The border and the verdicts: real runs of day 1's own tests on mended and broken trees."""

import json
import shutil
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.results.model import TaskResult, Verdict
from checks.results.records import merge_records
from checks.runner.run import RunRequest, run
from checks.sandbox import bubblewrap

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT, tree="solutions")
DAY = COURSE.day("1")
TASK = COURSE.task("1.2")
SOLUTION = ROOT / "solutions" / DAY.folder

needs_sandbox = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A copy of the morning's tree, free to be broken."""
    return _copy(ROOT / "days" / DAY.folder, tmp_path)


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    """A copy of the finished tree, free to be broken."""
    return _copy(SOLUTION, tmp_path)


def _copy(source: Path, tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(source, tmp_path / "tree", ignore=ignored))


def judge(tree: Path, *, contained: bool = False) -> TaskResult:
    return run(RunRequest(DAY, (TASK,), SOLUTION, tree, contained)).tasks[0]


def prepend(tree: Path, path: str, text: str) -> None:
    file = tree / path
    file.write_text(text + file.read_text())


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


def test_an_app_that_does_not_import_says_why_once(solution: Path) -> None:
    prepend(solution, "app/main.py", "import no_such_module\n")

    first, *rest = judge(solution).tests

    assert first.verdict is Verdict.ERROR
    assert first.cause is not None
    assert "No module named 'no_such_module'" in first.cause.message
    assert all(t.verdict in (Verdict.ERROR, Verdict.BLOCKED) for t in rest)
    assert not any("no_such_module" in (t.cause.message if t.cause else "") for t in rest)


def test_a_hang_ends_with_the_frame_that_hung(
    solution: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_REQUEST_SECONDS", "2")
    file = solution / "app/crud/task.py"
    spin = '"""Every status, in one query; the ones that no task has count 0."""'
    assert spin in file.read_text()
    file.write_text(file.read_text().replace(spin, f"{spin}\n    while True:\n        pass\n"))

    first = judge(solution).tests[0]

    assert first.verdict is Verdict.TIMEOUT
    assert first.cause is not None
    assert "app/crud/task.py" in first.cause.message
    assert "count_by_status" in first.cause.message


def test_a_failure_tells_request_response_statements_and_line(solution: Path) -> None:
    file = solution / "app/crud/task.py"
    good, bad = (f"Task.event_id == {x})\n        .group_by" for x in ("event_id", "1 / 0"))
    file.write_text(file.read_text().replace(good, bad))

    cause = judge(solution).tests[0].cause

    assert cause is not None
    assert cause.exchange is not None
    assert cause.exchange.path.endswith("/statistics")
    assert cause.exchange.status == 500
    assert "app/crud/task.py" in cause.frame
    assert any("FROM events" in statement for statement in cause.statements)


def test_a_planned_test_without_a_verdict_is_no_pass_and_no_fail(tmp_path: Path) -> None:
    planned = {"task": "1.2", "name": "TestX::test_y", "verdict": "not_run", "planned": True}
    written = tmp_path / "results.jsonl"
    written.write_text(json.dumps({**planned, "seconds": 0.0, "cause": None}) + "\n{cut o")

    (task,) = merge_records([TASK], [written], "", "en")

    assert [test.verdict for test in task.tests] == [Verdict.INFRA_ERROR]


def test_tests_behind_a_shut_gate_are_blocked(starter: Path) -> None:
    result = judge(starter)

    assert result.tests[0].verdict is Verdict.FAIL
    assert {t.verdict for t in result.tests} <= {Verdict.FAIL, Verdict.BLOCKED}
    assert any(t.verdict is Verdict.BLOCKED for t in result.tests)


def test_a_migration_that_breaks_is_told_and_every_test_has_a_verdict(solution: Path) -> None:
    first = min((solution / "migrations" / "versions").glob("0*.py")).relative_to(solution)
    prepend(solution, first.as_posix(), "raise RuntimeError('no table today')\n")

    results = run(RunRequest(DAY, (TASK,), SOLUTION, solution))

    assert results.notes == (), "the test process itself ends as it should"
    tests = results.tasks[0].tests
    assert {test.verdict for test in tests} == {Verdict.ERROR, Verdict.BLOCKED}
    assert tests[0].cause is not None
    assert "`alembic upgrade head` failed: RuntimeError: no table today" in tests[0].cause.message
