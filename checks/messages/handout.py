"""The texts of `checks handout` and `checks upgrade`, in both languages."""

from checks.course.course import Text

HINTS_ARE_SEALED = Text(
    "The hints are sealed: `checks hint {task}` shows them, one at a time.",
    "Подсказки запечатаны: `checks hint {task}` показывает их по одной.",
)
MADE = Text(
    "{count} files in {path}: days {days}, without solutions; hints and signatures are sealed",
    "Файлов в {path}: {count}; дни {days}, без решений; подсказки и признаки ошибок запечатаны",
)
MADE_NEXT = Text(
    "Next: hand it out, as a git repository or a zip; later `checks handout` makes a newer one, "
    "and learners run `checks upgrade`",
    "Дальше: раздайте её репозиторием git или архивом; потом `checks handout` соберёт новую, а "
    "ученики запустят `checks upgrade`",
)
SCHEMA = "eventure/handout/v1"

UPGRADE_SCHEMA = "eventure/upgrade/v1"
OUTCOMES = {
    "taken": Text("taken", "взято"),
    "removed": Text("removed", "убрано"),
    "kept": Text("yours", "ваше"),
    "merged": Text("merged", "слито"),
    "conflict": Text("conflict", "конфликт"),
}
"""What happens to a file, by its outcome."""
OTHER_FILES = Text(
    "{count} files of the checker and its pages are the course's",
    "Файлов самой проверки и её страниц взято из курса: {count}",
)
UP_TO_DATE = Text(
    "There is nothing to do: you have this course.", "Делать нечего: этот курс у вас уже есть."
)
CONFLICT_NEXT = Text(
    "{path}: you and the course changed the same lines, or one of you removed it; nothing of it is "
    "written. `checks upgrade {source}` again with one of: --with-conflicts {path} (git's markers, "
    "to decide line by line), --keep-mine {path}, --take-course {path}",
    "{path}: вы и курс изменили одни и те же строки, или кто-то файл удалил; в него ничего не "
    "пишется. Повторите `checks upgrade {source}` с одним из: --with-conflicts {path} (отметки "
    "git, чтобы решить построчно), --keep-mine {path}, --take-course {path}",
)
QUESTION = Text("Write {count} files?", "Записать файлов: {count}?")
ADD_YES = Text("Nothing was written; add --yes", "Ничего не записано; добавьте --yes")
WRITTEN = Text(
    "Written; `checks undo` takes all of it back", "Записано; `checks undo` отменит всё это"
)
RUN_MAKE = Text("The libraries have changed: run `make`", "Библиотеки изменились: запустите `make`")
