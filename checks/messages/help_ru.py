"""The texts of `--help` in Russian, keyed by the English text that stands with the command."""

from checks.messages.help_maintaining_ru import MAINTAINING

HELP = {
    **MAINTAINING,
    # the commands
    "The board: seven days, the tasks of the day at hand, and what to do next.": (
        "Табло: семь дней, задания текущего дня и следующий шаг."
    ),
    "Every command and option. With a command's name, the page of that one.": (
        "Все команды и параметры. С именем команды — её справка."
    ),
    "Only the page of this one: run.": "Справка только этой команды: run.",
    "The tasks of every day.": "Задания всех дней.",
    "Find tasks: by words, by day, open or passed.": (
        "Найти задания: по словам, по дню, нерешённые или решённые."
    ),
    "Words in a title or in a file to edit.": "Слова из названия или из имени файла.",
    "Only this day: day3, or 3.": "Только этот день: day3 или 3.",
    "Only what does not pass.": "Только нерешённые.",
    "Only what passes.": "Только решённые.",
    "Only the tests with this in their name.": "Только тесты, в названии которых это есть.",
    "Show every failure of a task.": "Показать все непройденные тесты задания.",
    "Show all of a failure, uncut.": "Показать всё о непройденном тесте, без сокращений.",
    "The statement of a task, without its hints.": "Условие задания, без подсказок.",
    "Run the current task on each save; the keys stand at the bottom. Ends with q or Ctrl-C.": (
        "Проверять задание при каждом сохранении; клавиши видны внизу. Выход: q или Ctrl-C."
    ),
    "Carry your day into the next one.\n\nExit code 1 when something is left to you: a conflict, a "
    "missing name, migrations of yours that\nstay behind, a test that does not pass.": (
        "Перенести ваш день в следующий.\n\nКод выхода 1, если что-то осталось вам: конфликт, "
        "пропавшее имя, ваши миграции, которые не перенесены, непройденный тест."
    ),
    "Pack your files of every day into one archive. Exit code 1 when some were left out.": (
        "Упаковать ваши файлы всех дней в один архив. Код выхода 1, если вошли не все."
    ),
    "Run tasks or days. Exit code 0 when all pass, 1 when something does not, 2 on misuse.": (
        "Проверить задания или дни. Код выхода: 0 — всё решено, 1 — что-то не проходит, 2 — "
        "команда вызвана неверно."
    ),
    "The next hint. Asking never moves your position on the board.": (
        "Следующая подсказка; она не сдвигает ваше место на табло."
    ),
    "The answer to a task, cut out of the finished backend.": (
        "Ответ на задание, вырезанный из готового бэкенда."
    ),
    "After a pass: one question, other designs that pass, reading.": (
        "После решения: один вопрос, другие решения и что почитать."
    ),
    "A task that passes, such as 1.2.": "Решённое задание, например 1.2.",
    "Your answer to the question: 1, 2, …": "Ваш ответ на вопрос: 1, 2, …",
    "The code of one accepted design.": "Код одного из принятых решений.",
    "Your attempts and the snapshots, which stay on this machine.": (
        "Ваши попытки и снимки; они остаются на этой машине."
    ),
    "Only the attempts at this task.": "Только попытки этого задания.",
    "The older attempts too.": "И попытки постарше.",
    "Delete the attempts and the snapshots.": "Удалить попытки и снимки.",
    "Put a task's regions back to their starters. A snapshot is taken first.": (
        "Вернуть области задания к заготовке. Сначала делается снимок."
    ),
    "Take back the last command that wrote to your files. A snapshot is taken first.\n\n"
    "Asks before it overwrites what you edited since; without an answer nothing is written.": (
        "Отменить последнюю команду, которая писала в ваши файлы. Сначала делается снимок.\n\n"
        "Спросит, прежде чем писать поверх ваших правок; без ответа ничего не записывается."
    ),
    "What is missing, and the command that mends it. Exit code 1 if something is.": (
        "Чего не хватает и какая команда это исправит. Код выхода 1, если не хватает."
    ),
    "That day's app, migrated and seeded, with reload and /docs.": (
        "Приложение этого дня: база с данными, перезагрузка и /docs."
    ),
    'PostgreSQL and Redis for the exercises. For your shell: eval "$(checks services lend)".': (
        'PostgreSQL и Redis для упражнений. Для вашей консоли: eval "$(checks services lend)".'
    ),
    "Start what is not running; print the two URLs.": (
        "Запустить то, что не работает; напечатать оба адреса."
    ),
    "Stop them now; they also stop by themselves after half an hour without use.": (
        "Остановить сейчас; через полчаса без дела они останавливаются сами."
    ),
    "Say what is running.": "Сказать, что работает.",
    # options and arguments
    "en or ru.": "en или ru.",
    "Print one JSON document.": "Напечатать один документ JSON.",
    "Print a line of JSON for each result, the report as the last.": (
        "Печатать строку JSON о каждом результате, последней — отчёт."
    ),
    "A task, such as 1.2.": "Задание, например 1.2.",
    "A task; default: what is next.": "Задание; если не названо, то следующее.",
    "Look for changes instead of being told: network disks.": (
        "Самой искать изменения: для сетевых дисков."
    ),
    "The day: day1. Default: yours.": "День: day1. Если не назван, то ваш.",
    "Carry nothing into this file. May be repeated.": (
        "Ничего не переносить в этот файл. Можно повторять."
    ),
    "Of each conflict, the course's side.": "В каждом конфликте взять сторону курса.",
    "Write git's markers into this file; repeatable.": (
        "Записать в этот файл отметки git. Можно повторять."
    ),
    "Write nothing.": "Ничего не записывать.",
    "Then run the day's tests there.": "Потом запустить там тесты этого дня.",
    "Do not ask.": "Не спрашивать.",
    "Where to write it.": "Куда записать.",
    "Tasks or days: 1.2, day1. Default: what is next.": (
        "Задания или дни: 1.2, day1. Если не названы, то следующее задание."
    ),
    "Run the app in the sandbox.": "Запустить приложение в песочнице.",
    "Test this folder instead of yours.": "Проверить эту папку вместо вашей.",
    "This one again: 1, 2, …": "Показать эту ещё раз: 1, 2, …",
    "Your code against it.": "Ваш код рядом с ним.",
    "Take the last undo back.": "Вернуть то, что забрала последняя отмена.",
    "A day: day1, or 1.": "День: day1 или 1.",
    "The port on 127.0.0.1.": "Порт на 127.0.0.1.",
    "Serve the finished solution.": "Запустить готовое решение.",
    'A database for alembic, uvicorn, psql and your own pytest: eval "$(checks services lend)".': (
        'База для alembic, uvicorn, psql и ваших тестов pytest: eval "$(checks services lend)".'
    ),
    'The folder of pg_dump and psql: export PATH="$(checks services path):$PATH".': (
        'Папка с pg_dump и psql: export PATH="$(checks services path):$PATH".'
    ),
    # a cohort
    "Grade a cohort. Exit code 1 when a row needs a person; `grade doctor` tries the sandbox.": (
        "Проверить работы группы. Код выхода 1, если на строку должен взглянуть человек; "
        "`grade doctor` испытывает песочницу."
    ),
    "Archives, clones, git URLs, a folder of them; or the word doctor.": (
        "Архивы, клоны, адреса git, папка с ними; или слово doctor."
    ),
    "The folder for the gradebook and its journal.": "Папка для ведомости и её журнала.",
    "Submissions at a time.": "Сколько работ проверять сразу.",
    "one a processor, and 2 GiB of free memory for each": (
        "по одной на процессор, и на каждую по 2 ГиБ свободной памяти"
    ),
    "A CSV of the people: name, email, id, group.": (
        "CSV со списком людей: имя, почта, номер, группа."
    ),
    "When it is due: 2026-03-01T18:00+03:00. A date: its end, UTC.": (
        "Срок сдачи: 2026-03-01T18:00+03:00. Только дата: её конец по UTC."
    ),
    "Points off: 2/day, 10%/day, 0-after-3, or two of them.": (
        "Сколько баллов снять: 2/day, 10%/day, 0-after-3 или два правила вместе."
    ),
    "The column of the LMS that gets the points.": "Столбец LMS, в который попадут баллы.",
    "This day: day1. Default: all.": "Этот день: day1. Если не назван, то все.",
    "Only the row of this name; repeatable.": "Только строка с этим именем; можно повторять.",
    "All but the row of this name; repeatable.": (
        "Все, кроме строки с этим именем; можно повторять."
    ),
    "Grade the row of this name again, though it has a result; repeatable.": (
        "Проверить строку с этим именем заново, хотя результат есть; можно повторять."
    ),
    "Seconds of CPU time for one day of one submission.": (
        "Секунды процессорного времени на один день одной работы."
    ),
    "Run their code as yourself, without a sandbox.": (
        "Запускать чужой код от вашего имени, без песочницы."
    ),
    "Grade cells of a cohort that `checks grade --queue` sends, until Ctrl-C or SIGTERM."
    "\n\nExit code 2: it cannot grade what it was sent; others can.": (
        "Проверять работы группы, которые шлёт `checks grade --queue`, до Ctrl-C или SIGTERM."
        "\n\nКод выхода 2: этот воркер присланное проверить не может, другие могут."
    ),
    "The broker that cells are sent through: redis://HOST:6379/0, amqp://HOST.": (
        "Брокер, через который идут работы: redis://HOST:6379/0, amqp://HOST."
    ),
    "End after so many seconds without a cell. 0: never.": (
        "Завершиться, если столько секунд не было работы. 0: никогда."
    ),
    "Where files and results travel, any URL of fsspec. Default: a folder of this user's.": (
        "Где передаются файлы и результаты: любой URL для fsspec. По умолчанию папка пользователя."
    ),
    "Grade again what has changed, say who changes and why, and write after a yes.": (
        "Проверить заново то, что изменилось, сказать, у кого и почему, и записать после «да»."
    ),
    "Draw the report of a graded cohort anew; nothing is graded.": (
        "Заново нарисовать отчёт о проверенной группе; ничего не проверяется."
    ),
    "Where `checks grade` wrote.": "Куда писал `checks grade`.",
    "The form.": "Форма отчёта.",
    "Make the learners' copy: no solutions, no catalogue; hints and signatures are sealed.": (
        "Собрать копию для учеников: без решений и каталога; подсказки и признаки запечатаны."
    ),
    "A new folder.": "Новая папка.",
    "The last day that is in it: day3. Default: all.": (
        "Последний день, который войдёт: day3. Если не назван, то все."
    ),
    "Bring a newer course into your copy; your work stays. Exit code 1 when something is left.": (
        "Взять новую версию курса в вашу копию; ваша работа останется. Код выхода 1, если что-то "
        "осталось решить вам."
    ),
    "A newer copy: its folder, or its base.zip.": "Новая копия: её папка или её base.zip.",
    "Take the course's file in place of yours; repeatable.": (
        "Взять файл курса вместо вашего; можно повторять."
    ),
    "Keep your file as it is; repeatable.": "Оставить ваш файл как есть; можно повторять.",
    "Draw the report of a graded cohort anew; nothing is graded. Exit code 1: a row is not in it."
    "\n\nNothing without a grade goes to another system: it would become a 0 there.": (
        "Заново составить отчёт о группе; ничего не проверяется. Код выхода 1, если вошли не все "
        "строки.\n\nСтрока без оценки в другую систему не попадает: там она стала бы нулём."
    ),
    # typer's own
    "Install completion for the current shell.": "Включить дополнение команд в этой оболочке.",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "Показать настройку дополнения для этой оболочки, чтобы скопировать её."
    ),
}

FRAME = {
    r"^Usage: (.*)\[OPTIONS\]": r"Вызов: \1[ПАРАМЕТРЫ]",
    r"COMMAND \[ARGS\]\.\.\.": "КОМАНДА [АРГУМЕНТЫ]...",
    r"^Options:$": "Параметры:",
    r"^Arguments:$": "Аргументы:",
    r"^Commands:$": "Команды:",
    r"^Further commands:$": "Другие команды:",
    r"^For maintainers and instructors:$": "Для авторов курса и преподавателей:",
    r"^All commands and options: ": "Все команды и параметры: ",
    r"Show\s+this\s+message\s+and\s+exit\.": "Показать эту справку.",
    r"\benv\s+var:(?=\s)": "переменная",
    r"\bdefault:(?=\s)": "по умолчанию",
    r"\[required\]": "[нужен]",
}
"""Patterns of what typer writes around the texts."""
