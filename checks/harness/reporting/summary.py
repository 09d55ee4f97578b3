"""The last lines of a pytest run: a line a task, and what to do next."""

import os
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from checks.harness.reporting.record import LEFT_OUT, Recorder
from checks.messages.messages import say
from checks.results.model import NO_FAILURE, Verdict


def write(terminal: Any, recorder: Recorder) -> None:
    """Write the verdicts of a run by task; nothing for a run without exercises.

    In the language of EVENTURE_LANG, as the board is: pytest has no option for it.
    """
    lang = os.environ.get("EVENTURE_LANG", "en")
    by_task: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in recorder.records.values():
        by_task[record["task"]].append(record)
    if not by_task:
        return
    terminal.section(say("Eventure, by task", lang))
    for task, records in by_task.items():
        terminal.write_line(line(task, records, lang))
    terminal.write_line(_next(by_task, lang))


def _next(by_task: dict[str, list[dict[str, Any]]], lang: str) -> str:
    """A task that has something wrong comes first, then one of which only a part ran."""
    behind = next((task for task, records in by_task.items() if _wrong(records)), None)
    in_part = next((task for task, records in by_task.items() if not _passed(records)), None)
    if behind:
        return say("next: task {task}; `checks hint {task}` asks a question", lang).format(
            task=behind
        )
    if in_part:
        said = "only a part ran, which says nothing of the whole; next: `checks run {task}`"
        return say(said, lang).format(task=in_part)
    return say("next: all of it passes; commit, and look at `checks`", lang)


def line(task: str, records: list[dict[str, Any]], lang: str = "en") -> str:
    """`1.2  fail  0/9  GET …: 200`: the first thing that is wrong, in one line.

    Of a task of which a part ran, and well, `1.2  in part  3/16`: it has not passed.
    """
    passed = sum(record["verdict"] == Verdict.PASS for record in records)
    wrong = next(iter(_wrong(records)), None)
    skipped = next((r for r in records if r["verdict"] == Verdict.SKIPPED), None)
    told = wrong or skipped
    why = told["cause"]["message"].splitlines()[0] if told and told["cause"] else ""
    word = wrong["verdict"] if wrong else _word(records, passed)
    return f"{task:<5} {say(word, lang):<8} {passed}/{len(records)}  {why}".rstrip()


def _word(records: Sequence[dict[str, Any]], passed: int) -> str:
    """Of a task in which nothing is wrong."""
    if any(map(_left_out, records)):
        return "in part"
    return Verdict.PASS if passed else Verdict.SKIPPED


def _wrong(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was to run and did not pass."""
    return [r for r in records if r["verdict"] not in NO_FAILURE and not _left_out(r)]


def _left_out(record: dict[str, Any]) -> bool:
    cause = record.get("cause") or {}
    return bool(cause.get("message") == LEFT_OUT)


def _passed(records: Sequence[dict[str, Any]]) -> bool:
    return all(record["verdict"] in NO_FAILURE for record in records)
