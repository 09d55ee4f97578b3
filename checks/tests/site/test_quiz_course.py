"""Each task has one question, each chapter two or three, about mistakes that the tests catch."""

from pathlib import Path

import pytest

from checks.course.course import Course, load_course
from checks.errors import CourseError
from checks.results.catalogue import CATALOGUE
from checks.site.quiz_course import Quiz, read_quiz
from checks.tests.support.quiz_file import WHOLE
from checks.tests.support.workbook import day_toml, task_toml, write

ROOT = Path(__file__).parents[3]
QUIZ = "docs/quiz/day1.toml"


def question(key: str, of: str) -> str:
    """A question whose key and texts are its own."""
    whole = WHOLE.replace("why-so", key).replace('of = "1.1"', f'of = "{of}"')
    return whole.replace('en = "', f'en = "{key} ').replace('ru = "', f'ru = "О {key} ')


TASK_ONE, TASK_TWO = question("why-one", "1.1"), question("why-two", "1.2").replace("1.1/", "1.2/")
CHAPTER = question("why-day", "day") + question("why-night", "day")
BONUS = question("why-b", "B1").replace("1.1/", "B1/")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    tasks = (task_toml("1.1", "one"), task_toml("1.2", "two"))
    catalogue = {
        f"catalogue/{task}/mistakes/{name}.patch": ""
        for task in ("1.1", "1.2")
        for name in ("early", "late")
    }
    write(tmp_path, {"solutions/day1-architecture/day.toml": day_toml(1, *tasks), **catalogue})
    write(tmp_path, {QUIZ: TASK_ONE + TASK_TWO + CHAPTER})
    return load_course(tmp_path, tree="solutions")


def read(course: Course, text: str | None = None) -> Quiz:
    if text is not None:
        write(course.root, {QUIZ: text})
    return read_quiz(course, course.root / "catalogue")


def test_a_question_stands_where_it_belongs(course: Course) -> None:
    quiz = read(course)

    assert [each.key for each in quiz.of_task(1, "1.2")] == ["why-two"]
    assert [each.key for each in quiz.of_chapter(1)] == ["why-day", "why-night"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TASK_ONE + CHAPTER, r"day1\.toml: task 1\.2 has 0 questions; each task has one"),
        (
            TASK_ONE + TASK_TWO + question("why-more", "1.1") + CHAPTER,
            r"task 1\.1 has 2 questions",
        ),
        (
            TASK_ONE + TASK_TWO + question("why-day", "day"),
            r"day1\.toml: the chapter has 1 questions; write two or three",
        ),
        (question("why-one", "9.9"), r"question why-one is of '9\.9', and day 1 has no such task"),
        (question("why-one", "bonus"), r"why-one is of 'bonus', and day 1 has no such task"),
        (
            TASK_ONE.replace("1.1/late", "1.2/late"),
            r"question why-one is of task 1\.1 and names the mistake 1\.2/late",
        ),
        (
            TASK_ONE + TASK_TWO.replace("why-two Text 1", "why-one Text 1") + CHAPTER,
            r"English text 'why-one text 1' stands twice .*why-one; .*why-two",
        ),
    ],
)
def test_a_fault_is_named_with_its_file(course: Course, text: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        read(course, text)


def test_bonus_tasks_have_a_chapter_with_questions_of_its_own(course: Course) -> None:
    tasks = [task_toml("1.1", "one"), task_toml("1.2", "two"), task_toml("B1", "more")]
    mistakes = {f"catalogue/B1/mistakes/{name}.patch": "" for name in ("early", "late")}
    write(course.root, {"solutions/day1-architecture/day.toml": day_toml(1, *tasks), **mistakes})
    with_bonus = load_course(course.root, tree="solutions")
    without = TASK_ONE + TASK_TWO + CHAPTER + BONUS

    with pytest.raises(CourseError, match="the chapter of the bonus tasks has 0 questions"):
        read(with_bonus, without)

    asked = question("why-c", "bonus") + question("why-d", "bonus")
    assert [each.key for each in read(with_bonus, without + asked).of_bonus(1)] == [
        "why-c",
        "why-d",
    ]


def test_a_mistake_that_is_gone_is_named(course: Course) -> None:
    (course.root / "catalogue/1.2/mistakes/late.patch").unlink()

    with pytest.raises(CourseError, match=r"why-two names checks/catalogue/1\.2/mistakes/late"):
        read(course)


def test_a_file_of_no_day_is_named(course: Course) -> None:
    write(course.root, {"docs/quiz/day9.toml": ""})

    with pytest.raises(CourseError, match=r"docs/quiz/day9\.toml belongs to no day"):
        read(course)


class TestTheRealQuiz:
    def test_every_task_and_chapter_has_its_questions(self) -> None:
        course = load_course(ROOT, tree="solutions")
        quiz = read_quiz(course, CATALOGUE)

        asked = [len(quiz.of_task(task.day, task.id)) for task in course.tasks]
        assert asked == [1] * len(course.tasks)
        assert all(len(quiz.of_chapter(day.number)) in (2, 3) for day in course.days)
        assert [day.number for day in course.days if quiz.of_bonus(day.number)] == [7]

    @pytest.mark.parametrize("lang", ["en", "ru"])
    def test_the_longest_option_is_not_mostly_the_right_one(self, lang: str) -> None:
        questions = [
            question
            for each in read_quiz(load_course(ROOT, tree="solutions")).days.values()
            for question in each
        ]

        guessed = [
            max(question.options, key=lambda option: len(option.text.in_(lang))).is_right
            for question in questions
        ]
        assert sum(guessed) * 2 <= len(questions), "the length of an option gives it away"
