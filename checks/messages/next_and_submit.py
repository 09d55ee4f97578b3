"""The texts of `checks next` and `checks submit`, in both languages."""

from checks.course.course import Text

CARRIED = Text("carried", "перенесено")
KEPT = Text("reference kept", "оставлено решение")
CONFLICT = Text("conflict", "конфликт")

MERGED = Text("your change, merged in", "ваше изменение, влито")
ALREADY_THERE = Text("it is there already", "уже там")
OWN_FILE = Text("your own file", "ваш собственный файл")
DELETED = Text("deleted, as in your day", "удалён, как в вашем дне")
UNTOUCHED = Text(
    "{tasks} untouched: the answer is the reference's", "{tasks} не тронуто: здесь ответ из решения"
)
UNPROVEN = Text(
    "{tasks}: changed, and no run has passed yet. Where you left the starter's lines, the reference"
    " stands; after a pass everything counts as yours: checks run day{number}",
    "{tasks}: изменено, но ещё не проходит. Где остались строки заготовки, стоит решение;"
    " когда задание пройдёт, всё будет вашим: checks run day{number}",
)
MIGRATIONS_UNPROVEN = Text(
    "stays in {day}: no run of its migration tasks has passed with these files; `checks run"
    " day{number}`, then `checks next --from day{number}`",
    "остаётся в {day}: с этими файлами задания о миграциях ещё не проходили; `checks run"
    " day{number}`, затем `checks next --from day{number}`",
)
MIGRATIONS_UNREADABLE = Text(
    "stays in {day}: your revisions are not one chain with one head",
    "остаётся в {day}: ваши ревизии не составляют одну цепочку с одной головой",
)
MIGRATIONS_NEEDED = Text(
    "stays in {day}: a later revision of the reference needs a name that yours does not make",
    "остаётся в {day}: более поздней ревизии решения нужно имя, которого в ваших нет",
)
MIGRATIONS_STAY = (MIGRATIONS_UNPROVEN, MIGRATIONS_UNREADABLE, MIGRATIONS_NEEDED)
CHAIN_BROKEN = Text(
    "it would break the chain of migrations in {into}; nothing was written to them",
    "цепочка миграций в {into} разорвалась бы; в них ничего не записано",
)
CHAIN_WAITS = Text(
    "the migrations move together; nothing was written to them",
    "миграции переносятся вместе; в них ничего не записано",
)
AS_REQUESTED = Text("as you asked", "как вы просили")
BOTH_CHANGED = Text(
    "you and {into} changed the same lines; nothing was written to it",
    "вы и {into} изменили одни и те же строки; в файл ничего не записано",
)
HAS_CONFLICT_MARKERS = Text("git's markers are in it", "в нём отметки git")
NOT_TEXT = Text(
    "it is not text and {into} changed it, too", "это не текст, и {into} тоже его изменил"
)
DELETED_BUT_CHANGED = Text(
    "you deleted it and {into} changed it; it stays until you delete it there, too",
    "вы его удалили, а {into} изменил; он остаётся, пока вы не удалите его и там",
)
NO_SUCH_FILE = Text("{into} has no such file", "в {into} нет такого файла")
TWO_SIDES = (BOTH_CHANGED, NOT_TEXT, DELETED_BUT_CHANGED, NO_SUCH_FILE)
CHOOSE_SIDE = Text(
    "{path}: {why}. Mine, the course's, or look?", "{path}: {why}. Моё, курса или посмотреть?"
)
SIDES = Text("[m/c/l]", "[м/к/п]")
SIDES_AGAIN = Text(
    "m takes your lines where both changed them, c leaves the file of {into} as it is, l shows what"
    " m would change",
    "м берёт ваши строки там, где изменены обе стороны, к оставляет файл {into} как есть,"
    " п показывает, что изменит м",
)
WHAT_MINE_CHANGES = Text("{into}, as it is", "{into}, сейчас")
WITH_MINE = Text("with yours", "с вашим")
NO_TEXT_TO_SHOW = Text("not text: {size} bytes", "не текст: {size} байт")

