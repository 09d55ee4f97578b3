"""What the script of the report page reads: the stories behind the cells, as one JSON document.

Equal stories stand in it once, and long texts are cut: a cohort of a thousand is one file that a
browser opens at once. A learner's own page has the texts whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from checks.export.graded import GradedRow
from checks.export.mistakes import Mistakes
from checks.export.stories import Story
from checks.messages import report

BODY, MESSAGE, NAMES = 600, 1500, 10
"""The characters of a request or an answer, those of a message, and the names of other tests."""

Stories = Sequence[Mapping[str, Story]]


def report_data(
    rows: Sequence[GradedRow], stories: Stories, mistakes: Mistakes, lang: str
) -> dict[str, Any]:  # Any: JSON
    """`cells` has for each row and task the number of a story, from 1; 0 is none."""
    numbers: dict[Story, int] = {}
    cells = [
        [
            numbers.setdefault(told[task.id], len(numbers) + 1) if task.id in told else 0
            for task in row.tasks
        ]
        for row, told in zip(rows, stories, strict=True)
    ]
    names = {mistake.diagnosis.id: number for number, mistake in enumerate(mistakes.known)}
    return {
        "words": {key: words.in_(lang) for key, words in report.BY_SCRIPT.items()},
        "show": report.SHOW.in_(lang),
        "cells": cells,
        "stories": [_story(each, names) for each in numbers],
        "mistakes": [
            {
                "title": mistake.diagnosis.title.in_(lang),
                "hint": mistake.diagnosis.hint.in_(lang),
                "rows": mistake.rows,
            }
            for mistake in mistakes.known
        ],
    }


def _story(story: Story, names: Mapping[str, int]) -> dict[str, Any]:  # Any: JSON
    fields = {
        "test": story.test,
        "passed": story.passed,
        "all": story.planned,
        "message": _cut(story.message, MESSAGE),
        "request": _cut(story.request, BODY),
        "answer": _cut(story.answer, BODY),
        "sql": story.statements,
        "frame": story.frame,
        "others": story.others[:NAMES],
        "more": max(0, len(story.others) - NAMES),
        "waiting": story.waiting,
        "like": [names[each.id] for each in story.named],
    }
    return {key: value for key, value in fields.items() if value or key == "passed"}


def _cut(value: str, length: int) -> str:
    return value if len(value) <= length else f"{value[:length]}…"
