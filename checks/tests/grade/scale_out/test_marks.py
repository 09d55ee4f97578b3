"""Who has a cell, who lives, who died of it: by changes that were seen, never by two clocks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.grade.scale_out.marks import Life, Mark, MarkWatch, Timing, deaths, marked
from checks.grade.scale_out.store import Store
from checks.tests.grade.scale_out.workers import Clock, store_in

KEY = "a" * 64
TIMING = Timing(5, 30, 2)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_in(tmp_path)


def own_mark(store: Store, name: str = "m") -> Mark:
    mark = Mark(store, KEY, "own", name)
    mark.write()
    return mark


def changing(store: Store, name: str, *, grading: bool) -> Callable[[float], None]:
    """What passes for a wait while the worker of another mark lives."""
    other = Mark(store, KEY, "other", name, is_grading=grading)
    other.write()
    return lambda _: other.write()


def test_only_what_rests_for_long_enough_is_dead(store: Store) -> None:
    waits: list[float] = []
    store.put_mark(KEY, "dead", "0")

    dead = deaths(own_mark(store), (), (), TIMING, waits.append)

    assert (dead, waits) == (1, [5] * 6)


def test_what_is_known_to_be_dead_is_not_waited_for(store: Store) -> None:
    waits: list[float] = []
    store.put_mark(KEY, "dead", "0")

    dead = deaths(own_mark(store), ("dead", "gone"), (), TIMING, waits.append)

    assert (dead, waits) == (1, [])


@pytest.mark.parametrize("name", ["0", "z"])
def test_a_cell_is_left_to_one_that_grades_it_whatever_the_names(store: Store, name: str) -> None:
    wait = changing(store, name, grading=True)

    assert deaths(own_mark(store), (), (), TIMING, wait) is None


@pytest.mark.parametrize(("name", "left"), [("0", None), ("z", 0)])
def test_of_two_that_have_not_begun_one_goes_on(store: Store, name: str, left: int | None) -> None:
    wait = changing(store, name, grading=False)

    assert deaths(own_mark(store), (), (), TIMING, wait) is left


def test_a_worker_that_comes_while_others_are_watched_is_not_dead(store: Store) -> None:
    store.put_mark(KEY, "dead", "0")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 6:
            store.put_mark(KEY, "late", "0")
        if len(waits) == 7:
            store.put_mark(KEY, "late", "1")

    assert deaths(own_mark(store), (), (), TIMING, wait) is None


def test_a_mark_that_is_being_written_is_neither_dead_nor_gone(store: Store) -> None:
    store.put_mark(KEY, "other", "")
    looks = iter(range(100))

    def wait(_: float) -> None:
        if next(looks) == 8:
            store.put_mark(KEY, "other", "1")

    assert deaths(own_mark(store), (), (), TIMING, wait) is None


def test_a_death_before_the_question_does_not_count(store: Store) -> None:
    store.put_mark(KEY, "past", "0")
    store.put_mark(KEY, "dead", "0")

    assert deaths(own_mark(store), (), ("past",), TIMING, lambda _: None) == 1


def test_a_mark_says_who_and_whether_it_is_graded_and_goes_with_its_block(store: Store) -> None:
    with marked(store, KEY, "host-1", TIMING) as mark:
        first = json.loads(store.mark(KEY, mark.name))
        mark.begin_grading()
        second = json.loads(store.mark(KEY, mark.name))

    assert (first["worker"], first["grading"], second["grading"]) == ("host-1", False, True)
    assert store.marks(KEY) == []


def test_the_name_of_a_mark_tells_no_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", pytest.fail)
    monkeypatch.setattr("time.time", pytest.fail)

    with marked(store, KEY, "host-1", TIMING) as mark:
        assert store.marks(KEY) == [mark.name]


class TestWatch:
    def test_a_mark_is_known_to_live_once_it_has_changed(self) -> None:
        clock = Clock()
        watch = MarkWatch(TIMING, clock)

        lives = [watch.life(KEY, "m", content) for content in ("0", "0", "1", "1")]

        assert lives == [Life.UNKNOWN, Life.UNKNOWN, Life.LIVING, Life.LIVING]

    def test_a_mark_is_dead_after_it_has_rested_and_lives_again_when_it_changes(self) -> None:
        clock = Clock()
        watch = MarkWatch(TIMING, clock)
        watch.life(KEY, "m", "0")
        lives = []
        for now, content in ((29.9, "0"), (30.0, "0"), (31.0, "1")):
            clock.now = now
            lives.append(watch.life(KEY, "m", content))

        assert lives == [Life.UNKNOWN, Life.DEAD, Life.LIVING]
