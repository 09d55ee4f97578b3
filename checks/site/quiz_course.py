"""The questions of a whole course: each task has one, each chapter two or three.

The bonus tasks of a day have a chapter, and questions of it, of their own.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course, Day
from checks.course.quiz import (
    BONUS,
    CHAPTER,
    FOLDER,
    Question,
    read_questions,
    refuse_repeated_texts,
    source,
)
from checks.errors import CourseError
from checks.results.catalogue import CATALOGUE

CHAPTER_QUESTIONS = range(2, 4)


@dataclass(frozen=True)
class Quiz:
    """The questions of all days, in the order of their files."""

    days: dict[int, tuple[Question, ...]]

    def of_task(self, day: int, task: str) -> Sequence[Question]:
        """The questions of one task."""
        return [question for question in self.days[day] if question.of == task]

    def of_chapter(self, day: int) -> Sequence[Question]:
        """The questions of a day's chapter."""
        return self.of_task(day, CHAPTER)

    def of_bonus(self, day: int) -> Sequence[Question]:
        """The questions of the chapter of its bonus tasks."""
        return self.of_task(day, BONUS)


def read_quiz(course: Course, catalogue: Path = CATALOGUE) -> Quiz:
    """The quiz of the course. Raises CourseError with file and question for what is wrong."""
    days = {day.number: read_questions(course.root, day.number) for day in course.days}
    refuse_repeated_texts(days)
    for day in course.days:
        known = set(_mistakes(day, catalogue))
        for question in days[day.number]:
            _refuse_unknown(question, day, known)
        _refuse_wrong_numbers(days[day.number], day)
    _refuse_unread_files(course)
    return Quiz(days)


def _mistakes(day: Day, catalogue: Path) -> Iterator[str]:
    for task in day.tasks:
        for patch in (catalogue / task.id / "mistakes").glob("*.patch"):
            yield f"{task.id}/{patch.stem}"


def _chapters(day: Day) -> dict[str, str]:
    """What `of` says for the chapters of a day, and how an error names each."""
    chapters = {CHAPTER: "the chapter"}
    return chapters | {BONUS: "the chapter of the bonus tasks"} if day.bonus else chapters


def _refuse_unknown(question: Question, day: Day, mistakes: Collection[str]) -> None:
    where = f"{source(day.number)}: question {question.key}"
    chapters = _chapters(day)
    if question.of not in {*chapters, *(task.id for task in day.tasks)}:
        problem = f"is of {question.of!r}, and day {day.number} has no such task"
        known = " or ".join(f'"{chapter}"' for chapter in chapters)
        raise CourseError(f"{where} {problem}; name one of its tasks, or {known}")
    for option in question.options:
        if option.is_right:
            continue
        if option.mistake not in mistakes:
            task, _, patch = option.mistake.partition("/")
            path = f"checks/catalogue/{task}/mistakes/{patch}.patch"
            problem = f"names {path}, which is no mistake of day {day.number}"
            raise CourseError(f"{where} {problem}; name one that the tests catch")
        if question.of not in (*chapters, option.mistake.partition("/")[0]):
            problem = f"is of task {question.of} and names the mistake {option.mistake}"
            raise CourseError(f"{where} {problem}; name a mistake of the same task")


def _refuse_wrong_numbers(questions: Sequence[Question], day: Day) -> None:
    count = Counter(question.of for question in questions)
    name = source(day.number)
    for task in day.tasks:
        if count[task.id] != 1:
            problem = f"task {task.id} has {count[task.id]} questions"
            raise CourseError(f"{name}: {problem}; each task has one")
    for chapter, called in _chapters(day).items():
        if count[chapter] not in CHAPTER_QUESTIONS:
            problem = f"{called} has {count[chapter]} questions"
            raise CourseError(f"{name}: {problem}; write two or three")


def _refuse_unread_files(course: Course) -> None:
    read = {source(day.number) for day in course.days}
    for path in sorted((course.root / FOLDER).iterdir()):
        name = f"{FOLDER}/{path.name}"
        if name not in read:
            raise CourseError(f"{name} belongs to no day; the site would never show it")
