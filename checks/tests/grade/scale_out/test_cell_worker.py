"""A worker grades nothing twice, nothing of another version, and no cell that workers die of."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.grade.cell_run import CPU_SECONDS, cell_of, unjudged
from checks.grade.key import KeyContext
from checks.grade.scale_out.cell_message import REFUSALS, BadMessage, CellMessage, refused_once_more
from checks.grade.scale_out.cell_result import CellResult, read_result
from checks.grade.scale_out.cell_worker import DEADLY, LeaveToOthers, OtherStore
from checks.grade.submission_files import learner_files
from checks.results.model import Verdict
from checks.runner.run import Cancelled
from checks.tests.grade.cohorts import CONTEXT, DAY, Judge, hand_in, rows
from checks.tests.grade.scale_out.workers import make_worker, store_in


@pytest.fixture
def message(tmp_path: Path) -> CellMessage:
    """The message of a cell whose files lie in the store."""
    return sent(tmp_path, "pass")


def sent(folder: Path, text: str) -> CellMessage:
    hand_in(folder / "s", "ann", text)
    (row,) = rows(folder / "s")
    parts = row.cells[DAY.folder]
    store_in(folder).put_submission(parts.learner, learner_files(row.submission, DAY))
    return CellMessage(parts.key, parts.learner, DAY.folder, CPU_SECONDS)


def cell_in(folder: Path, message: CellMessage) -> Any:
    """The tests of the cell that is in the store."""
    data = store_in(folder).result(message.key)
    assert data is not None
    result = read_result(data, message.key, DAY, contained=True)
    return [test for task in result.cell.day["tasks"] for test in task["tests"]]


def test_a_cell_is_graded_and_its_result_kept(tmp_path: Path, message: CellMessage) -> None:
    line = make_worker(tmp_path, Judge()).handle(message.document)

    assert ": graded, " in line
    assert {test["verdict"] for test in cell_in(tmp_path, message)} == {"pass"}
    assert store_in(tmp_path).marks(message.key) == []


def test_a_doubled_message_grades_nothing_twice(tmp_path: Path, message: CellMessage) -> None:
    judge = Judge()
    for name in ("one", "two"):
        make_worker(tmp_path, judge, name).handle(message.document)

    assert judge.judged == ["pass"]


def test_while_another_worker_lives_its_cell_is_left_to_it(
    tmp_path: Path, message: CellMessage
) -> None:
    store, judge = store_in(tmp_path), Judge()
    store.put_mark(message.key, "0-other", "0")
    worker = make_worker(tmp_path, judge)
    beats = iter(range(1, 1000))
    object.__setattr__(
        worker, "_wait", lambda _: store.put_mark(message.key, "0-other", str(next(beats)))
    )

    line = worker.handle(message.document)

    assert line.endswith("another worker grades it")
    assert judge.judged == []
    assert store.marks(message.key) == ["0-other"]


def test_the_first_of_two_results_counts(tmp_path: Path, message: CellMessage) -> None:
    results = unjudged(DAY, "the first one's", contained=True)
    first = CellResult(cell_of(message.key, results), 1.0)
    second = Judge()
    second.before_verdict = lambda text: store_in(tmp_path).put_result(message.key, first.data)

    line = make_worker(tmp_path, second, "two").handle(message.document)

    assert "another worker was first" in line
    assert {test["verdict"] for test in cell_in(tmp_path, message)} == {"infra_error"}


@pytest.mark.parametrize("died", range(DEADLY + 1))
def test_a_cell_that_workers_die_of_ends_as_one_to_look_at(
    tmp_path: Path, message: CellMessage, died: int
) -> None:
    judge, names = Judge(), tuple(f"0-{number}" for number in range(died))
    for name in names:
        store_in(tmp_path).put_mark(message.key, name, "0")

    make_worker(tmp_path, judge).handle(replace(message, dead=names).document)

    verdicts = {test["verdict"] for test in cell_in(tmp_path, message)}
    assert judge.judged == (["pass"] if died < DEADLY else [])
    assert verdicts == ({"pass"} if died < DEADLY else {"infra_error"})


def test_the_reason_of_a_deadly_cell_is_said(tmp_path: Path, message: CellMessage) -> None:
    for number in range(DEADLY):
        store_in(tmp_path).put_mark(message.key, f"0-{number}", "0")

    make_worker(tmp_path, Judge()).handle(message.document)

    (reason,) = {test["cause"]["message"] for test in cell_in(tmp_path, message)}
    assert reason == "3 workers died while they graded it; look at what it does"


class TestVersion:
    @pytest.mark.parametrize("part", ["checker", "lock", "policy", "tests"])
    def test_a_worker_whose_course_has_changed_leaves_the_cell_to_others(
        self, tmp_path: Path, message: CellMessage, part: str
    ) -> None:
        judge, value = Judge(), {DAY.number: "new"} if part == "tests" else "new"
        now = [CONTEXT]
        worker = make_worker(tmp_path, judge, context=lambda seconds: now[0])
        now[0] = replace(CONTEXT, **{part: value})  # type: ignore[arg-type]  # one of two kinds

        with pytest.raises(LeaveToOthers, match=r"has changed since .*; start it again"):
            worker.handle(message.document)

        assert judge.judged == []
        assert store_in(tmp_path).result(message.key) is None

    def test_a_worker_with_another_store_leaves_the_cell_to_others(
        self, tmp_path: Path, message: CellMessage
    ) -> None:
        worker = make_worker(tmp_path / "elsewhere", Judge())

        with pytest.raises(OtherStore, match=r"lacks the files of a cell; give this worker"):
            worker.handle(message.document)

    def test_a_course_that_cannot_be_read_has_changed(
        self, tmp_path: Path, message: CellMessage
    ) -> None:
        worker = make_worker(tmp_path, Judge())

        def pulled_just_now(seconds: float) -> KeyContext:
            raise FileNotFoundError(2, "No such file or directory", "day.toml")

        with pytest.raises(LeaveToOthers, match=r"has changed since .*; start it again"):
            replace(worker, context=pulled_just_now).handle(message.document)

    def test_a_course_that_has_changed_during_the_run_gives_no_result(
        self, tmp_path: Path, message: CellMessage
    ) -> None:
        judge, now = Judge(), [CONTEXT]
        worker = make_worker(tmp_path, judge, context=lambda seconds: now[0])
        judge.before_verdict = lambda text: now.__setitem__(0, replace(CONTEXT, checker="pulled"))

        with pytest.raises(LeaveToOthers, match=r"has changed since .*; start it again"):
            worker.handle(message.document)

        assert judge.judged == ["pass"]
        assert store_in(tmp_path).result(message.key) is None
        assert store_in(tmp_path).marks(message.key) == []

    def test_another_cpu_time_is_another_question(
        self, tmp_path: Path, message: CellMessage
    ) -> None:
        def context(seconds: float) -> KeyContext:
            return CONTEXT if seconds == CPU_SECONDS else replace(CONTEXT, policy="other")

        judge = Judge()
        make_worker(tmp_path, judge, context=context).handle(
            replace(message, cpu_seconds=20.0).document
        )

        assert judge.judged == []
        assert {test["verdict"] for test in cell_in(tmp_path, message)} == {"infra_error"}


class TestDoubt:
    @pytest.mark.parametrize("verdict", [Verdict.TIMEOUT, Verdict.INFRA_ERROR])
    def test_a_cell_in_doubt_is_graded_once_more_alone(
        self, tmp_path: Path, verdict: Verdict
    ) -> None:
        message, judge = sent(tmp_path, "slow"), Judge({"slow": Verdict.PASS}, {"slow": verdict})

        make_worker(tmp_path, judge).handle(message.document)

        assert judge.alone == ["slow"]
        assert {test["verdict"] for test in cell_in(tmp_path, message)} == {"pass"}


def test_a_worker_that_is_ended_leaves_no_result_and_no_mark(
    tmp_path: Path, message: CellMessage
) -> None:
    worker = make_worker(tmp_path, Judge())
    worker.runs.cancelled.set()

    with pytest.raises(Cancelled):
        worker.handle(message.document)

    assert store_in(tmp_path).result(message.key) is None
    assert store_in(tmp_path).marks(message.key) == []


BAD: dict[str, dict[str, object]] = {
    "no day": {"day": None},
    "a path for a key": {"key": "../../etc/passwd"},
    "a path for the files": {"learner": "../x"},
    "a path for a mark": {"dead": ["../../x"]},
    "no time": {"cpu_seconds": 0.0},
    "endless time": {"cpu_seconds": float("inf")},
    "a time that is no number": {"cpu_seconds": float("nan")},
    "more time than a broker waits for": {"cpu_seconds": 3601.0},
    "a day that the course does not have": {"day": "day9-nothing"},
    "a path for a sender": {"sender": "../../x"},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_message_that_names_no_cell_is_refused(
    tmp_path: Path, message: CellMessage, bad: dict[str, object]
) -> None:
    with pytest.raises(BadMessage):
        make_worker(tmp_path, Judge()).handle({**message.document, **bad})


@pytest.mark.parametrize("document", ["grade this", None, [], {}, 5])
def test_a_document_of_another_form_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(BadMessage):
        make_worker(tmp_path, Judge()).handle(document)


class TestGone:
    def test_a_cell_whose_files_are_gone_ends_as_one_to_look_at(
        self, tmp_path: Path, message: CellMessage
    ) -> None:
        store, judge = store_in(tmp_path), Judge()
        store.put_sender("5" * 32)
        (tmp_path / "store" / "submissions" / f"{message.learner}.zip").unlink()

        line = make_worker(tmp_path, judge).handle(replace(message, sender="5" * 32).document)

        (reason,) = {test["cause"]["message"] for test in cell_in(tmp_path, message)}
        assert reason == "its files are gone from the store; run `checks grade` again"
        assert line.endswith(reason)
        assert {test["verdict"] for test in cell_in(tmp_path, message)} == {"infra_error"}

    def test_a_message_that_no_store_has_the_files_of_is_handed_on_a_few_times_only(
        self, message: CellMessage
    ) -> None:
        documents: list[object] = [message.document]
        for document in documents:
            documents += refused_once_more(document)

        assert len(documents) == REFUSALS


def test_a_failure_of_the_checker_is_a_row_to_look_at_and_no_endless_message(
    tmp_path: Path, message: CellMessage
) -> None:
    judge, nothing = Judge(), dict[str, None]()
    judge.before_verdict = lambda text: nothing["no such key"]

    make_worker(tmp_path, judge).handle(message.document)

    (reason,) = {test["cause"]["message"] for test in cell_in(tmp_path, message)}
    assert reason == "the checker failed: KeyError: 'no such key'"
