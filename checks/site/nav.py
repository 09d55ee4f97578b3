"""The navigation, as the small YAML file that mkdocs.yml inherits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.course.course import Course
from checks.site import checklist, fault_words, plan_faults, words
from checks.site.changes import changes_path
from checks.site.chapters import bonus_path, theory_path
from checks.site.openapi import DAYS as API_DAYS
from checks.site.openapi import openapi_path
from checks.site.pages import chapter_path, task_path


@dataclass(frozen=True)
class Entry:
    """A title with a page, or with more entries below it; without a title, a section's own page."""

    title: str | None
    page: str | None = None
    children: tuple["Entry", ...] = ()


def navigation(
    course: Course,
    notebooks: Sequence[tuple[str, str]],
    decisions: Sequence[tuple[str, str]],
    chapters: Mapping[str, str],
    lang: str,
) -> tuple[Entry, ...]:
    """Home, the days that are written, the notebooks (title and page), reference, decisions.

    `chapters` are the titles of the days' chapters, by their pages.
    """
    home, *reference = [Entry(title.in_(lang), page) for page, title in words.PAGES.items()]
    days = []
    for index, day in enumerate(course.days):
        title = f"{words.DAY.in_(lang).format(number=day.number)}. {day.title.in_(lang)}"
        tasks = (Entry(f"{task.id} {task.title.in_(lang)}", task_path(task)) for task in day.tasks)
        changes = (Entry(words.CHANGES.in_(lang), changes_path(day)),) if index else ()
        theory = (
            Entry(words.CHAPTER.in_(lang).format(title=chapters[path]), path)
            for path in (theory_path(day), bonus_path(day))
            if path in chapters
        )
        api = (Entry(words.OPENAPI.in_(lang), openapi_path(day)),) if day.number in API_DAYS else ()
        faults = Entry(fault_words.TITLE.in_(lang), plan_faults.day_path(day))
        pages = (Entry(None, chapter_path(day)), *theory, *tasks, faults, *api, *changes)
        days.append(Entry(title, children=pages))
    sections = ((words.NOTEBOOKS, notebooks), (words.DECISIONS, decisions))
    notebook_entry, decision_entry = (
        Entry(name.in_(lang), children=tuple(Entry(title, page) for title, page in pages))
        for name, pages in sections
    )
    runnable = tuple(Entry(title.in_(lang), page) for page, title in words.RUNNABLE_PAGES.items())
    runnable_entry = Entry(words.RUNNABLE.in_(lang), children=runnable)
    faults_entry = Entry(fault_words.TITLE.in_(lang), plan_faults.PATH)
    checklist_entry = Entry(words.CHECKLIST.in_(lang), checklist.PATH)
    sections_entries = (notebook_entry, runnable_entry, faults_entry, checklist_entry)
    return (home, *days, *sections_entries, *reference, decision_entry)


def as_yaml(entries: Sequence[Entry], inherit: str | None = None) -> str:
    """The file's text. JSON is YAML, and its quoting has no surprises."""
    header = f"INHERIT: {inherit}\n" if inherit else ""
    return f"{header}nav: {json.dumps([_as_data(each) for each in entries], ensure_ascii=False)}\n"


def _as_data(entry: Entry) -> object:
    value = [_as_data(each) for each in entry.children] if entry.children else entry.page
    return value if entry.title is None else {entry.title: value}
