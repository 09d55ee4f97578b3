"""The cohort as pages that work from a disk: one for the instructor, and one for each learner."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checks.export.graded import GradedRow
from checks.export.learner_page import TaskTexts, learner_page
from checks.export.mistakes import count_mistakes, failures
from checks.export.overview import overview
from checks.export.page import page
from checks.export.report_data import report_data
from checks.export.stories import remembered, story
from checks.messages.report import TITLE

NO_TEXTS: Mapping[str, TaskTexts] = {}


def pages(
    rows: Sequence[GradedRow],
    *,
    contained: bool,
    lang: str,
    texts: Mapping[str, TaskTexts] = NO_TEXTS,
) -> Mapping[str, bytes]:
    """Every page by its file name; `texts` has the titles and hints of the tasks."""
    rows = [_titled(row, texts) for row in rows]
    diagnoses = remembered()
    stories = [
        {task.id: told for task in row.tasks if (told := story(task, diagnoses, lang))}
        for row in rows
    ]
    mistakes = count_mistakes(failures(rows, stories))
    parts = overview(rows, mistakes, contained=contained, lang=lang)
    data = report_data(rows, stories, mistakes, lang)
    documents = {"index.html": page(TITLE.in_(lang), parts, lang, data)}
    for row, each in zip(rows, stories, strict=True):
        parts = learner_page(row, each, texts, lang)
        documents[f"{row.slug}.html"] = page(row.name, parts, lang)
    return documents


def _titled(row: GradedRow, texts: Mapping[str, TaskTexts]) -> GradedRow:
    """The row with its tasks' titles in the language of the texts."""
    tasks = (
        replace(task, title=texts[task.id].title if task.id in texts else task.title)
        for task in row.tasks
    )
    return replace(row, tasks=tuple(tasks))
