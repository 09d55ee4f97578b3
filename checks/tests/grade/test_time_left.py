"""The time left is said from measured cells, and as unknown until enough of them are done."""

import pytest

from checks.grade.cell_events import CellName, Finished, Planned, Postponed, Started
from checks.grade.time_left import CohortState

CELLS = [
    CellName(f"{name}-{day}", name, day)
    for name in ("ann", "bob", "carl", "dora")
    for day in ("day1", "day2")
]
SECONDS = {"day1": 10.0, "day2": 40.0}


def planned() -> CohortState:
    return CohortState().after(Planned(tuple(CELLS)), 0.0)


def graded(state: CohortState, cells: list[CellName], now: float) -> tuple[CohortState, float]:
    """The state after these cells, one after the other."""
    for cell in cells:
        state = state.after(Started(cell), now)
        now += SECONDS[cell.day]
        state = state.after(Finished(cell, SECONDS[cell.day], 1, 2), now)
    return state, now


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_it_is_unknown_until_two_cells_of_each_day_to_come_are_done(done: int) -> None:
    state, now = graded(planned(), CELLS[:done], 0.0)

    assert state.seconds_left(now) is None


def test_each_day_has_its_own_mean() -> None:
    state, now = graded(planned(), CELLS[:5], 0.0)

    assert (state.done, state.total) == (5, 8)
    assert state.seconds_left(now) == pytest.approx(40 + 10 + 40)


def test_two_at_a_time_need_half_as_long() -> None:
    state, now = planned(), 0.0
    for first, second in (CELLS[0:2], CELLS[2:4]):
        for cell in (first, second):
            state = state.after(Started(cell), now)
        now += 40
        for cell in (first, second):
            state = state.after(Finished(cell, 40.0, 1, 2), now)

    assert state.seconds_left(now) == pytest.approx(4 * 40 / 2)


def test_what_a_running_cell_has_done_is_no_longer_left() -> None:
    state, now = graded(planned(), CELLS[:7], 0.0)
    state = state.after(Started(CELLS[7]), now)

    assert state.seconds_left(now + 30) == pytest.approx(10)
    assert state.seconds_left(now + 300) == 0


def test_a_cell_in_doubt_is_not_done_and_no_longer_running() -> None:
    state = planned().after(Started(CELLS[0]), 0.0).after(Postponed(CELLS[0], 5.0), 5.0)

    assert (state.done, dict(state.running), state.busy) == (0, {}, 5.0)


def test_a_day_that_is_over_needs_no_measure() -> None:
    cells = [CellName("a", "ann", "day1"), *(cell for cell in CELLS if cell.day == "day2")]
    state, now = graded(CohortState().after(Planned(tuple(cells)), 0.0), cells[:3], 0.0)

    assert state.seconds_left(now) == pytest.approx(80)


def test_what_an_earlier_run_has_left_is_done_and_no_measure() -> None:
    state = planned()
    for cell in CELLS[:2]:
        state = state.after(Finished(cell, 7000.0, 1, 2, is_measured=False), 0.0)
    unknown = state.seconds_left(0.0)
    state, now = graded(state, CELLS[2:6], 0.0)

    assert (state.done, unknown) == (6, None)
    assert state.seconds_left(now) == pytest.approx(10 + 40)


def test_the_longest_running_cell_is_waited_for_though_there_is_less_work_a_worker() -> None:
    state, now = graded(planned(), CELLS[:4], 0.0)
    state = state.after(Started(CELLS[5]), now - 90)
    for cell in (CELLS[4], CELLS[6], CELLS[7]):
        state = state.after(Started(cell), now)

    # 57 seconds of work for two at a time, but a cell of day 2 has 39 of its 40 still to go
    assert state.seconds_left(now + 1) == pytest.approx(39)


def test_a_cell_that_takes_longer_than_its_mean_takes_no_work_from_the_others() -> None:
    state, now = graded(planned(), CELLS[:6], 0.0)
    state = state.after(Started(CELLS[6]), now)

    # of day 1: 10 seconds on average, 1000 so far; the 40 of day 2 are still to come
    assert state.seconds_left(now + 1000) == pytest.approx(40)
