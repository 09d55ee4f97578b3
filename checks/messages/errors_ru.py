"""Error sentences in Russian, keyed by the English sentence.

The English sentence stands where it is raised; `{}` is a value in it, which may be a sentence
itself. The code that raises a sentence needs no language; the code that prints it translates it.
"""

import re
from functools import cache

from checks.messages.authoring_ru import AUTHORING
from checks.messages.grade_errors_ru import GRADE_ERRORS
from checks.messages.harness_errors_ru import HARNESS_ERRORS
from checks.messages.service_errors_ru import SERVICE_ERRORS

ERRORS = {
    # usage errors
    "No such option: {}": "нет параметра {0}",
    "{} (Possible options: {})": "{0} (похожие: {1})",
    "No such command {}": "нет команды {0}",
    "{}. Did you mean {}?": "{0}; может быть, {1}?",
    "Missing argument {}.": "не хватает аргумента {0}",
    "Missing command.": "не хватает команды",
    "Got unexpected extra argument(s) ({})": "лишние слова: {0}",
    "Option {} does not take a value.": "параметру {0} не нужно значение",
    "Option {} requires an argument.": "параметру {0} нужно значение",
    "Invalid value for {}: {}": "{0}: {1}",
    "Input should be a valid integer, unable to parse string as an integer": "нужно целое число",
    "Input should be greater than or equal to {}": "нужно число не меньше {0}",
    "Input should be less than or equal to {}": "нужно число не больше {0}",
    # the course
    "--tree {} is no folder; give a day's folder, the one that has app/": (
        "--tree {0}: это не папка; назовите папку дня, ту, в которой лежит app/"
    ),
    "{} is not written yet; `checks` shows which days are": (
        "{0} ещё не написан; какие дни есть, показывает `checks`"
    ),
    "--open and --passed leave no task; give one of them": (
        "--open и --passed вместе не оставляют заданий; дайте одно из них"
    ),
    "No task is like that; `checks list` lists all of them": (
        "Такого задания нет; все показывает `checks list`"
    ),
    "No test of {} has {} in its name; `{}` lists them": (
        "У {0} нет теста с {1} в названии; все перечислит `{2}`"
    ),
    "There is no task {}; the tasks are: {}": "Нет задания {0}; есть такие: {1}",
    "There is no day {}; the days are: {}": "Нет дня {0}; есть такие: {1}",
    "{} is not inside the workbook; change to the folder that holds days/": (
        "{0} лежит не в папке курса; перейдите туда, где лежит days/"
    ),
    "Every task that is written passes; name one: checks watch 1.2": (
        "Все написанные задания решены; назовите одно: checks watch 1.2"
    ),
    "Task {} has no hints; read {} once more": "У задания {0} нет подсказок; перечитайте {1}",
    "Task {} has {} hints; there is no hint {}": "Подсказок у задания {0}: {1}; номера {2} нет",
    "This handout holds no solutions; ask your instructor": (
        "В этой раздаче нет решений; спросите преподавателя"
    ),
    "Task {} has no marked answer in {}": "У задания {0} нет отмеченного ответа в {1}",
    # files
    "{} cannot be read; delete what is named, your code is not in it": (
        "{0}: не прочесть; удалите названное, вашего кода там нет"
    ),
    "{} was written by a newer checker; update the workbook": (
        "{0} записан более новой версией; обновите курс"
    ),
    "{} is not a plain file; move it away and try again": (
        "{0}: это не обычный файл; уберите его и повторите"
    ),
    "{} cannot be read: {}": "{0}: не прочесть: {1}",
    "{} is not UTF-8; save it as UTF-8": "{0}: это не UTF-8; сохраните файл в UTF-8",
    "There is no snapshot {} in {}": "Нет снимка {0} в {1}",
    "{} is damaged ({}); {}": "{0} повреждён ({1}); {2}",
    "the files themselves are beside it; move {} away and try again": (
        "сами файлы лежат рядом; уберите {0} и повторите"
    ),
    "{} is not inside {}; only the workbook's files are kept": (
        "{0} лежит не в {1}; сохраняются только файлы курса"
    ),
    "snapshot {} has lost {}; nothing was changed": "в снимке {0} нет {1}; ничего не изменено",
    "The starter of {} is in no commit here; clone the workbook anew": (
        "Заготовки {0} нет ни в одном коммите; склонируйте курс заново"
    ),
    # the manifest
    "{} is not valid TOML: {}": "{0}: это не TOML: {1}",
    "{}: `{}` must be {}; mend the manifest": "{0}: `{1}` должно быть {2}; исправьте манифест",
    "{}: `{}` is unknown; the keys here are {}": "{0}: ключ `{1}` неизвестен; здесь есть {2}",
    "{}: `{}` is missing; add it": "{0}: не хватает `{1}`; добавьте",
    "{}: `{}` must be a text that is not empty": "{0}: `{1}` должно быть непустым текстом",
    "{}: `{}` must be a whole number above 0": "{0}: `{1}` должно быть целым числом больше 0",
    "{}: `{}` must be a list of texts": "{0}: `{1}` должно быть списком текстов",
    "{}: `{}` must be a table": "{0}: `{1}` должно быть таблицей",
    "{}: `tasks` must be written as [[tasks]] tables": (
        "{0}: `tasks` нужно записать таблицами [[tasks]]"
    ),
    "{}: `{}` names {}, no earlier task": "{0}: `{1}` называет {2}, а раньше такого задания нет",
    "{}: {} {} is used twice; rename one": "{0}: {1} {2} встречается дважды; переименуйте одно",
    # submit
    "{} lies in days/, with what is packed; choose another --out": (
        "{0} лежит в days/, среди того, что пакуется; назовите другой --out"
    ),
    "{} is something else; choose another --out": (
        "{0}: там уже что-то другое; назовите другой --out"
    ),
    "{}; choose another --out": "{0}; назовите другой --out",
    "{} cannot be written ({})": "{0}: не записать ({1})",
    "{} is a link; put the folder itself there": "{0}: это ссылка; положите туда саму папку",
    "{} is a link or no plain file; put the file itself there": (
        "{0}: это ссылка или не обычный файл; положите туда сам файл"
    ),
    "{} has a name that not every system can keep; rename it": (
        "{0}: такое имя сохранит не всякая система; переименуйте"
    ),
    # a run
    "Cannot contain the app: {}": "Изолировать приложение не выходит: {0}",
    "the test process ended with {}": "процесс тестов завершился с кодом {0}",
    "no test of {} could be collected": "из {0} не собрать ни одного теста",
    "{} has more than {}; remove what is not yours": "{0}: больше, чем {1}; уберите лишнее",
    "{}; put a file that you may read there": "{0}; положите туда файл, который можно прочитать",
    "{}; keep files and folders as the day has them": (
        "{0}; оставьте файлы и папки такими, как в дне"
    ),
    "{} cannot take its place ({})": "{0} не встаёт на своё место ({1})",
    "{} is larger than 1 MiB; a learner's file never needs to be": (
        "{0} больше 1 МиБ; вашим файлам столько не нужно"
    ),
    "This Python leaves out assertions: unset PYTHONOPTIMIZE, and start it without -O": (
        "Этот Python пропускает проверки assert: уберите PYTHONOPTIMIZE и запускайте без -O"
    ),
    "the app keeps the tests out of its database: {}": (
        "приложение не пускает тесты в свою базу: {0}"
    ),
    "it has dropped the database": "база удалена",
    "ALLOW_CONNECTIONS is false": "ALLOW_CONNECTIONS выключено",
    "CONNECTION LIMIT is set": "задан CONNECTION LIMIT",
    "CONNECT is revoked": "право CONNECT отозвано",
    "it has changed the login of the checker": "пароль проверки сменён",
    "a session of the tests was lost, which tells nothing: {}": (
        "соединение тестов прервалось, это ничего не говорит о приложении: {0}"
    ),
    # a file that a parser cannot read
    "{}:{} is UTF-8 ({})": "{0}:{1}: это не UTF-8 ({2})",
    "{}:{} is Python ({})": "{0}:{1}: это не Python ({2})",
    "{}:{} is TOML ({})": "{0}:{1}: это не TOML ({2})",
    "{}:{} is YAML ({})": "{0}:{1}: это не YAML ({2})",
    "{}:{} is a Dockerfile ({})": "{0}:{1}: это не Dockerfile ({2})",
    "{}:{} is nginx's ({})": "{0}:{1}: nginx этого не поймёт ({2})",
    "{}:{} is Docker's ({})": "{0}:{1}: Docker этого не поймёт ({2})",
    "{}:{} is a pattern ({})": "{0}:{1}: это не регулярное выражение ({2})",
    "it is nested too deeply": "вложенность слишком глубока",
    # the sandbox
    "The sandbox needs Linux; use the devcontainer.": "Нужен Linux; откройте devcontainer.",
    "bwrap is missing: {}.": "нет bwrap: {0}.",
    "{} runs with a sandbox are going on here: end some of them": (
        "здесь идут прогоны с песочницами, их {0}: дождитесь конца некоторых из них"
    ),
    "Root can make no folder in /run or /tmp, which a sandbox needs": (
        "root не может создать папку ни в /run, ни в /tmp, а песочнице она нужна"
    ),
    "bwrap does not work here: {}.": "bwrap здесь не работает: {0}.",
    "Other users cannot read the workbook: {}.": (
        "Другие пользователи не могут прочесть курс: {0}."
    ),
    "User namespaces seem to be off: run as root, allow them ({}, or the AppArmor setting {}), "
    "or start the container with {}.": (
        "Пространства имён пользователя, видимо, выключены: запустите от root, разрешите их "
        "({0} или настройка AppArmor {1}) или запустите контейнер с {2}."
    ),
    "cannot run here: no Docker engine answers": "здесь не запустить: Docker не отвечает",
    "cannot run here: neither `docker compose` nor `docker-compose` is installed": (
        "здесь не запустить: нет ни `docker compose`, ни `docker-compose`"
    ),
    "cannot run here: an image cannot be had": "здесь не запустить: образа взять неоткуда",
    "cannot run here: the base image cannot be had": (
        "здесь не запустить: базового образа взять неоткуда"
    ),
    "cannot run here: an engine would run your code outside the sandbox": (
        "здесь не запустить: Docker выполнил бы ваш код вне песочницы"
    ),
    "cannot run here: verify leaves the Docker engine out; EVENTURE_ENGINE=on takes it in": (
        "здесь не запустить: verify обходится без Docker; EVENTURE_ENGINE=on включит его"
    ),
    **HARNESS_ERRORS,
    **SERVICE_ERRORS,
    **GRADE_ERRORS,
}


def translate_error(sentence: str, lang: str) -> str:
    """The sentence in the language `lang`; unchanged when there is no translation."""
    if lang != "ru":
        return sentence
    for pattern, russian in _patterns():
        if match := pattern.fullmatch(sentence):
            return russian.format(*(translate_error(value, lang) for value in match.groups()))
    return sentence


def translate_finding(sentence: str, lang: str) -> str:
    """What a failed test says: the harness's own sentences are translated, the test's are not."""
    if lang != "ru":
        return sentence
    for pattern, russian in _compiled(tuple(HARNESS_ERRORS.items())):
        if match := pattern.fullmatch(sentence):
            return russian.format(*(translate_error(value, lang) for value in match.groups()))
    return sentence


def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return _compiled(tuple({**ERRORS, **AUTHORING}.items()))


@cache
def _compiled(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences as patterns, those with the most fixed text first."""
    ranked = sorted(pairs, key=lambda pair: -len(pair[0].replace("{}", "")))
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL), russian)
        for english, russian in ranked
    )
