"""The phrases of the pages on the plan's faults, in both languages."""

from checks.course.course import Text

TITLE = Text("Where the plan bites", "Где план подводит")
INTRO = Text(
    "The course follows a plan whose snippets work in a demo. A page for each day shows, task by"
    " task, what they do in production: the code as it is usually written, the test that fails on"
    " it, what was measured, and the fix. It also lists every mistake that the tests know: {total}"
    " in all. Each is a patch on the finished backend, and `checks verify` proves on each change"
    " that the test beside it fails on it.",
    "Курс идёт по плану, чьи примеры работают в демо. Страница каждого дня показывает по заданиям,"
    " что они делают на рабочем сервере: код, как его обычно пишут, тест, который на нём падает,"
    " измерения и исправление. Там же перечислены все ошибки, которые узнают тесты: всего их"
    " {total}. Каждая лежит патчем поверх готового бэкенда, и `checks verify` при каждом изменении"
    " доказывает, что тест рядом с ней на ней падает.",
)
DAYS_HEAD = Text(
    "| Day | Tasks | Known mistakes |\n|---|---|---|",
    "| День | Задания | Известных ошибок |\n|---|---|---|",
)
DAY_TITLE = Text(
    "Day {number}: where the plan bites, and the fix",
    "День {number}: где план подводит и как исправить",
)
DAY_INTRO = Text(
    "For each task of day {number}: what the plan's snippet does, mistakes as code, each with the"
    " recorded message of a test that fails on it, and what was measured. A fix is a part of the"
    " task's answer, so it is folded: solve the task first.",
    "О каждом задании дня {number}: что делает пример из плана, ошибки в виде кода, каждая с"
    " записанным сообщением теста, который на ней падает, и измерения. Исправление — часть ответа"
    " на задание, поэтому оно свёрнуто: сначала решите задание.",
)
TEST_FAILS = Text("`{test}` fails:", "`{test}` падает:")
MEASURED = Text("Measured:", "Измерено:")
PROGRAM = Text("The program that measured it", "Программа, которая это измерила")
FIX = Text("The fix", "Исправление")
MISTAKES = Text("Mistakes that the tests catch: {count}", "Ошибки, которые ловят тесты: {count}")
MISTAKES_HEAD = Text(
    "| Mistake | A test that fails on it |\n|---|---|",
    "| Ошибка | Тест, который на ней падает |\n|---|---|",
)
