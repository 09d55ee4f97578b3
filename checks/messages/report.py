"""The texts of the report page and of a learner's page, in both languages."""

from collections.abc import Mapping

from checks.course.course import Text

TITLE = Text("The cohort", "Группа")
CONTAINED = Text("run in the sandbox", "запущено в песочнице")
UNCONTAINED = Text("NOT run in the sandbox", "запущено БЕЗ песочницы")

STATES: Mapping[str, Text] = {
    "passed": Text("passed", "решено"),
    "partly": Text("partly", "частично"),
    "wrong": Text("wrong", "не проходит"),
    "unjudged": Text("could not be judged", "не удалось проверить"),
    "missing": Text("not handed in", "не сдано"),
}
"""A word for each state of a task, which stands beside its colour and its symbol."""

LEARNERS = Text("learners", "учеников")
ALL_SOLVED = Text("have solved every task", "решили все задания")
MEDIAN = Text("median of the points", "медиана баллов")
TO_REVIEW = Text("to be looked at", "нужен взгляд человека")
REVIEW = Text("To be looked at", "На это должен взглянуть человек")

TASKS = Text("Tasks", "Задания")
TASK = Text("task", "задание")
TASK_TITLE = Text("title", "название")
PASS_RATE = Text("pass rate", "доля решивших")
DAY = Text("Day {number}", "День {number}")
BONUS = Text("Bonus", "Бонус")

MISTAKES = Text("Misconceptions behind the failures", "Какие ошибки за этим стоят")
MISTAKES_NOTE = Text(
    "{named} of {failed} failures look like a known mistake; the others are told without a name.",
    "На известную ошибку похоже {named} из {failed} непройденных; остальные показаны без названия.",
)
NO_MISTAKES = Text(
    "No failure looks like a known mistake.", "Ни один провал не похож на известную ошибку."
)
LOOKS_LIKE = Text("looks like", "похоже на")
QUESTION = Text("question", "вопрос")
WHO = Text("who", "у кого")
SHOW = Text("Show in the map", "Показать на карте")

MAP = Text("Heat map", "Тепловая карта")
NAME = Text("name", "имя")
POINTS = Text("points", "баллы")
SEARCH = Text("Find a name", "Найти имя")
FILTER = Text("Show", "Показать")
EVERYBODY = Text("everybody", "всех")
KEYS = Text(
    "Keys: / finds a name, arrows move in the map, Enter opens a cell, Esc closes it.",
    "Клавиши: / ищет имя, стрелки ходят по карте, Enter открывает ячейку, Esc закрывает.",
)

BY_SCRIPT: Mapping[str, Text] = {
    "shown": Text("{shown} of {all} learners", "{shown} из {all} учеников"),
    "with": Text("Only those with: {mistake}", "Только с ошибкой: {mistake}"),
    "clear": Text("show everybody", "показать всех"),
    "tests": Text("{passed} of {all} tests pass", "проходит тестов: {passed} из {all}"),
    "fails": Text("The first test that does not pass", "Первый тест, который не проходит"),
    "request": Text("Request and answer", "Запрос и ответ"),
    "code": Text("The learner's code", "Код ученика"),
    "like": Text("This looks like", "Похоже на известную ошибку"),
    "others": Text("Also do not pass", "Также не проходят"),
    "waiting": Text("{waiting} tests wait for this one", "ждут этого теста: {waiting}"),
    "more": Text("and {count} more", "и ещё {count}"),
    "page": Text("the learner's page", "страница ученика"),
    "close": Text("Close", "Закрыть"),
    "nothing": Text("There is nothing more to tell.", "Больше рассказать нечего."),
}
"""What the script of the page writes."""

TESTS_PASS, AND_MORE = BY_SCRIPT["tests"], BY_SCRIPT["more"]
NEXT_HINT = Text("The next hint", "Следующая подсказка")
MORE_HINTS = Text(
    "`checks hint {task}` shows this one and those after it.",
    "`checks hint {task}` покажет эту и следующие.",
)
NO_CAUSE = Text("no cause was recorded", "причина не записана")
NO_ANSWER = Text("no answer", "нет ответа")
LEARNERS_CODE = Text("your code", "ваш код")
UNJUDGED_NOTE = Text(
    "The checker itself failed here. This takes no points; it is graded again.",
    "Здесь сбой самой проверки. Баллов он не отнимает; задание проверят ещё раз.",
)
SKIPPED_NOTE = Text(
    "The machine of the grader cannot run this task. This takes no points.",
    "Машина, на которой проверяли, не может запустить это задание. Баллов это не отнимает.",
)
MISSING_NOTE = Text("Nothing of this day was handed in.", "По этому дню ничего не сдано.")
