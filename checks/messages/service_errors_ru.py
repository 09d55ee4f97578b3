"""Russian twins of the error sentences of `checks/services`, keyed by the English sentence."""

SERVICE_ERRORS = {
    "PostgreSQL refuses to run as root and no other user was found: make one with `{}`.": (
        "PostgreSQL не работает от root, а другого пользователя нет: создайте его: `{0}`."
    ),
    "the app has changed the login of the checker": "приложение сменило пароль проверки",
    "PostgreSQL does not let us in: {}.": "PostgreSQL нас не пускает: {0}.",
    "PostgreSQL did not start: {} See {}.": "PostgreSQL не запустился: {0} Подробности: {1}.",
    "PostgreSQL's files could not be made in {}: {}": (
        "Не удалось создать файлы PostgreSQL в {0}: {1}"
    ),
    "it gave no reason": "причина не названа",
    "No PostgreSQL here: run `make`, or set DATABASE_URL to a server of yours.": (
        "PostgreSQL здесь нет: запустите `make` или укажите свой сервер в DATABASE_URL."
    ),
    "DATABASE_URL names {}; the checks need PostgreSQL. {}": (
        "DATABASE_URL называет {0}, а проверкам нужен PostgreSQL. {1}"
    ),
    "Start it, correct DATABASE_URL, or unset it to use the server that comes with the course.": (
        "Запустите его, исправьте DATABASE_URL или уберите её: тогда поработает сервер курса."
    ),
    "{} cannot be made ({}): set EVENTURE_HOME to a folder of yours.": (
        "{0} не создать ({1}): укажите в EVENTURE_HOME свою папку."
    ),
    "This user has no home folder: set EVENTURE_HOME to a folder of yours.": (
        "У этого пользователя нет домашней папки: укажите в EVENTURE_HOME свою папку."
    ),
    "{} holds a character that a shell changes: "
    "set EVENTURE_HOME to a folder without quotes, $, ` and \\.": (
        "{0}: такой символ изменит оболочка: укажите в EVENTURE_HOME папку без кавычек, $, ` и \\."
    ),
    "The command that the servers in {} belong to has ended.": (
        "Команда, которой принадлежат серверы в {}, завершилась."
    ),
    "{} belongs to somebody else: set EVENTURE_HOME to another folder.": (
        "{0} принадлежит кому-то другому: укажите в EVENTURE_HOME другую папку."
    ),
    "{} cannot be entered by the user that PostgreSQL runs as: "
    "set EVENTURE_HOME to a folder outside private homes.": (
        "В {0} не войти пользователю, от имени которого работает PostgreSQL: "
        "укажите в EVENTURE_HOME папку вне личных каталогов."
    ),
    "The services stopped right after their start: try again.": (
        "Серверы остановились сразу после запуска: попробуйте ещё раз."
    ),
    "The services did not start: see {}/keeper.log.": (
        "Серверы не запустились: смотрите {0}/keeper.log."
    ),
    "The server of DATABASE_URL does not let us make databases: "
    "grant its role CREATEDB, or unset DATABASE_URL.": (
        "Сервер из DATABASE_URL не даёт создавать базы: "
        "дайте его роли CREATEDB или уберите DATABASE_URL."
    ),
    "REDIS_URL has no empty database among 1 to 15 that no other run uses; "
    "empty one, or unset REDIS_URL to use the workbook's own Redis.": (
        "У REDIS_URL нет пустой и свободной базы среди 1–15; "
        "очистите одну или уберите REDIS_URL: тогда поработает Redis курса."
    ),
    "Every Redis database is in use: end some of the runs, then try again.": (
        "Все базы Redis заняты: дождитесь конца других прогонов и повторите."
    ),
    "Nothing answers at REDIS_URL ({}): start it, or unset REDIS_URL.": (
        "По адресу REDIS_URL никто не отвечает ({0}): запустите Redis или уберите REDIS_URL."
    ),
    "Redis did not start: see `checks doctor`, or set REDIS_URL.": (
        "Redis не запустился: смотрите `checks doctor` или укажите REDIS_URL."
    ),
    "PostgreSQL's log does not keep up: run `checks services down`.": (
        "Журнал PostgreSQL отстаёт: выполните `checks services down`."
    ),
    "The sessions of {} do not end: try again.": (
        "Соединения с {0} не закрываются: попробуйте ещё раз."
    ),
}
