"""With workers or without: the same gradebook, byte for byte; no cell is graded twice."""

import json

import pytest

from checks.errors import CourseError
from checks.grade.cell_events import Finished, Lost, Started
from checks.grade.journal import Journal
from checks.grade.scale_out.marks import worker_in
from checks.results.model import Verdict
from checks.runner.run import Cancelled
from checks.tests.grade.cohorts import gradebook_bytes, hand_in, no_progress, rows
from checks.tests.grade.scale_out.queued_cohort import Cohort
from checks.tests.grade.scale_out.workers import TIMING, dispatch, store_in


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

    def test_what_was_taken_over_is_no_measure_of_this_run(self, graded: Cohort) -> None:
        def stop() -> None:
            graded.queue.work(*graded.workers)
            raise Cancelled

        graded.between = stop
        with pytest.raises(Cancelled):
            graded.grade()
        graded.grade()

        ended = [event for event in graded.told if isinstance(event, Finished)]
        assert [event.is_measured for event in ended] == [False] * 4

    def test_the_mark_of_a_worker_that_lives_stays_when_its_cell_is_asked_again(
        self, graded: Cohort
    ) -> None:
        key, store = graded.keys[0], store_in(graded.folder)
        seen: list[object] = []
        store.put_mark(key, "0-living", '{"worker": "one"}')

        def look_at_the_store() -> None:
            sent = {message["key"]: message["past"] for message in graded.queue.messages}
            seen.extend((store.marks(key), sent[key]))
            store.put_mark(key, "0-living", '{"worker": "one", "beat": 1}')
            graded.between = end_the_cell

        def end_the_cell() -> None:
            store.remove_mark(key, "0-living")
            graded.queue.work(*graded.workers)

        graded.between = look_at_the_store
        graded.grade()

        assert seen == [["0-living"], ["0-living"]]
        assert [event.by for event in graded.told if isinstance(event, Started)] == ["one"]

    def test_a_death_before_the_question_is_swept_away_and_is_no_loss(self, graded: Cohort) -> None:
        key, store = graded.keys[0], store_in(graded.folder)
        store.put_mark(key, "0-dead", "0")
        looks = iter(range(10))

        def time_passes() -> None:
            graded.clock.now += TIMING.dead
            if next(looks) == 2:
                graded.queue.work(*graded.workers)

        graded.between = time_passes
        graded.grade()

        assert store.marks(key) == []
        assert not [event for event in graded.told if isinstance(event, Started | Lost)]

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


def test_a_submission_that_changes_under_way_is_one_to_look_at(graded: Cohort) -> None:
    before = rows(graded.cohort)
    (ann,) = (row for row in before if row.submission.name == "ann")
    hand_in(graded.cohort, "ann", "changed")
    grader = dispatch(graded.out, graded.folder, graded.queue, graded.between)

    grader.grade(before, no_progress)

    (parts,) = ann.cells.values()
    cell = Journal(graded.out / "cells").read(parts.key)
    assert cell is not None
    assert "ann has changed while it was being graded" in json.dumps(cell.day)


@pytest.mark.parametrize("content", ["", "{}", "5", "[]", "{"])
def test_a_mark_that_names_no_worker_is_read_all_the_same(content: str) -> None:
    assert worker_in(content) == ""


@pytest.mark.parametrize("seconds", [0.0, 3600.5, 1e9, float("inf"), float("nan")])
def test_a_cpu_time_that_no_worker_takes_is_refused_before_anything_is_sent(
    graded: Cohort, seconds: float
) -> None:
    folder, queue = graded.folder, graded.queue
    grader = dispatch(graded.out, folder, queue, graded.between, cpu_seconds=seconds)

    with pytest.raises(CourseError, match=r"--timeout .*: it has to be from 1 to 3600 seconds"):
        grader.grade(rows(graded.cohort), no_progress)

    assert queue.sent == 0
    assert not list(folder.glob("store/*"))
