"""The phrases of the page of the commands, in both languages."""

from checks.course.course import Text

EXIT_CODES_HEAD = Text("| Exit code | Meaning |\n|---|---|", "| Код выхода | Значение |\n|---|---|")
OPTIONS_HEAD = Text(
    "| Argument or option | Meaning | Default |\n|---|---|---|",
    "| Аргумент или параметр | Смысл | По умолчанию |\n|---|---|---|",
)
SUBCOMMANDS_HEAD = Text(
    "| Command | What it does | Options |\n|---|---|---|",
    "| Команда | Что делает | Параметры |\n|---|---|---|",
)
VARIABLE = Text("Environment variable:", "Переменная окружения:")
REQUIRED = Text("required", "обязательно")
