"""With workers or without: the same gradebook, byte for byte; no cell is lost or graded twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade.cell_events import CellEvent, Finished, Lost, Started
from checks.grade.scale_out.marks import worker_in
from checks.results.model import Verdict
from checks.runner.run import Cancelled
from checks.tests.grade.cohorts import Judge, gradebook_bytes, grading, hand_in, no_progress, rows
from checks.tests.grade.scale_out.workers import (
    TIMING,
    Clock,
    ListQueue,
    dispatch,
    make_worker,
    store_in,
)

TEXTS = {"ann": "pass", "bob": "wrong", "carl": "wrong", "dora": "hang", "eve": "crash"}
VERDICTS = {"hang": Verdict.TIMEOUT, "crash": Verdict.ERROR}


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        hand_in(tmp_path / "s", name, text)
    return tmp_path / "s"


@pytest.fixture
def alone(cohort: Path, tmp_path: Path) -> tuple[bytes, bytes]:
    """The gradebook of one command without workers."""
    grading(tmp_path / "alone", Judge(VERDICTS)).grade(rows(cohort), 1, no_progress)
    return gradebook_bytes(tmp_path / "alone", cohort)


class Cohort:
    """A grader in `out`, and a queue that a test's workers empty."""

    def __init__(self, tmp_path: Path, cohort: Path) -> None:
        self.out, self.folder, self.cohort = tmp_path / "out", tmp_path / "shared", cohort
        self.queue, self.clock, self.judge = ListQueue(), Clock(), Judge(VERDICTS)
        self.told: list[CellEvent] = []
        self.workers = [make_worker(self.folder, self.judge, name) for name in ("one", "two")]
        self.between: Callable[[], None] = lambda: self.queue.work(*self.workers)

    def pass_time(self) -> None:
        """What happens between two looks; a test replaces it, also while the grader waits."""
        self.between()

    def grade(self, again: tuple[str, ...] = ()) -> None:
        grader = dispatch(self.out, self.folder, self.queue, self.pass_time, self.clock, again)
        grader.grade(rows(self.cohort), self.told.append)

    @property
    def keys(self) -> list[str]:
        return [key for row in rows(self.cohort) for key in [row.cells["day1-architecture"].key]]


@pytest.fixture
def graded(tmp_path: Path, cohort: Path) -> Cohort:
    return Cohort(tmp_path, cohort)


def test_two_workers_and_none_give_the_same_gradebook(
    graded: Cohort, alone: tuple[bytes, bytes]
) -> None:
    graded.grade()

    assert gradebook_bytes(graded.out, graded.cohort) == alone
    assert graded.queue.sent == 4, "the same work of two people is sent once"
    assert sum(isinstance(event, Finished) for event in graded.told) == 4


def test_doubled_messages_in_any_order_change_nothing(
    graded: Cohort, alone: tuple[bytes, bytes]
) -> None:
    def doubled() -> None:
        graded.queue.messages += graded.queue.messages[::-1]
        graded.queue.work(*graded.workers)

    graded.between = doubled
    graded.grade()

    assert gradebook_bytes(graded.out, graded.cohort) == alone
    assert sorted(set(graded.judge.judged)) == ["crash", "hang", "pass", "wrong"]
    assert [graded.judge.judged.count(text) for text in ("crash", "pass", "wrong")] == [1, 1, 1]


