"""The last lines of a pytest run: a line a task, and what to do next."""

import os
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from checks.harness.reporting.record import NOT_SELECTED, Recorder
from checks.messages.errors_ru import translate_error, translate_finding
from checks.messages.messages import translate
from checks.results.model import NO_FAILURE, Verdict


def write(terminal: Any, recorder: Recorder) -> None:
    """Write the verdicts of a run by task; nothing for a run without exercises.

    The language is that of EVENTURE_LANG, as on the board: pytest has no option for it.
    """
    lang = os.environ.get("EVENTURE_LANG", "en")
    by_task: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in recorder.records.values():
        by_task[record["task"]].append(record)
    if not by_task:
        return
    terminal.section(translate("Eventure, by task", lang))
    for task, records in by_task.items():
        terminal.write_line(task_line(task, records, lang))
    terminal.write_line(_next(by_task, lang))


def _next(by_task: dict[str, list[dict[str, Any]]], lang: str) -> str:
    """The next step: a task with a failure comes first, then one of which only a part ran."""
    failed = next((task for task, records in by_task.items() if _failures(records)), None)
    partial = next((task for task, records in by_task.items() if not _all_passed(records)), None)
    if failed:
        return translate("next: task {task}; `checks hint {task}` asks a question", lang).format(
            task=failed
        )
    if partial:
        sentence = "only a part ran, which says nothing of the whole; next: `checks run {task}`"
        return translate(sentence, lang).format(task=partial)
    return translate("next: all of it passes; commit, and look at `checks`", lang)


def task_line(task: str, records: list[dict[str, Any]], lang: str = "en") -> str:
    """`1.2  fail  0/9  GET …: 200`: a task's verdict and its first failure, in one line.

    `1.2  in part  3/16` when only a part ran, without a failure: the task has not passed.
    """
    passed = sum(record["verdict"] == Verdict.PASS for record in records)
    failure = next(iter(_failures(records)), None)
    skipped = next((r for r in records if r["verdict"] == Verdict.SKIPPED), None)
    shown = failure or skipped
    message = shown["cause"]["message"].splitlines()[0] if shown and shown["cause"] else ""
    is_own = shown is not None and shown["verdict"] == Verdict.FAIL
    reason = (translate_finding if is_own else translate_error)(message, lang)
    status = failure["verdict"] if failure else _status(records, passed)
    return f"{task:<5} {translate(status, lang):<8} {passed}/{len(records)}  {reason}".rstrip()


def _status(records: Sequence[dict[str, Any]], passed: int) -> str:
    """The status of a task without a failure."""
    if any(map(_is_unselected, records)):
        return "in part"
    return Verdict.PASS if passed else Verdict.SKIPPED


def _failures(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The selected tests that did not pass."""
    return [r for r in records if r["verdict"] not in NO_FAILURE and not _is_unselected(r)]


def _is_unselected(record: dict[str, Any]) -> bool:
    cause = record.get("cause") or {}
    return bool(cause.get("message") == NOT_SELECTED)


def _all_passed(records: Sequence[dict[str, Any]]) -> bool:
    return all(record["verdict"] in NO_FAILURE for record in records)
