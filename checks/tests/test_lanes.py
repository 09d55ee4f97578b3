"""Two processes share the tests of a run: together they judge each of them, as one would."""

import json
import subprocess
from pathlib import Path

import pytest

from checks.course import load_course
from checks.harness.lanes import lane_of
from checks.records import fold
from checks.results import TaskResult, Verdict
from checks.tests.test_cli import ROOT
from checks.tests.test_selection import PYTEST, TASKS

TESTS = """
import pytest

@pytest.mark.gate
def test_gate(): pass

@pytest.mark.parametrize("number", range(5))
def test_one(number): assert number != 3
"""
SHUT = TESTS.replace("test_gate(): pass", "test_gate(): assert 1 == 2").replace("!= 3", "< 9")
LATE_GATE = """
import pytest

@pytest.mark.parametrize("number", range(5))
def test_one(number): pass

@pytest.mark.gate
def test_gate(): assert 1 == 2

def test_after(): pass
"""
DEAR = """
import pytest

pytestmark = pytest.mark.whole

def test_one(): pass
def test_two(): pass
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "exercises/test_1_2_statistics.py"
    made.parent.mkdir()
    made.write_text(TESTS)
    return made


def lane(file: Path, number: int, beside: Path | None = None) -> Path:
    """Run one of two, that reads what the other has written; what it has written down."""
    results = file.parent / f"{number}.jsonl"
    words = [f"--rootdir={file.parent}", f"--results={results}", f"--lane={number}/2", str(file)]
    words += [f"--beside={beside}"] if beside else []
    subprocess.run([*PYTEST, *words], cwd=file.parent, capture_output=True, check=False)
    return results


def judged(results: Path) -> list[str]:
    lines = map(json.loads, results.read_text().splitlines())
    return [line["name"] for line in lines if "name" in line and not line.get("planned")]


def folded(*files: Path) -> TaskResult:
    return fold(TASKS, files, "", "en")[0]


def test_each_test_is_judged_by_one_of_them(file: Path) -> None:
    first, second = judged(lane(file, 1)), judged(lane(file, 2))

    assert first == ["test_gate", "test_one[0]", "test_one[1]"]
    assert second == ["test_one[2]", "test_one[3]", "test_one[4]"]


def test_together_they_give_the_verdicts_of_one(file: Path) -> None:
    task = folded(lane(file, 1), lane(file, 2))

    assert [test.name for test in task.tests if test.verdict is Verdict.PASS] == [
        "test_gate",
        *(f"test_one[{number}]" for number in (0, 1, 2, 4)),
    ]
    assert task.first_failure is not None
    assert task.first_failure.name == "test_one[3]"


def test_what_a_lost_process_has_not_judged_has_not_passed(file: Path) -> None:
    lost = file.parent / "lost.jsonl"

    task = folded(lane(file, 1), lost)

    assert task.verdict is Verdict.INFRA_ERROR
    assert task.passed == 3


def test_what_the_other_has_judged_behind_a_shut_gate_is_blocked(file: Path) -> None:
    file.write_text(SHUT)

    task = folded(lane(file, 1), lane(file, 2))

    assert [test.verdict for test in task.tests] == [Verdict.FAIL, *[Verdict.BLOCKED] * 5]
    said = {test.cause.message for test in task.tests[1:] if test.cause}
    assert said == {"blocked: test_gate has to pass first"}


def test_who_reads_that_a_gate_is_shut_asks_nothing_behind_it(file: Path) -> None:
    file.write_text(SHUT)

    second = lane(file, 2, beside=lane(file, 1))

    found = [record["verdict"] for record in map(json.loads, second.read_text().splitlines()[:-1])]
    assert found[6:] == ["blocked", "blocked", "blocked"]


def test_what_stands_before_a_gate_is_judged_whatever_the_gate_says(file: Path) -> None:
    file.write_text(LATE_GATE)
    second = lane(file, 2)

    task = folded(lane(file, 1, beside=second), second)

    words = [test.verdict for test in task.tests]
    assert words == [*[Verdict.PASS] * 5, Verdict.FAIL, Verdict.BLOCKED]


def test_a_file_that_shares_something_dear_stays_whole(file: Path) -> None:
    file.write_text(DEAR)

    assert judged(lane(file, 1)) == ["test_one", "test_two"]
    assert judged(lane(file, 2)) == []


@pytest.mark.parametrize("text", ["0/2", "3/2", "one", "1/0", "1"])
def test_a_lane_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(pytest.UsageError, match="such as 1/2"):
        lane_of(text)


def test_a_learners_run_has_two_where_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    from checks.run import order

    course = load_course(ROOT)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert order(course, course.days[0]).lanes == 2
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert order(course, course.days[0]).lanes == 1
