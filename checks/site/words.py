"""The site's own phrases in both languages; all other text comes from the pages' files."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.course.course import Text

NOT_SEARCHED = "data-search-exclude"
"""The attribute of a heading whose section the search leaves out: code answers no question."""

CLONE_ADDRESS = "ADDRESS-OF-THE-WORKBOOK"
"""What the front page of both languages tells a reader to clone; a fork writes its address here."""

HOME = Text("Home", "Начало")
HOW = Text("How it works", "Как это устроено")
ARCHITECTURE = Text("Architecture", "Архитектура")
CONTRIBUTING = Text("Contributing", "Как внести изменение")
COMMANDS = Text("Commands", "Команды")
GRADING = Text("Grading a cohort", "Проверка работ группы")
HANDOUT = Text("Handing out the workbook", "Раздать курс")
INTAKE = Text("From hand-ins to your LMS", "От сданных работ до LMS")
SPEED = Text("How fast the backend is", "Насколько быстр бэкенд")
SCALE_OUT = Text("A cohort on several machines", "Группа на нескольких машинах")
GLOSSARY = Text("Glossary", "Словарь")
DECISIONS = Text("Decisions", "Решения")
NOTEBOOKS = Text("Notebooks", "Тетради")
RUNNABLE = Text("Run in the page", "Запустить на странице")
RUNNABLE_PAGES = {
    "run/n-plus-one.md": Text("N+1 queries: SQLAlchemy's log", "Проблема N+1: журнал SQLAlchemy"),
    "run/event-statistics.md": Text("Task 1.2 in the page", "Задание 1.2 на странице"),
    "run/tokens.md": Text("JWT: tamper, expire, alg none", "JWT: подмена, срок, alg none"),
}

DAY = Text("Day {number}", "День {number}")
NOT_WRITTEN = Text("being written", "пишется")
DAYS_HEAD = Text(
    "| Day | Subject | Tasks | Points | About |\n|---|---|---|---|---|",
    "| День | Тема | Заданий | Баллов | Времени |\n|---|---|---|---|---|",
)
TASKS_HEAD = Text(
    "| Task | | Points | About |\n|---|---|---|---|",
    "| Задание | | Баллы | Времени |\n|---|---|---|---|",
)
TASKS = Text("The day's tasks", "Задания дня")
BONUS = Text("Bonus", "Бонус")
BONUS_INTRO = Text(
    "On top of the seven days. These points are extra: no day, no total and no grade needs them.",
    "Сверх семи дней. Эти баллы дополнительные: ни день, ни сумма, ни оценка их не требуют.",
)
BUILDS_ON = Text("builds on", "опирается на")
EDIT = Text("You edit", "Вы правите")
CHECK = Text("You check", "Вы проверяете")
ANSWER = Text("The answer", "Ответ")
ANSWER_WHOLE = Text("{path}: the whole file", "{path}: файл целиком")
ANSWER_LINES = Text("{path}: lines {lines}", "{path}: строки {lines}")
DIFF = Text("From starter to answer", "От заготовки к ответу")
SHOW_DIFF = Text("Show the difference", "Показать разницу")
TESTS = Text("The tests", "Тесты")
SHOW_TESTS = Text("Show the tests that decide", "Показать тесты, которые решают")
SPOILER = Text(
    "One way that works; yours may differ. The tests below decide, not the likeness. Each file is"
    " shown as it is at the end of the day; the lines of this task are highlighted.",
    "Это один из рабочих вариантов; ваш может быть другим. Решают тесты, а не сходство. Каждый файл"
    " показан целиком, каким он становится к концу дня; строки этого задания выделены.",
)
CHECKLIST = Text("The production checklist", "Чеклист продакшена")
CHECKLIST_INTRO = Text(
    "The plan ends with {count} lines that a backend needs in production. A tick proves nothing; so"
    " beside each stand the task that builds it, a test that fails without it, and the place in"
    " `solutions/day7-deployment`. The bonus tasks add the last lines.",
    "План кончается списком из {count} строк: что нужно бэкенду в продакшене. Галочка ничего не"
    " доказывает, поэтому рядом с каждой строкой названы задание, в котором это строят, тест,"
    " который без этого падает, и место в `solutions/day7-deployment`. Последние строки добавляют"
    " бонусные задания.",
)
CHECKLIST_HEAD = Text(
    "| Line | Built in | Proven by | Stands in |\n|---|---|---|---|",
    "| Строка | Строится в | Доказывает | Лежит в |\n|---|---|---|---|",
)
OPENAPI = Text("The API (OpenAPI)", "API (OpenAPI)")
OPENAPI_TITLE = Text(
    "Day {number}: the API of the finished backend (OpenAPI)",
    "День {number}: API готового бэкенда (OpenAPI)",
)
OPENAPI_INTRO = Text(
    "Every operation of `solutions/{day}`, as the app describes itself at `/openapi.json`: made"
    " from the running code each time this site is built. A running app shows the same at `/docs`,"
    " where you can also send requests.",
    "Все операции `solutions/{day}` так, как приложение описывает себя в `/openapi.json`: страница"
    " делается из самого кода при каждой сборке сайта. Запущенное приложение показывает то же в"
    " `/docs`, и оттуда можно отправлять запросы. Описания приложения написаны по-английски.",
)
OPENAPI_SECURITY = Text("Authentication", "Аутентификация")
OPENAPI_OPEN = Text("not needed", "не нужна")
OPENAPI_DEPRECATED = Text("Deprecated", "Устарела")
OPENAPI_REQUIRED = Text("required", "обязательно")
OPENAPI_BODY = Text("Request body", "Тело запроса")
OPENAPI_SCHEMAS = Text("Schemas", "Схемы")
OPENAPI_PARAMETERS_HEAD = Text(
    "| Parameter | In | Type | Required | Meaning |\n|---|---|---|---|---|",
    "| Параметр | Где | Тип | Обязателен | Смысл |\n|---|---|---|---|---|",
)
OPENAPI_RESPONSES_HEAD = Text(
    "| Status | When | Body | Headers |\n|---|---|---|---|",
    "| Код | Когда | Тело | Заголовки |\n|---|---|---|---|",
)
OPENAPI_FIELDS_HEAD = Text(
    "| Field | Type | Required | Meaning |\n|---|---|---|---|",
    "| Поле | Тип | Обязательно | Смысл |\n|---|---|---|---|",
)
CHANGES = Text("What changed since yesterday", "Что изменилось со вчерашнего дня")
CHANGES_TITLE = Text(
    "Day {number}: what changed since yesterday", "День {number}: что изменилось со вчерашнего дня"
)
CHANGES_INTRO = Text(
    "The finished backend of day {before} against that of day {number}, without the course's own"
    " files. Read it after your own answer, as a colleague's pull request: what would you ask?",
    "Готовый бэкенд дня {before} рядом с готовым бэкендом дня {number}, без файлов самого курса."
    " Читайте после своего ответа, как pull request коллеги: о чём бы вы спросили?",
)
CHANGES_HEAD = Text(
    "| File | Lines in | Lines out | Tasks |\n|---|---|---|---|",
    "| Файл | Добавлено строк | Удалено строк | Задания |\n|---|---|---|---|",
)
NEW = Text("new", "новый")
GONE = Text("gone", "удалён")
GONE_TEXT = Text("The file is not there any more.", "Этого файла больше нет.")
NO_REGION = Text(
    "This task is answered outside the code; its statement says where.",
    "Ответ на это задание лежит не в коде; где именно, сказано в условии.",
)

CHAPTER = Text("Chapter: {title}", "Глава: {title}")
DIAGRAM = Text("A sequence diagram", "Диаграмма последовательности")
READ_CHAPTER = Text(
    "This page says what you have, what you build and how to run it."
    " The chapter says why: [{title}](chapter.md).",
    "На этой странице сказано, что у вас есть, что вы построите и как это запустить."
    " Зачем это нужно, объясняет глава: [{title}](chapter.md).",
)

QUIZ = Text("Why this way?", "Почему так?")
QUIZ_INTRO = Text(
    "Choose an answer before you look. Each option has its reason, the wrong ones too.",
    "Выберите ответ, прежде чем смотреть. У каждого варианта есть объяснение, у неверных тоже.",
)
QUIZ_CHECK = Text("Check the answer", "Проверить ответ")
QUIZ_CHOOSE = Text("Choose one of the options first.", "Сначала выберите один из вариантов.")
QUIZ_RIGHT = Text("Right.", "Верно.")
QUIZ_WRONG = Text("Wrong.", "Неверно.")
QUIZ_REASON = Text("The reason for option", "Объяснение к варианту")

ABOUT = Text("A production backend in seven days", "Продакшен-бэкенд за семь дней")
NOTEBOOK = Text(
    "This page is a notebook that has been run: what stands under a cell, it has printed."
    " Your workbook has it as `notebooks/en/{stem}.ipynb` ([download it]({file}));"
    " `make lab` opens it in JupyterLab; `.ci/setup notebooks` installs what your editor needs.",
    "Эта страница — выполненная тетрадь: под ячейкой стоит то, что она напечатала."
    " У вас она лежит в `notebooks/ru/{stem}.ipynb` ([скачать]({file}));"
    " `make lab` откроет её в JupyterLab; `.ci/setup notebooks` поставит то, что нужно редактору.",
)
OUTPUT = Text("Output", "Вывод")
OUTCOME = Text("You have a number? Then look", "Число есть? Тогда смотрите")
PLOT = Text("The code of the plot", "Код графика")


@dataclass(frozen=True)
class Plural:
    """A counted noun: English has two forms, Russian three."""

    en: tuple[str, str]
    ru: tuple[str, str, str]

    def of(self, number: int, lang: str) -> str:
        """The number with the noun in its grammatical form."""
        return f"{number} {self._form(number, lang)}"

    def _form(self, number: int, lang: str) -> str:
        if lang != "ru":
            return self.en[number != 1]
        if number % 10 == 1 and number % 100 != 11:
            return self.ru[0]
        few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
        return self.ru[1] if few else self.ru[2]


POINTS = Plural(("point", "points"), ("балл", "балла", "баллов"))
BONUS_POINTS = Plural(
    ("bonus point", "bonus points"), ("бонусный балл", "бонусных балла", "бонусных баллов")
)


PAGES: Mapping[str, Text] = {
    "index.md": HOME,
    "how-it-works.md": HOW,
    "cli.md": COMMANDS,
    "grading.md": GRADING,
    "handout.md": HANDOUT,
    "intake-and-formats.md": INTAKE,
    "scale-out.md": SCALE_OUT,
    "contributing.md": CONTRIBUTING,
    "architecture.md": ARCHITECTURE,
    "speed.md": SPEED,
    "glossary.md": GLOSSARY,
}
"""The pages that are written by hand, in the order of the navigation."""
