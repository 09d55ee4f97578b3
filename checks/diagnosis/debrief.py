"""What a pass is followed by: one question about the task, and the designs that pass too.

The questions are those of docs/quiz, the designs the catalogue's alternatives. A learners' copy has
both in one sealed file, without the patches.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checks.course.course import Course, Task, Text
from checks.course.quiz import Option, Question, read_questions
from checks.course.sealed import seal, unseal
from checks.results.catalogue import CATALOGUE, cases

SEALED_DEBRIEFS = "debriefs.sealed"


@dataclass(frozen=True)
class Design:
    """An accepted design; `patch` is its difference from the reference, "" where it is sealed."""

    name: str
    title: Text
    patch: str = ""


@dataclass(frozen=True)
class Debrief:
    """The task's question, None where it has none, and the designs that pass too."""

    question: Question | None
    designs: tuple[Design, ...]


def debrief_of(course: Course, task: Task, folder: Path = CATALOGUE) -> Debrief:
    """The debrief of a task. Raises CourseError for a question or a patch that is damaged."""
    sealed = folder / SEALED_DEBRIEFS
    if sealed.is_file():
        return _opened(_unsealed(sealed).get(task.id, {}))
    asked = read_questions(course.root, task.day)
    question = next((each for each in asked if each.of == task.id), None)
    alternatives = cases(task.id, "alternatives", folder)
    designs = (Design(case.name, case.title, case.patch) for case in alternatives)
    return Debrief(question, tuple(designs))


def sealed_debriefs(course: Course, tasks: Iterable[Task], folder: Path = CATALOGUE) -> bytes:
    """The sealed file for a learners' copy: no patch is in it."""
    return seal({task.id: _closed(debrief_of(course, task, folder)) for task in tasks})


@cache
def _unsealed(path: Path) -> Mapping[str, Any]:  # Any: JSON
    document: Mapping[str, Any] = unseal(path)
    return document


def _closed(debrief: Debrief) -> dict[str, Any]:  # Any: JSON
    return {
        "question": debrief.question and asdict(debrief.question),
        "designs": [{"name": each.name, "title": asdict(each.title)} for each in debrief.designs],
    }


def _opened(document: Mapping[str, Any]) -> Debrief:  # Any: JSON
    designs = (Design(each["name"], Text(**each["title"])) for each in document.get("designs", ()))
    return Debrief(_question(document.get("question")), tuple(designs))


def _question(stored: Mapping[str, Any] | None) -> Question | None:  # Any: JSON
    if not stored:
        return None
    options = (
        Option(Text(**each["text"]), Text(**each["why"]), each["mistake"])
        for each in stored["options"]
    )
    return Question(stored["key"], stored["of"], Text(**stored["ask"]), tuple(options))