class TestLost:
    def test_the_cell_of_a_killed_worker_is_sent_again(
        self, graded: Cohort, alone: tuple[bytes, bytes]
    ) -> None:
        def kill_one_worker() -> None:
            lost = graded.queue.messages.pop(0)
            mark = '{"worker": "one", "beat": 0}'
            store_in(graded.folder).put_mark(str(lost["key"]), "0-killed", mark)
            graded.queue.work(graded.workers[1])
            graded.between = time_passes

        def time_passes() -> None:
            graded.clock.now += TIMING.dead / 2
            graded.queue.work(graded.workers[1])

        graded.between = kill_one_worker
        graded.grade()

        assert gradebook_bytes(graded.out, graded.cohort) == alone
        assert graded.queue.sent == 5
        assert [type(event) for event in graded.told if not isinstance(event, Finished)][1:] == [
            Started,
            Lost,
        ]

    def test_cells_that_the_broker_has_lost_are_sent_again(
        self, graded: Cohort, alone: tuple[bytes, bytes]
    ) -> None:
        def restart_the_broker() -> None:
            graded.queue.messages.clear()
            graded.between = time_passes

        def time_passes() -> None:
            graded.clock.now += TIMING.dead / 2
            graded.queue.work(*graded.workers)

        graded.between = restart_the_broker
        graded.grade()

        assert gradebook_bytes(graded.out, graded.cohort) == alone
        assert graded.queue.sent == 8

    def test_nothing_is_sent_again_while_the_queue_still_has_it(self, graded: Cohort) -> None:
        looks = iter(range(10))

        def be_slow() -> None:
            graded.clock.now += 10 * TIMING.dead
            if next(looks) == 5:
                graded.queue.work(*graded.workers)

        graded.between = be_slow
        graded.grade()

        assert graded.queue.sent == 4

    def test_a_cell_that_kills_each_of_its_workers_ends_as_one_to_look_at(
        self, graded: Cohort
    ) -> None:
        deadly, store = graded.keys[0], store_in(graded.folder)

        def work() -> None:
            graded.clock.now += TIMING.dead / 2
            for message in graded.queue.messages[:]:
                died = len(store.marks(str(message["key"])))
                if message["key"] == deadly and died < 3:
                    graded.queue.messages.remove(message)
                    store.put_mark(deadly, f"0-{died}", "{}")
            graded.queue.work(*graded.workers)

        graded.between = work
        graded.grade()

        book, _ = gradebook_bytes(graded.out, graded.cohort)
        assert "3 workers died while they graded it" in book.decode()
        assert "pass" not in graded.judge.judged


class TestStopped:
    def test_what_workers_have_done_meanwhile_is_taken_without_a_message(
        self, graded: Cohort, alone: tuple[bytes, bytes]
    ) -> None:
        def stop() -> None:
            raise Cancelled

        graded.between = stop
        with pytest.raises(Cancelled):
            graded.grade()
        graded.queue.work(*graded.workers)
        sent = graded.queue.sent
        graded.grade()

        assert graded.queue.sent == sent
        assert gradebook_bytes(graded.out, graded.cohort) == alone

    def test_what_is_not_final_is_asked_again(self, graded: Cohort) -> None:
        graded.judge.verdicts["pass"] = Verdict.INFRA_ERROR
        graded.grade()
        graded.judge.verdicts["pass"] = Verdict.PASS
        graded.grade()

        book, _ = gradebook_bytes(graded.out, graded.cohort)
        assert "the checker itself failed" not in book.decode()
        assert graded.queue.sent == 5

    def test_a_row_that_is_asked_for_again_is_graded_again(self, graded: Cohort) -> None:
        graded.grade()
        graded.judge.judged.clear()

        graded.grade(again=("ann",))

        assert graded.judge.judged == ["pass"]


def test_a_result_that_is_not_believed_is_a_row_to_look_at(graded: Cohort) -> None:
    def forge() -> None:
        store_in(graded.folder).put_result(graded.keys[0], b'{"day": {"points": 100}}')
        graded.queue.work(*graded.workers)

    graded.between = forge
    graded.grade()

    book, _ = gradebook_bytes(graded.out, graded.cohort)
    assert "a worker's result is not believed: it has not the form of a result" in book.decode()


def test_a_submission_that_changes_under_way_is_named(graded: Cohort) -> None:
    before = rows(graded.cohort)
    hand_in(graded.cohort, "ann", "changed")
    grader = dispatch(graded.out, graded.folder, graded.queue, graded.between)

    with pytest.raises(CourseError, match="ann has changed while it was being graded"):
        grader.grade(before, no_progress)


@pytest.mark.parametrize("content", ["", "{}", "5", "[]", "{"])
def test_a_mark_that_names_no_worker_is_read_all_the_same(content: str) -> None:
    assert worker_in(content) == ""
