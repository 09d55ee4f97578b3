"""The last lines of a pytest run: a line a task, and what to do next."""

import os
from collections import defaultdict
from typing import Any

from checks.harness.record import Recorder
from checks.results import Verdict
from checks.words import say


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
    behind = next((task for task, records in by_task.items() if not _passed(records)), None)
    next_one = "next: task {task}; `checks hint {task}` asks a question"
    done = "next: all of it passes; commit, and look at `checks`"
    terminal.write_line(say(next_one if behind else done, lang).format(task=behind))


def line(task: str, records: list[dict[str, Any]], lang: str = "en") -> str:
    """`1.2  fail  0/9  GET …: 200`: the first thing that is wrong, in one line."""
    passed = sum(record["verdict"] == Verdict.PASS for record in records)
    wrong = next((r for r in records if r["verdict"] != Verdict.PASS), None)
    word = wrong["verdict"] if wrong else Verdict.PASS
    why = wrong["cause"]["message"].splitlines()[0] if wrong and wrong["cause"] else ""
    return f"{task:<5} {say(word, lang):<8} {passed}/{len(records)}  {why}".rstrip()


def _passed(records: list[dict[str, Any]]) -> bool:
    return all(record["verdict"] == Verdict.PASS for record in records)
