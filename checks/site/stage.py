"""Stage the site's pages in build/docs/{en,ru}: `python -m checks.site.stage`.

Handwritten pages come from docs/, chapters and task pages from solutions/. The pages show the very
statements, tests and answers that CI runs.
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from checks.course.course import (
    LANGUAGES,
    Course,
    Day,
    Task,
    find_root,
    load_course,
    read_statement,
)
from checks.course.quiz import Question
from checks.errors import CourseError
from checks.files import File, replace_all
from checks.site import checklist, commands, parity, plan_faults, words
from checks.site.answers import task_answers
from checks.site.cards import card_path, cards
from checks.site.changes import changes_page, changes_path, file_changes
from checks.site.chapters import BONUS_PAGE, TREE, Chapter, bonus_path, theory_path
from checks.site.front_matter import with_front_matter
from checks.site.nav import as_yaml, navigation
from checks.site.notebooks import notebook_pages
from checks.site.openapi import DAYS as API_DAYS
from checks.site.openapi import openapi_page, openapi_path
from checks.site.openapi_schema import read_document
from checks.site.pages import (
    TaskSource,
    chapter,
    chapter_path,
    fill_placeholders,
    page_title,
    task_page,
    task_path,
)
from checks.site.pyodide import assets as pyodide
from checks.site.pyodide.directive import Runnable, with_page_link
from checks.site.quiz_course import read_quiz
from checks.site.quiz_form import quiz_section


def main() -> int:
    """Stage both languages. A CourseError is one sentence and exit code 2."""
    try:
        count = stage(find_root())
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"{count} files in build/docs")
    return 0


def stage(root: Path) -> int:
    """Write build/docs and the two navigations anew; returns how many files there are.

    Raises CourseError for an invalid page, statement or manifest, and for a page that lacks in one
    language what it has in the other.
    """
    course = load_course(root, tree=TREE)
    pages = pages_in_both(course)
    python = pyodide.read_assets(course)
    files: dict[Path, File | None] = {}
    site_url = os.environ.get("SITE_URL", "")
    for lang in LANGUAGES:
        shutil.rmtree(root / "build" / "docs" / lang, ignore_errors=True)
        files |= _language_files(course, pages[lang], lang, python, has_cards=bool(site_url))
    files |= _of_both_languages(root / "build" / "docs" / "en", python, site_url)
    (root / "build").mkdir(exist_ok=True)
    replace_all(files)
    return len(files)


def pages_in_both(course: Course) -> dict[str, dict[str, str]]:
    """The pages by language. Raises CourseError where one lacks a section or a row of the other."""
    pages = {lang: staged_pages(course, lang) for lang in LANGUAGES}
    if problems := parity.differences(pages["en"], pages["ru"]):
        raise CourseError(
            "\n".join([*problems, "Both languages need the same; see docs/en/contributing.md"])
        )
    return pages


def _of_both_languages(
    target: Path, python: pyodide.Assets | None, site_url: str
) -> dict[Path, File]:
    """What stands once, in the English site: robots.txt, and Python where it was downloaded."""
    served = python.files if python else {}
    robots = robots_txt(site_url)
    return {target / "robots.txt": File(robots.encode())} | {
        target / pyodide.PATH / name: File(data) for name, data in served.items()
    }


def _language_files(
    course: Course,
    staged: Mapping[str, str],
    lang: str,
    python: pyodide.Assets | None,
    *,
    has_cards: bool,
) -> dict[Path, File]:
    """The pages of a language, what lies beside them, their cards, and its navigation."""
    target = course.root / "build" / "docs" / lang
    pages = Runnable(course, python, lang).fill(staged)
    paths = {path: card_path(path) for path in pages} if has_cards else {}
    texts = with_front_matter(pages, course, paths)
    files = {target / path: File(text.encode()) for path, text in texts.items()}
    pictures = cards(pages, words.ABOUT.in_(lang)) if has_cards else {}
    files |= {target / path: File(png) for path, png in pictures.items()}
    files |= {
        target / "assets" / path.name: File(path.read_bytes()) for path in _assets(course.root)
    }
    notebooks = notebook_pages(course, lang)
    for page in notebooks:
        folder = (target / page.path).parent
        files |= {folder / name: File(data) for name, data in page.files.items()}
    titles = [(page.title, page.path) for page in notebooks]
    nav = navigation(course, titles, _decisions(pages), chapter_titles(course, pages), lang)
    inherit = None if lang == "en" else "../mkdocs.yml"
    files[course.root / "build" / f"nav.{lang}.yml"] = File(as_yaml(nav, inherit).encode())
    return files


def robots_txt(site_url: str) -> str:
    """Every page may be read; where SITE_URL is known, so are both sitemaps (RFC 9309)."""
    sitemaps = [f"Sitemap: {site_url.rstrip('/')}/{lang}sitemap.xml\n" for lang in ("", "ru/")]
    return "User-agent: *\nAllow: /\n" + "".join(sitemaps if site_url else [])


def staged_pages(course: Course, lang: str) -> dict[str, str]:
    """Every page of a language by its path in the site. Raises CourseError."""
    folder = course.root / "docs" / lang
    pages = {
        path.relative_to(folder).as_posix(): fill_placeholders(_read(path), course, lang)
        for path in sorted(folder.rglob("*.md"))
    }
    pages[commands.PATH] = commands.commands_page(pages[commands.PATH], lang)
    quiz = read_quiz(course)
    for day in course.days:
        theory = pages.get(theory_path(day))
        pages |= _day_pages(course, day, quiz.of_chapter(day.number), theory, lang)
        if (path := bonus_path(day)) in pages:
            asked = {each.key: each for each in quiz.of_bonus(day.number)}
            pages[path] = Chapter(course, day, lang, asked, BONUS_PAGE).fill(pages[path])
        for task in day.tasks:
            questions = quiz_section(quiz.of_task(day.number, task.id), lang)
            page = with_page_link(_task(course, day, task, lang), task.id, lang)
            pages[task_path(task)] = f"{page}\n\n{questions}"
    pages |= plan_faults.plan_faults_pages(course, TREE, lang)
    pages[checklist.PATH] = checklist.checklist_page(course, TREE, lang)
    for before, day in pairwise(course.days):
        changes = file_changes(*(course.root / TREE / each.folder for each in (before, day)))
        tasks = {task.id: task for task in day.tasks}
        pages[changes_path(day)] = changes_page(day, changes, tasks, lang)
    for day in (each for each in course.days if each.number in API_DAYS):
        document = read_document(course.root / TREE / day.folder)
        pages[openapi_path(day)] = openapi_page(day, document, lang)
    return pages | {page.path: page.text for page in notebook_pages(course, lang)}


def _day_pages(
    course: Course, day: Day, questions: Sequence[Question], theory: str | None, lang: str
) -> dict[str, str]:
    """The morning page of a day, and its chapter where one is written.

    The chapter's why-questions stand in the chapter, or below the morning page without one.
    """
    day_folder = course.root / TREE / day.folder
    readme = day_folder / ("README.ru.md" if lang == "ru" else "README.md")
    page = chapter(day, _read(readme), _read(day_folder / "README.md"), lang)
    if theory is None:
        return {chapter_path(day): f"{page}\n{quiz_section(questions, lang)}"}
    filled = Chapter(course, day, lang, {each.key: each for each in questions}).fill(theory)
    title, _, rest = page.partition("\n")
    link = words.READ_CHAPTER.in_(lang).format(title=page_title(theory))
    return {chapter_path(day): f"{title}\n\n{link}\n{rest}", theory_path(day): filled}


def _task(course: Course, day: Day, task: Task, lang: str) -> str:
    day_folder = course.root / TREE / day.folder
    statement = day_folder / task.statement_in(lang)
    task_source = TaskSource(
        statement=_read(statement),
        hints=read_statement(statement).hints,
        tests=_read(day_folder / task.test),
        answers=task_answers(day_folder, task.id, task.whole),
    )
    return task_page(task, task_source, lang, {each.id: each for each in course.tasks})


def chapter_titles(course: Course, pages: Mapping[str, str]) -> dict[str, str]:
    """The titles of the chapters that are written, by their pages."""
    paths = (path for day in course.days for path in (theory_path(day), bonus_path(day)))
    return {path: page_title(pages[path]) for path in paths if path in pages}


def _decisions(pages: dict[str, str]) -> list[tuple[str, str]]:
    """Title and page of each decision record, in the order of their numbers."""
    return [(page_title(text), path) for path, text in pages.items() if path.startswith("adr/")]


def _assets(root: Path) -> list[Path]:
    return sorted(path for path in (root / "docs" / "assets").iterdir() if path.is_file())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}; the site needs it") from error


if __name__ == "__main__":
    sys.exit(main())
