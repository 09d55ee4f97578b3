"""A cell whose worker, message or files are gone gets a result all the same, and only one."""

import shutil
from collections.abc import Mapping
from typing import Any

import pytest

from checks.grade.cell_events import Finished, Lost, Started
from checks.grade.scale_out.store import Store
from checks.tests.grade.cohorts import gradebook_bytes
from checks.tests.grade.scale_out.queued_cohort import Cohort
from checks.tests.grade.scale_out.workers import TIMING, ListQueue, store_in


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

    def test_who_died_of_a_cell_is_said_when_it_is_sent_again(self, graded: Cohort) -> None:
        dead: list[object] = []

        def kill_one_worker() -> None:
            lost = graded.queue.messages.pop(0)
            store_in(graded.folder).put_mark(str(lost["key"]), "0-killed", "{}")
            graded.queue.work(*graded.workers)
            graded.between = time_passes

        def time_passes() -> None:
            graded.clock.now += TIMING.dead
            dead.extend(message["dead"] for message in graded.queue.messages)
            graded.queue.work(*graded.workers)

        graded.between = kill_one_worker
        graded.grade()

        assert dead == [["0-killed"]]

    def test_a_cell_is_sent_again_as_soon_as_its_worker_counts_as_dead(
        self, graded: Cohort
    ) -> None:
        sent: list[int] = []

        def kill_one_worker() -> None:
            lost = graded.queue.messages.pop(0)
            store_in(graded.folder).put_mark(str(lost["key"]), "0-killed", "{}")
            graded.queue.work(*graded.workers)
            graded.between = time_passes

        def time_passes() -> None:
            graded.clock.now += 0.4 * TIMING.dead
            sent.append(graded.queue.sent)
            graded.queue.work(*graded.workers)

        graded.between = kill_one_worker
        graded.grade()

        assert sent[:4] == [4, 4, 4, 5]

    def test_a_broker_that_hands_the_message_on_at_once_is_told_like_any_other(
        self, graded: Cohort
    ) -> None:
        store = store_in(graded.folder)
        taken: list[Mapping[str, Any]] = []

        def kill_one_worker() -> None:
            taken.append(graded.queue.messages.pop(0))
            store.put_mark(str(taken[0]["key"]), "0-killed", '{"worker": "one"}')
            graded.queue.work(*graded.workers)
            graded.between = the_next_one_begins

        def the_next_one_begins() -> None:
            graded.clock.now += TIMING.dead
            store.put_mark(str(taken[0]["key"]), "1-next", '{"worker": "two"}')
            graded.between = the_next_one_ends

        def the_next_one_ends() -> None:
            store.remove_mark(str(taken[0]["key"]), "1-next")
            graded.workers[1].handle(taken[0])

        graded.between = kill_one_worker
        graded.grade()

        told = [event for event in graded.told if isinstance(event, Started | Lost)]
        assert [getattr(event, "by", "lost") for event in told] == ["one", "lost", "two"]
        assert graded.queue.sent == 4

    def test_a_cell_whose_worker_lives_is_not_sent_again_however_long_it_takes(
        self, graded: Cohort
    ) -> None:
        store, beats = store_in(graded.folder), iter(range(100))
        taken: list[Mapping[str, Any]] = []

        def be_slow() -> None:
            if not taken:
                taken.append(graded.queue.messages.pop(0))
                graded.queue.work(*graded.workers)
            graded.clock.now += 0.9 * TIMING.dead
            beat = next(beats)
            store.put_mark(str(taken[0]["key"]), "0-living", f'{{"beat": {beat}}}')
            if beat == 10:
                store.remove_mark(str(taken[0]["key"]), "0-living")
                graded.workers[0].handle(taken[0])

        graded.between = be_slow
        graded.grade()

        assert graded.queue.sent == 4
        assert not [event for event in graded.told if isinstance(event, Lost)]

    def test_a_result_that_comes_while_its_mark_is_looked_for_is_no_loss(
        self, graded: Cohort, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store, begun = store_in(graded.folder), Store.begun
        taken: list[Mapping[str, Any]] = []

        def start() -> None:
            taken.append(graded.queue.messages.pop(0))
            graded.queue.work(*graded.workers)
            store.put_mark(str(taken[0]["key"]), "0-one", "{}")
            graded.between = lambda: monkeypatch.setattr(Store, "begun", end_the_cell)

        def end_the_cell(asked: Store) -> set[str]:
            monkeypatch.setattr(Store, "begun", begun)
            store.remove_mark(str(taken[0]["key"]), "0-one")
            graded.workers[0].handle(taken[0])
            return begun(asked)

        graded.between = start
        graded.grade()

        told = [type(event) for event in graded.told if isinstance(event, Started | Lost)]
        assert told == [Started]
        assert sum(isinstance(event, Finished) for event in graded.told) == 4

    def test_a_result_that_comes_before_a_cell_is_sent_again_is_taken(
        self, graded: Cohort, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def grade_what_waits(queue: ListQueue) -> int:
            queue.work(*graded.workers)
            return 0

        def time_passes() -> None:
            graded.clock.now += TIMING.dead
            monkeypatch.setattr(ListQueue, "waiting", grade_what_waits)

        graded.between = time_passes
        graded.grade()

        assert graded.queue.sent == 4

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


def test_files_that_are_gone_from_the_store_are_put_there_again_with_the_message(
    graded: Cohort, alone: tuple[bytes, bytes]
) -> None:
    def wipe_the_store() -> None:
        shutil.rmtree(graded.folder / "store")
        graded.queue.messages.clear()
        graded.between = time_passes

    def time_passes() -> None:
        graded.clock.now += TIMING.dead
        graded.queue.work(*graded.workers)

    graded.between = wipe_the_store
    graded.grade()

    assert gradebook_bytes(graded.out, graded.cohort) == alone


def test_a_cell_whose_files_somebody_has_removed_is_a_row_to_look_at(graded: Cohort) -> None:
    def remove_one() -> None:
        learner = graded.queue.messages[0]["learner"]
        (graded.folder / "store" / "submissions" / f"{learner}.zip").unlink()
        graded.queue.work(*graded.workers)
        graded.between = lambda: None

    graded.between = remove_one
    graded.grade()

    book, _ = gradebook_bytes(graded.out, graded.cohort)
    assert "its files are gone from the store; run `checks grade` again" in book.decode()
    assert sum(isinstance(event, Finished) for event in graded.told) == 4
