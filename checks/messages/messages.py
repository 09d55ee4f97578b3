"""The checker's own texts in Russian, keyed by the English; a task's texts lie with the task."""

from collections.abc import Mapping, Sequence

RUSSIAN = {
    # verdicts on the board
    "✔ passes": "✔ решено",
    "✘ fails": "✘ не проходит",
    "✘ hangs": "✘ зависает",
    "✘ error": "✘ ошибка",
    "· not run": "· не запускалось",
    "· blocked": "· ждёт",
    "· skipped": "· пропущено",
    "! broken run": "! сбой прогона",
    # verdicts of a run
    "pass": "решено",
    "fail": "не проходит",
    "error": "ошибка",
    "timeout": "зависло",
    "oom": "нет памяти",
    "output_limit": "много вывода",
    "blocked": "ждёт",
    "not_run": "не запускалось",
    "skipped": "пропущено",
    "skipped:": "пропущено:",
    "infra_error": "сбой прогона",
    "flaky": "то так, то эдак",
    # the board
    "not written yet": "ещё не написан",
    "Every task that is written passes.": "Все написанные задания решены.",
    "Bonus": "Бонус",
    "For extra points:": "За дополнительные баллы:",
    "Every bonus task passes.": "Все бонусные задания решены.",
    "The days begin with:": "Дни начинаются с задания:",
    "bonus points": "бонусные баллы",
    "a part of the task was run; no points": "запущена часть задания; без баллов",
    "task": "задание",
    "verdict": "вердикт",
    "points": "баллы",
    "Next: ": "Дальше: ",
    "min": "мин",
    "read": "читать",
    "edit": "менять",
    "new file:": "новый файл:",
    "check": "тесты",
    "or": "или",
    "stuck": "помощь",
    # a run
    "running": "запускаю",
    "tests": "тесты",
    "running again what passed before": "проверяю то, что было решено раньше",
    "still at": "всё ещё идёт",
    "slowest:": "дольше всех:",
    "your code": "ваш код",
    "your code printed": "ваш код напечатал",
    "what your code printed:": "что напечатал ваш код:",
    "test": "тест",
    "request": "запрос",
    "response": "ответ",
    "{count} statements": "команд: {count}",
    "log": "журнал",
    "expected": "ожидалось",
    "got": "получено",
    "asked": "условие",
    "promise": "обещание",
    "all of it:": "всё целиком:",
    'pytest does not look into the day\'s folder: 4.1 sets pythonpath = ["."] in pyproject.toml': (
        'pytest не ищет в папке дня: задание 4.1 задаёт pythonpath = ["."] в pyproject.toml'
    ),
    "no answer": "нет ответа",
    "This looks like: ": "Похоже на известную ошибку: ",
    "or: ": "или: ",
    "a question:": "вопрос:",
    "other failures ({count})": "ещё не проходят ({count})",
    "{count} wait for this": "ждут этого: {count}",
    "builds on": "опирается на",
    "which does not pass yet:": "а оно ещё не решено:",
    "run in the sandbox": "запущено в песочнице",
    "no cause was recorded": "причина не записана",
    # hints
    "hint": "подсказка",
    "of": "из",
    "The last one. An answer:": "Это последняя. Одно из решений:",
    # watch
    "passes again": "снова решено",
    "passed before and does not now": "раньше проходило, теперь нет",
    "saved": "сохранено",
    "next task": "дальше",
    "previous": "назад",
    "run again": "ещё раз",
    "commit": "коммит",
    "debrief": "разбор",
    "board": "табло",
    "quit": "выход",
    "This is the last task.": "Это последнее задание.",
    "This is the first task.": "Это первое задание.",
    "{task} runs now, then at each save in {folder}": (
        "{task} проверяется сейчас, затем при каждом сохранении в {folder}"
    ),
    # read
    "Hints, one at a time:": "Подсказки, по одной:",
    # reset and undo
    "{path}: the regions of {task}": "{path}: области {task}",
    "{path}: the whole file, its markers of {task} are missing or damaged": (
        "{path}: файл целиком, метки {task} в нём пропали или повреждены"
    ),
    "{path}: written anew, it is gone": "{path}: файла нет, будет создан заново",
    "{path}: removed, it is yours alone": "{path}: будет удалён, в заготовке его нет",
    "{path}: stays, {others} needs it too": "{path}: останется, он нужен и для {others}",
    "{said}; what you wrote for {others} in it goes too": (
        "{said}; пропадёт и то, что вы написали в нём для {others}"
    ),
    "Put this back?": "Вернуть заготовку?",
    "Put back; `checks undo` brings your lines back": (
        "Заготовка на месте; `checks undo` вернёт ваши строки"
    ),
    "Nothing to put back: {task} is as it began": "Возвращать нечего: {task} и так как в заготовке",
    "Nothing to put back: the regions of {task} are as they began": (
        "Возвращать нечего: области {task} и так как в заготовке"
    ),
    "{path}: your lines outside the regions of {task} stay": (
        "{path}: ваши строки вне областей {task} останутся"
    ),
    "there was no answer; nothing was written": "ответа не было; ничего не записано",
    "{what}{where}; mend that, then try again": "{what}{where}; исправьте это и повторите",
    "see": "смотрите",
    "taken back:": "отменено:",
    "brought back:": "возвращено:",
    "`checks undo --redo` brings back what was there before": (
        "`checks undo --redo` вернёт то, что было до отмены"
    ),
    "There is nothing to bring back; the last command that wrote was no undo": (
        "Возвращать нечего: последней в файлы писала не отмена"
    ),
    "You have changed {paths} since `{why}`; a snapshot is kept. Overwrite that?": (
        "После `{why}` вы меняли {paths}; снимок сохранится. Записать поверх?"
    ),
    "There is nothing to undo; no command has written to your files": (
        "Отменять нечего: ни одна команда не меняла ваши файлы"
    ),
    # services
    "Starting PostgreSQL and Redis …": "Запускаю PostgreSQL и Redis …",
    "PostgreSQL and Redis are stopped": "PostgreSQL и Redis остановлены",
    "a database of your own:": "база для вас самих:",
    "external": "внешний",
    "simulated": "имитация",
    "is running": "работает",
    "stopped": "остановлен",
    "home": "папка",
    "DATABASE_URL names a server of yours: make an empty database there, and name that, "
    "or unset DATABASE_URL to be lent one": (
        "DATABASE_URL указывает на ваш сервер: создайте там пустую базу и укажите её "
        "или уберите DATABASE_URL, и базу одолжим мы"
    ),
    # doctor
    "disk": "диск",
    "services": "серверы",
    "sandbox": "песочница",
    "variable": "переменная",
    "limit": "предел",
    "ignored": "не учитывается",
    "how long the app may take to answer a request": "сколько приложение может отвечать на запрос",
    "how long the app may take to start": "сколько приложение может запускаться",
    "whether a Docker engine runs the tests that need one": "запускать ли тесты с Docker",
    "how long unused services live": "сколько живут серверы без дела",
    "whether PostgreSQL's files lie in memory": "лежат ли файлы PostgreSQL в памяти",
    "which faults are put into a copy of your code (4.4, 4.5)": (
        "какие ошибки вносятся в копию вашего кода (4.4, 4.5)"
    ),
    "the broker of checks grade and checks worker": "брокер для checks grade и checks worker",
    "where checks grade and checks worker exchange files": (
        "где checks grade и checks worker обмениваются файлами"
    ),
    "install Python 3.11 or later": "установите Python 3.11 или новее",
    "MB free": "МБ свободно",
    "free 500 MB of disk": "освободите 500 МБ на диске",
    "only `checks run --contained` needs it:": "нужна только для `checks run --contained`:",
    "not found": "не найден",
    "install git": "установите git",
    "from the wheel": "из пакета Python",
    "checks services down, then checks services up": (
        "checks services down, затем checks services up"
    ),
    # serve
    "The app:": "Приложение:",
    "The day's tests against it, from another terminal:": (
        "Тесты этого дня на нём, из другого терминала:"
    ),
    "Port {port} is taken; choose another one with --port": (
        "Порт {port} занят; назовите другой: --port"
    ),
    "`{command}` failed in {folder}: {last}": "`{command}` не сработала в {folder}: {last}",
    "no output": "вывода нет",
    # pytest --base-url
    "no answer yet: look at its console; Ctrl-C ends the waiting": (
        "ответа пока нет: загляните в его консоль; Ctrl-C прекратит ожидание"
    ),
    "the rows of its database ({rows}) are set aside and come back at the end": (
        "строки его базы ({rows}) отложены и вернутся в конце"
    ),
    "a run was killed: the rows from before it come back; those of now ({rows}) lie in {file}": (
        "прошлый прогон убит: строки, что были до него, вернутся; нынешние ({rows}) лежат в {file}"
    ),
    "the rows of its database are back": "строки его базы на месте",
    "the rows of its database are not back ({why}): they lie in {file}": (
        "строки его базы не вернулись ({why}): они лежат в {file}"
    ),
    "the server has ended, and its database with it": "сервер остановлен, его базы больше нет",
    # pytest's last lines
    "Eventure, by task": "Eventure по заданиям",
    "next: task {task}; `checks hint {task}` asks a question": (
        "дальше: задание {task}; `checks hint {task}` задаст вопрос"
    ),
    "in part": "частично",
    "only a part ran, which says nothing of the whole; next: `checks run {task}`": (
        "запускалась только часть, о целом она не говорит; дальше: `checks run {task}`"
    ),
    "next: all of it passes; commit, and look at `checks`": (
        "дальше: решено всё; сделайте коммит и откройте табло: `checks`"
    ),
}


def language(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language that a command line asks for: `--lang`, else EVENTURE_LANG, else English."""
    chosen = environ.get("EVENTURE_LANG", "en")
    for number, word in enumerate(argv):
        if word == "--lang" and number + 1 < len(argv):
            chosen = argv[number + 1]
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
    return chosen


def translate(text: str, lang: str) -> str:
    """A text of the checker in the language `lang`; English when there is no translation."""
    return RUSSIAN.get(text, text) if lang == "ru" else text