ALL_HOLD = Text("{day} in {into}: holding {holds}", "{day} в {into}: проходят {holds}")
SOME_HOLD = Text(
    "{day} in {into}: holding {holds}; not holding {fails}: {command}",
    "{day} в {into}: проходят {holds}; не проходят {fails}: {command}",
)
NONE_HOLDS = Text(
    "{day} in {into}: not holding {fails}: {command}",
    "{day} в {into}: не проходят {fails}: {command}",
)
BEFORE_CHANGES = Text("before your latest changes", "до ваших последних правок")
RUN_NOW = Text(
    "Run the tests of {day} on {into} now? About {seconds} s",
    "Запустить тесты {day} на {into} сейчас? Примерно {seconds} с",
)

NOTHING_TO_CARRY = Text(
    "Nothing in {day} differs from the reference; go on in days/{into}",
    "В {day} ничего не отличается от решения; продолжайте в days/{into}",
)
LAST_DAY = Text(
    "{day} is the last day that is written, there is nothing to carry into."
    " `checks` shows what is left to do; `checks submit` packs your work",
    "{day} — последний написанный день, переносить некуда."
    " `checks` покажет, что осталось; `checks submit` упакует вашу работу",
)
NO_SOLUTIONS = Text(
    "This handout holds no solutions, so your code cannot be told from the reference's;"
    " go on in days/{into}, where {day} stands finished",
    "В этой раздаче нет решений, и ваш код не с чем сравнить;"
    " продолжайте в days/{into}, там {day} уже решён",
)
UNKNOWN_PATH = Text(
    "{path} is no file that goes from {day} to {into}; name one as app/main.py",
    "{path} не переходит из {day} в {into}; назовите файл так: app/main.py",
)
DECIDE_LINE_BY_LINE = Text(
    "To decide line by line: checks next --from day{number} --with-conflicts {path}",
    "Чтобы решить построчно: checks next --from day{number} --with-conflicts {path}",
)
RESOLVE_CONFLICT = Text(
    "Between <<<<<<< and >>>>>>> keep what you want: {path}",
    "Между <<<<<<< и >>>>>>> оставьте нужное: {path}",
)
ADD_MIGRATION = Text(
    "If your models differ from the migrations there, add one on top:"
    " cd days/{into} && alembic revision --autogenerate",
    "Если ваши модели расходятся с миграциями, добавьте свою сверху:"
    " cd days/{into} && alembic revision --autogenerate",
)
ACCEPT_MIGRATIONS = Text(
    "To go on with the course's: checks next --from day{number} --take-reference {path}",
    "Чтобы остаться с миграциями курса: checks next --from day{number} --take-reference {path}",
)
UNRESOLVED_NAME = Text(
    "{path}:{line} uses {name}, which is nowhere in {into} now; rename it there or add the name",
    "{path}:{line} использует {name}, а в {into} этого больше нет; переименуйте там или добавьте",
)
NOT_PYTHON = Text("{path}:{line} is no Python; mend it", "{path}:{line}: это не Python; исправьте")
NOT_LISTED = Text(
    "Stays in {day}, day.toml does not list it: {paths}",
    "Остаётся в {day}, в day.toml его нет: {paths}",
)
WRITTEN = Text("Written; `checks undo` takes it back", "Записано; `checks undo` всё вернёт")
DRY_RUN = Text("Nothing was written: --dry-run", "Ничего не записано: --dry-run")
NEXT_COMMAND = Text("Next: ", "Дальше: ")
CONFIRM_MERGE = Text(
    "You have edited {paths} in {into}; a snapshot is kept. Merge into it?",
    "Вы уже правили {paths} в {into}; снимок сохранится. Слить туда?",
)
NEEDS_YES = Text(
    "You have edited {paths} in {into}; add --yes to merge into it, a snapshot is kept",
    "Вы уже правили {paths} в {into}; добавьте --yes, чтобы слить, снимок сохранится",
)

PACKED = Text("{count} files, {size} KiB: {path}", "файлов: {count}, {size} КиБ: {path}")
HAND_IN = Text(
    "Hand in this one file. Its verdicts are only claimed; whoever grades runs the tests again",
    "Сдайте этот один файл. Вердикты в нём только заявлены: при оценке тесты запустят заново",
)
LEFT_OUT = Text(
    "Left out, a submission takes 1000 files of 1 MiB at most, 32 MiB together: {paths}",
    "Не вошли, предел — 1000 файлов по 1 МиБ, вместе 32 МиБ: {paths}",
)
