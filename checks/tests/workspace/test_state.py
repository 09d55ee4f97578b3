"""State: what is remembered survives damage, other processes, and a renumbered course."""

import json
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.workspace.state import State, TaskState, load_state, update_state

FILE = ".checks/state.json"


def hint(root: Path, key: str, shown: int) -> State:
    return update_state(root, lambda state: state.with_hint(key, shown))


class TestRemembering:
    def test_nothing_is_known_at_first(self, tmp_path: Path) -> None:
        assert load_state(tmp_path).task("event-statistics") == TaskState()
        assert not (tmp_path / ".checks").exists()

    def test_hints_and_verdicts_are_kept_by_key(self, tmp_path: Path) -> None:
        at = datetime(2025, 5, 1, 12, tzinfo=UTC)
        hint(tmp_path, "event-statistics", 2)
        update_state(tmp_path, lambda state: state.with_verdict("event-statistics", "pass", at))

        task = load_state(tmp_path).task("event-statistics")

        assert task == TaskState(2, "pass", "2025-05-01T12:00:00+00:00")

    def test_hints_that_were_shown_stay_shown(self, tmp_path: Path) -> None:
        hint(tmp_path, "a", 3)

        assert hint(tmp_path, "a", 1).task("a").hints == 3

    def test_two_processes_lose_nothing(self, tmp_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=_count, args=(tmp_path, key)) for key in ("a", "b")]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        state = load_state(tmp_path)
        assert (state.task("a").hints, state.task("b").hints) == (20, 20)


def _count(root: Path, key: str) -> None:
    for shown in range(1, 21):
        hint(root, key, shown)


class TestDamage:
    @pytest.mark.parametrize(
        "damage",
        [
            *("", "{", "[]", "{}", '{"version": 1}', '{"version": 1, "tasks": {"a": 1}}'),
            '{"version": 1, "tasks": {"a": {"hints": "x", "verdict": null, "at": null}}}',
            '{"version": 1, "tasks": {"a": {"hints": 3, "verdict": "best", "at": null}}}',
        ],
    )
    def test_a_damaged_state_is_taken_from_the_backup(self, tmp_path: Path, damage: str) -> None:
        hint(tmp_path, "a", 1)
        hint(tmp_path, "b", 1)
        (tmp_path / FILE).write_text(damage)

        assert load_state(tmp_path).task("a").hints == 1

    def test_a_damaged_state_never_becomes_the_backup(self, tmp_path: Path) -> None:
        hint(tmp_path, "a", 1)
        hint(tmp_path, "a", 2)
        (tmp_path / FILE).write_text("{")

        hint(tmp_path, "b", 1)

        assert json.loads((tmp_path / f"{FILE}.bak").read_text())["tasks"]["a"]["hints"] == 1
        assert load_state(tmp_path).task("b").hints == 1

    def test_when_both_are_damaged_it_is_told(self, tmp_path: Path) -> None:
        hint(tmp_path, "a", 1)
        for name in (FILE, f"{FILE}.bak"):
            (tmp_path / name).write_text("{")

        with pytest.raises(CourseError, match=r"state\.json and .*\.bak cannot be read"):
            load_state(tmp_path)

    def test_a_newer_checker_s_state_is_not_overwritten(self, tmp_path: Path) -> None:
        hint(tmp_path, "a", 1)
        (tmp_path / FILE).write_text('{"version": 2, "tasks": {}}')

        with pytest.raises(CourseError, match="newer checker"):
            hint(tmp_path, "b", 1)

        assert json.loads((tmp_path / FILE).read_text())["version"] == 2
