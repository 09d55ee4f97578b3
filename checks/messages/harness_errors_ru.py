"""Russian twins of what the harness itself says of a test, keyed by the English sentence.

What a test asks stays English: it names requests, fields and code.
"""

HARNESS_ERRORS = {
    # the app, as a process
    "the app": "приложение",
    "the app does not start: {}": "приложение не запускается: {0}",
    "the app did not start within {} s; {}": "приложение не запустилось за {0} с; {1}",
    "it ended without a word": "оно завершилось и ничего не сказало",
    "it stands in {}": "оно стоит в {0}",
    "no frame of your code is running": "ваш код сейчас не выполняется",
    "the process has ended": "процесс завершился",
    "look at its console": "смотрите в его консоли",
    "{} was not answered within {} s; {}": "{0}: ответа нет за {1} с; {2}",
    "{}: the app broke the connection ({})": "{0}: приложение оборвало соединение ({1})",
    "{} was answered with more than {} MiB": "{0}: ответ больше {1} МиБ",
    "{} was answered with Content-Encoding: {}; send it plain": (
        "{0}: ответ пришёл с Content-Encoding: {1}; отправьте его без сжатия"
    ),
    "a statement of the tests was not answered within {} s; {}": (
        "запрос тестов к базе остался без ответа за {0} с; {1}"
    ),
    "does the app hold a lock on your tables?": "не держит ли приложение блокировку ваших таблиц?",
    "WebSocket {}: no answer within {} s": "WebSocket {0}: ответа нет за {1} с",
    # commands and probes
    "{} was still running after {} s": "{0}: не завершилось и за {1} с",
    "your code raised {}": "ваш код вызвал исключение {0}",
    "`alembic upgrade head` failed: {}": "`alembic upgrade head` не сработала: {0}",
    "`alembic upgrade head` failed": "`alembic upgrade head` не сработала",
    "`celery -A app.celery_app worker` ends: {}": (
        "`celery -A app.celery_app worker` завершается: {0}"
    ),
    "POST {} with introspection: no schema ({})": "POST {0} с интроспекцией: схемы нет ({1})",
    "{} is no GraphQL schema: {}": "{0}: это не схема GraphQL: {1}",
    "breakpoint in {}: passed over, a test run has no terminal; {}": (
        "точка останова в {0} пропущена: у прогона тестов нет терминала; {1}"
    ),
    "{}EOFError: input: a test run has no terminal; {}": (
        "{0}EOFError: input: у прогона тестов нет терминала; {1}"
    ),
    "`checks serve {}` has one": "он есть у `checks serve {0}`",
    'run the command by hand after eval "$(checks services lend)"': (
        'запустите команду сами после eval "$(checks services lend)"'
    ),
    "a file of yours was read for {} s of CPU time without an end": (
        "ваш файл читался {0} с времени процессора и не дочитан"
    ),
    "`{}` is not a plain file": "`{0}`: это не обычный файл",
    "in the place of `{}` there is something else: {}": "на месте `{0}` лежит что-то другое: {1}",
    # limits
    "{} was ended: it printed more than {} MiB": "{0} остановлено: напечатано больше {1} МиБ",
    "{} was ended: it wrote more than {} MiB, {} files, or {} folders deep": (
        "{0} остановлено: записано больше {1} МиБ, {2} файлов или {3} уровней папок"
    ),
    "{} was ended: it held more than {} MiB, with what the kernel keeps for it": (
        "{0} остановлено: занято больше {1} МиБ вместе с памятью ядра"
    ),
    "{} was ended: it held more than {} MiB, with what its statements hold": (
        "{0} остановлено: занято больше {1} МиБ вместе с памятью его запросов"
    ),
    "{} was ended: it stored more than {} MiB in its database": (
        "{0} остановлено: в базе больше {1} МиБ"
    ),
    "{} was ended: PostgreSQL has nothing left: {}": (
        "{0} остановлено: у PostgreSQL не осталось ресурсов: {1}"
    ),
    "{} was ended: PostgreSQL wrote more than {} MiB in files that belong to no database": (
        "{0} остановлено: PostgreSQL записал больше {1} МиБ в файлы вне баз"
    ),
    "a table of yours has more than {} rows": "в вашей таблице больше {0} строк",
    "what the app asked of Redis has ended it; it may hold 1 GiB": (
        "приложение потребовало от Redis столько, что он завершился; ему дан 1 ГиБ"
    ),
    # services and the machine
    "{} died during this test, which tells nothing": (
        "{0}: сервер завершился во время теста, это ничего не говорит о приложении"
    ),
    "{}: superseded by task {}": "{0}: заменён заданием {1}",
    "this machine was paused for {} s while the task was tested; run it again": (
        "машина была приостановлена на {0} с, пока задание проверялось; запустите ещё раз"
    ),
    "the disk of {} was full, so this test tells nothing": (
        "диск папки {0} заполнен, поэтому тест ничего не говорит о приложении"
    ),
    "the kernel ended a process for lack of memory: free some first": (
        "ядро завершило процесс, памяти не хватило: сначала освободите её"
    ),
    "the tables cannot be emptied for the next test: {}; "
    "does the app change rights or settings of its database?": (
        "таблицы не очистить для следующего теста: {0}; "
        "не меняет ли приложение права или настройки своей базы?"
    ),
    # a run
    "blocked: {} has to pass first": "ждёт: сначала должен пройти {0}",
    # the answer
    "the answer is null: does your handler return something?": (
        "в ответе null: возвращает ли что-нибудь ваш обработчик?"
    ),
    "the answer has another shape than asked: {}": "ответ не той формы, что требуется: {0}",
    "an assertion without a message": "проверка без пояснения",
    # a learner's own suite
    "{}: pytest ran no test and said: {}": "{0}: pytest не запустил ни одного теста: {1}",
    "{}: {} of {} did not pass: {}": "{0}: не прошло {1} из {2}: {3}",
}
