"""A deadline of the harness is a time of its clock, which stands still while the machine is paused.

Who compares times of `time.monotonic()` gives a pause of the whole grader to the learner, as a
`timeout`. So the harness asks Python's clocks only in the places that are listed here.
"""

import ast
from collections.abc import Iterator

import pytest

from checks.harness.app.border import HARNESS

CLOCKS = frozenset(
    f"{name}{unit}" for name in ("time", "monotonic", "perf_counter") for unit in ("", "_ns")
) | {"clock_gettime", "clock_gettime_ns"}
TIMESTAMP = "a time of day, which PostgreSQL's log has too; nothing waits for it"
ALLOWED = {
    "app/api.py": TIMESTAMP,
    "app/clock.py": "the clock itself",
    "app/memory_usage.py": "the age of a measurement: after a pause it is made anew",
    "fixtures/forged_tokens.py": "a time of day that a token names",
    "plugin.py": TIMESTAMP,
    "suites/fork_server.py": "the learner's side, without the checker: it leaves out pauses itself",
}


def clock_calls(source: str) -> Iterator[str]:
    """Each mention of a clock of the module `time`, whatever it is called there."""
    tree = ast.parse(source)
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {each.asname or each.name for each in node.names if each.name == "time"}
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"time.{each.name}" for each in node.names if each.name in CLOCKS | {"*"})
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id in modules and node.attr in CLOCKS)
        ):
            yield f"time.{node.attr}"


def test_no_other_module_asks_a_clock() -> None:
    sources = {path.relative_to(HARNESS).as_posix(): path for path in HARNESS.rglob("*.py")}
    asking = {name for name, path in sources.items() if [*clock_calls(path.read_text("utf-8"))]}

    assert sorted(asking - ALLOWED.keys()) == [], "use checks/harness/app/clock.py, or say why not"
    assert sorted(ALLOWED.keys() - asking) == [], "these ask no clock any more"


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("import time; time.monotonic()", ["time.monotonic"]),
        ("import time as t; end = t.time_ns() + 1", ["time.time_ns"]),
        ("import time; thread(target=time.perf_counter)", ["time.perf_counter"]),
        ("from time import monotonic as now; now()", ["time.monotonic"]),
        ("from time import *", ["time.*"]),
        ("import time; time.sleep(1); time.process_time()", []),
        ("other.time(); self.monotonic()", []),
    ],
)
def test_a_clock_is_recognised(source: str, calls: list[str]) -> None:
    assert [*clock_calls(source)] == calls
