"""What lives in each room, in a line for the picture of the rooms."""

from collections.abc import Mapping

from checks.course.course import Text

TITLE = Text("The rooms of checks/", "Комнаты пакета checks/")
LEGEND = (
    Text(
        "A room imports only from the rows below its own.",
        "Комната импортирует только из строк ниже своей.",
    ),
    Text(
        "A line leads from a room to one that it imports, unless a longer way leads there too.",
        "Линия ведёт к комнате, которую импортируют, если к ней нет пути через другие линии.",
    ),
)
FILES = Text("files", "файлов")
DESCRIPTION = Text(
    "Rows from the top, each of which imports only from those below it: {rows}.",
    "Строки сверху вниз; каждая импортирует только из тех, что ниже: {rows}.",
)

ROOMS: Mapping[str, Text] = {
    "cli": Text(
        "commands: arguments in, one call, exit code out",
        "команды: аргументы, один вызов, код возврата",
    ),
    "export": Text(
        "a gradebook as JUnit, Gradescope or HTML",
        "ведомость в виде JUnit, Gradescope, HTML",
    ),
    "site": Text("the site's pages, made from the course", "страницы сайта, собранные из курса"),
    "bench": Text(
        "comparisons: make bench; the proof: make bench-proof",
        "сравнения: make bench; вся проверка: make bench-proof",
    ),
    "grade": Text(
        "a cohort: submissions, journal, gradebook",
        "группа: сданные работы, журнал, ведомость",
    ),
    "watch": Text(
        "a save or a key in, a run and a screen out",
        "сохранение или клавиша, прогон, экран",
    ),
    "mutation": Text(
        "small changes of each answer, and which test notices",
        "мелкие изменения ответов и тесты, которые их ловят",
    ),
    "authoring": Text(
        "what a maintainer runs: build, carry, verify", "команды автора курса: build, carry, verify"
    ),
    "handout": Text(
        "the learners' copy: made without answers, brought up to date",
        "копия для учеников: собрать без ответов, обновить",
    ),
    "submission": Text(
        "a learner's days as one archive, packed and read",
        "дни ученика одним архивом: упаковать, прочесть",
    ),
    "terminal": Text(
        "how a board, a result, a failure look", "как выглядят табло, результат, провал"
    ),
    "diagnosis": Text(
        "which known mistake a failure looks like",
        "на какую известную ошибку похож провал",
    ),
    "harness": Text(
        "the pytest plugin, outside the learner's app",
        "плагин pytest, снаружи приложения ученика",
    ),
    "advance": Text(
        "three-way merge of day N into day N+1, conflicts", "трёхстороннее слияние дня N с днём N+1"
    ),
    "runner": Text(
        "a request becomes processes and results", "из запроса процессы, из записей итог"
    ),
    "workspace": Text(
        "the learner's files: snapshot, reset, state",
        "файлы ученика: снимки, сброс, состояние",
    ),
    "notebooks": Text(
        "notebooks: executed, compared, written", "тетради: выполнить, сравнить, записать"
    ),
    "results": Text(
        "verdicts as data: model, records, gates",
        "вердикты как данные: модель, записи, гейты",
    ),
    "messages": Text(
        "sentences a person reads, in two languages", "фразы для человека на двух языках"
    ),
    "sandbox": Text(
        "bubblewrap and seccomp around untrusted code, and its files",
        "bubblewrap и seccomp вокруг чужого кода, и его файлы",
    ),
    "zygote": Text(
        "a warm parent process that forks a Python",
        "прогретый процесс, от которого ответвляют Python",
    ),
    "services": Text(
        "PostgreSQL and Redis: real, shared, without Docker",
        "PostgreSQL и Redis: настоящие, общие, без Docker",
    ),
    "course": Text(
        "days, tasks, statements, answer regions", "дни, задания, условия, области ответов"
    ),
    "files.py": Text("whole files, replaced atomically", "файлы целиком, атомарная замена"),
    "programs.py": Text("programs on the PATH", "программы из PATH"),
    "verdict_sources.py": Text("the rooms that decide a verdict", "от чего зависит вердикт"),
    "errors.py": Text("a person's mistake as one sentence", "ошибка человека одной фразой"),
}

INNER: Mapping[str, Text] = {
    "plugin.py": Text("pytest hooks", "хуки pytest"),
    "fixtures": Text("what an exercise test may use", "чем пользуются тесты упражнений"),
    "artefacts": Text(
        "Dockerfile, Compose, nginx, workflow, OpenAPI: parsed",
        "разбор Dockerfile, Compose, nginx, workflow, OpenAPI",
    ),
    "doubles": Text(
        "stand-ins: SMTP, Sentry, a slow or silent server",
        "подставные SMTP, Sentry, молчащий сервер",
    ),
    "probes": Text(
        "values asked in the learner's tree, answered as JSON",
        "значения из дерева ученика, ответом в JSON",
    ),
    "suites": Text(
        "the learner's own tests, run on known mistakes",
        "собственные тесты ученика на известных ошибках",
    ),
    "reporting": Text("verdict records, failure reports", "записи вердиктов, рассказ о провале"),
    "app": Text(
        "one learner's app: process, border, limits, database",
        "приложение ученика: процесс, пределы, база",
    ),
    "external_server": Text(
        "--base-url: somebody's server, its rows set aside",
        "--base-url: чужой сервер, его строки отложены",
    ),
    "errors.py": Text(
        "failures of the learner's side, each a verdict",
        "отказы на стороне ученика и их вердикты",
    ),
}
