"""The texts of `checks debrief`, of `checks history` and of the commit offered after a pass."""

from checks.course.course import Text

NOT_PASSED = Text(
    "{task} does not pass yet, and its debrief shows answers: pass it first, checks run {task}",
    "{task} ещё не решено, а разбор показывает ответы: сначала решите его, checks run {task}",
)
NO_SUCH_OPTION = Text(
    "The question of {task} has the options 1 to {count}; checks debrief {task} shows them",
    "У вопроса задания {task} варианты от 1 до {count}; их покажет checks debrief {task}",
)
NO_QUESTION = Text("{task} has no question", "У задания {task} нет вопроса")
NO_SUCH_DESIGN = Text(
    "{task} has no accepted design {name}; checks debrief {task} lists them",
    "У задания {task} нет принятого решения {name}; список покажет checks debrief {task}",
)
SEALED_DESIGN = Text(
    "This copy has no answers, so {name} has no code here; ask your instructor",
    "В этой копии нет ответов, поэтому кода {name} здесь нет; спросите преподавателя",
)

QUESTION = Text("One question", "Один вопрос")
ANSWER = Text("Your answer: {command}", "Ваш ответ: {command}")
RIGHT = Text("Right. Why it works:", "Верно. Почему это работает:")
WRONG = Text("No.", "Нет.")
OTHERS = Text("The other options:", "Другие варианты:")
DESIGNS = Text("What others do: accepted designs", "Как делают другие: принятые решения")
DESIGN_CODE = Text("The code of one:", "Код одного из них:")
NO_OTHERS = Text(
    "No other design is recorded for this task.", "Для этого задания других решений не записано."
)
READ = Text("What to read", "Что почитать")

COMMIT = Text("commit", "коммит")
DEBRIEF = Text("why", "разбор")
NOTES = Text("notes", "заметка")
NOTES_LINE = Text(
    "the day is done: one line in NOTES.md, what you did not know this morning",
    "день готов: строка в NOTES.md — чего вы утром не знали",
)
REVIEW = Text("review", "ревью")
COMMITTED = Text("committed: {message}", "закоммичено: {message}")
NOTHING_TO_COMMIT = Text("There is nothing to commit in {folder}", "В {folder} нечего коммитить")
COMMIT_AFTER_A_PASS = Text(
    "{task} does not pass yet; `c` commits what passes, and git commits the rest",
    "{task} ещё не решено; `c` коммитит решённое, остальное можно закоммитить через git",
)
NO_REPOSITORY = Text(
    "{folder} is in no git repository, so nothing was committed; `git init` makes one",
    "{folder} лежит не в репозитории git, коммита нет; `git init` создаст репозиторий",
)
GIT_REFUSES = Text(
    "git refuses: {said}. Commit by hand: {command}",
    "git отказывает: {said}. Сделайте коммит сами: {command}",
)

ATTEMPTS = Text("Attempts", "Попытки")
SNAPSHOTS = Text("Snapshots", "Снимки")
WHEN = Text("when", "когда")
FIRST_FAILURE = Text("first failure", "не прошёл")
BEFORE = Text("before", "перед")
FILES = Text("files", "файлы")
RESTORED = Text("taken back", "отменено")
OLDER = Text(
    "{count} older ones: checks history --all", "ещё {count}, старше: checks history --all"
)
NO_HISTORY = Text(
    "There is no attempt and no snapshot yet; `checks run` makes the first one",
    "Попыток и снимков ещё нет; первую сделает `checks run`",
)
LOCAL = Text(
    "They lie in .checks/ on this machine; no command sends them. `checks history --delete` deletes"
    " them.",
    "Они лежат в .checks/ на этой машине, никакая команда их не отправляет. Удалить:"
    " `checks history --delete`.",
)
DELETE = Text(
    "Delete {attempts} attempts and {snapshots} snapshots? `checks undo` has nothing left then.",
    "Удалить попытки ({attempts}) и снимки ({snapshots})? `checks undo` после этого нечего"
    " возвращать.",
)
DELETED = Text("Deleted; your files and the board stay", "Удалено; ваши файлы и табло остались")
