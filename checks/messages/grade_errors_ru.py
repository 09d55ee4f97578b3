"""Sentences of the instructor's commands and of a run's budget in Russian, keyed by the English."""

GRADE_ERRORS = {
    "Stopped; workers go on with what was sent: "
    "run the same command again to collect the results": (
        "Остановлено; воркеры доделают отправленное: та же команда соберёт результаты"
    ),
    "Nothing was sent: workers grade in a sandbox, and this machine has none. {} "
    "Run `checks grade --queue` in the workers' image": (
        "Ничего не отправлено: воркеры проверяют в песочнице, а на этой машине её нет. {0} "
        "Запустите `checks grade --queue` в образе воркеров"
    ),
    "--timeout {}: it has to be from 1 to {} seconds; nothing was graded": (
        "--timeout {0}: нужно число секунд от 1 до {1}; ничего не проверено"
    ),
    "--queue {} names no broker; write redis://HOST:6379/0 or amqp://HOST": (
        "--queue {0}: это не брокер; пишите redis://HOST:6379/0 или amqp://HOST"
    ),
    "The queue {} does not answer ({}); start the broker, or name another --queue": (
        "очередь {0} не отвечает ({1}); запустите брокер или назовите другой --queue"
    ),
    "The store {} cannot be used: {}; "
    "name another --store, such as file:///mnt/cohort, or install what is missing": (
        "хранилище {0} не подходит: {1}; назовите другой --store, например file:///mnt/cohort, "
        "или установите недостающее"
    ),
    "The store {} does not answer ({}); see that it can be read and written from here": (
        "хранилище {0} не отвечает ({1}); проверьте, что отсюда его можно читать и писать"
    ),
    "The store {} lacks the files of a cell; "
    "give this worker the --store that `checks grade` has": (
        "в хранилище {0} нет файлов работы; дайте воркеру тот же --store, что у `checks grade`"
    ),
    "The course or the checker here has changed since this worker started; start it again": (
        "курс или проверка здесь изменились с запуска воркера; запустите его снова"
    ),
    "The course or the checker here has changed while a cell was graded; "
    "run the same command again": (
        "курс или проверка здесь изменились, пока проверялась работа; запустите ту же команду снова"
    ),
    "a message names no cell: {}": "сообщение не называет работы: {0}",
    "the shell's limit on {} is too low for a run: ulimit -{} is {}, {} is needed; "
    "open another shell": (
        "предел оболочки на {0} мал для запуска: ulimit -{1} равен {2}, нужно {3}; "
        "откройте другую оболочку"
    ),
    "TMPDIR={}: only you can write there, and a contained run is another user's; unset TMPDIR": (
        "TMPDIR={0}: туда пишете только вы, а запуск в песочнице идёт от другого пользователя; "
        "сбросьте TMPDIR"
    ),
    "open files": "открытые файлы",
    "processes": "процессы",
    "the size of a file": "размер файла",
    "memory addresses": "адреса памяти",
    "data in memory": "данные в памяти",
    "CPU time": "время процессора",
    "{}={} is no number of seconds above 0; unset it": (
        "{0}={1}: это не число секунд больше 0; уберите переменную"
    ),
    "{}={} takes points from honest work: unset it, or set at least {}": (
        "{0}={1} отнимает баллы у честной работы: уберите переменную или задайте не меньше {2}"
    ),
    "Nothing was graded: {}={} is no number of seconds above 0; unset it": (
        "Ничего не проверено: {0}={1}: это не число секунд больше 0; уберите переменную"
    ),
    "Nothing was graded: {}={} takes points from honest work: unset it, or set at least {}": (
        "Ничего не проверено: {0}={1} отнимает баллы у честной работы: уберите переменную "
        "или задайте не меньше {2}"
    ),
    "No submission is called {}; there are {}": "нет работы с именем {0}; всего работ: {1}",
    "{} has changed while it was being graded; run the same command again": (
        "{0}: файлы изменились во время проверки; запустите ту же команду ещё раз"
    ),
    "Stopped; what was graded is kept: run the same command again to go on": (
        "Остановлено; проверенное сохранено: та же команда продолжит с этого места"
    ),
    "{} cannot be written ({}); "
    "what was graded is kept: mend that, then run the same command again": (
        "в {0} не записать ({1}); проверенное сохранено: исправьте это и запустите ту же "
        "команду ещё раз"
    ),
    "{} holds no gradebook to compare with; `checks grade` makes one": (
        "в {0} нет ведомости для сравнения; её создаёт `checks grade`"
    ),
    "The gradebook is as it was; --yes writes the new one": (
        "Ведомость осталась прежней; --yes запишет новую"
    ),
    "The gradebook has other tasks, containment or late policy than these rows; "
    "regrade without --only and --skip": (
        "В ведомости другие задания, изоляция или правило об опозданиях, чем у этих строк; "
        "запустите regrade без --only и --skip"
    ),
    # the learners' copy
    "This is a learners' copy, without solutions: `checks {}` needs the workbook "
    "that it was made from": (
        "Это копия для учеников, без решений: `checks {0}` работает в том курсе, из которого её "
        "собрали"
    ),
    "{} has no solutions/; a handout is made from the whole workbook": (
        "в {0} нет solutions/; копия для учеников собирается из полного курса"
    ),
    "{} is there already; name a new folder, or an empty one": (
        "{0} уже есть; назовите новую папку или пустую"
    ),
    "{} is no handout, or it is damaged; get it anew from your instructor": (
        "{0}: это не копия курса, или она повреждена; возьмите её у преподавателя ещё раз"
    ),
    "{} is damaged; take it from git again, or from the handout": (
        "{0}: файл повреждён; возьмите его заново из git или из раздачи"
    ),
    "{} is no learners' copy; bring this workbook up to date with git": (
        "{0}: это не копия для учеников; этот курс обновляют через git"
    ),
    "{} is no file of the course; name it from the top: days/…": (
        "{0}: такого файла в курсе нет; назовите его от корня: days/…"
    ),
    # reports for other systems
    "Nothing was written: {}; grade with --roster, or see `look` in the gradebook": (
        "Ничего не записано: {0}; проверьте с --roster или загляните в `look` в ведомости"
    ),
    "no row has a grade and an address or ID number": (
        "ни у одной строки нет оценки вместе с почтой или номером"
    ),
    "no row has a grade and an ID, SIS ID or login": (
        "ни у одной строки нет оценки вместе с ID, SIS ID или логином"
    ),
    "no row has a grade that needs nobody to look at it": (
        "ни у одной строки нет оценки, на которую не нужно посмотреть человеку"
    ),
    # the roster, the due date
    "The roster {} cannot be read ({})": "Список {0}: не прочесть ({1})",
    "The roster {} is larger than {} MiB": "Список {0} больше {1} МиБ",
    "The roster {} is neither UTF-8, UTF-16 nor Windows-1251; save it as CSV UTF-8": (
        "Список {0} не в UTF-8, UTF-16 и не в Windows-1251; сохраните его как CSV UTF-8"
    ),
    "The roster {} is no text; save it as CSV UTF-8": (
        "Список {0}: это не текст; сохраните его как CSV UTF-8"
    ),
    "The roster {} is no CSV ({}); export it again": (
        "Список {0}: это не CSV ({1}); выгрузите его ещё раз"
    ),
    "The roster {} has no column that names people; "
    "name its columns in the first line: name, email, id, group": (
        "В списке {0} ни один столбец не называет людей; "
        "назовите столбцы в первой строке: name, email, id, group"
    ),
    "The roster {} names nobody; name its columns in the first line: name, email, id, group": (
        "В списке {0} никого нет; назовите столбцы в первой строке: name, email, id, group"
    ),
    "The roster {} names {} twice; keep one of them": (
        "В списке {0} дважды стоит {1}; оставьте что-то одно"
    ),
    "The roster {}, row {}: it names nobody": "Список {0}, строка {1}: в ней никто не назван",
    "The roster {}, row {}: {} is no time; write 2026-03-01T18:00+03:00": (
        "Список {0}, строка {1}: {2} — это не время; пишите 2026-03-01T18:00+03:00"
    ),
    "--late-policy needs a due date: --due 2026-03-01": (
        "для --late-policy нужен срок сдачи: --due 2026-03-01"
    ),
    "--late-policy {}: {} is no rule; "
    "write 2/day, 10%/day, 0-after-3, or two of them: 10%/day,0-after-3": (
        "--late-policy {0}: {1} — не правило; "
        "пишите 2/day, 10%/day, 0-after-3 или два из них: 10%/day,0-after-3"
    ),
    "--due {} is no date; "
    "write 2026-03-01, 2026-03-01T18:00+03:00 or '2026-03-01 18:00 Europe/Moscow'": (
        "--due {0}: это не дата; пишите 2026-03-01, 2026-03-01T18:00+03:00 "
        "или '2026-03-01 18:00 Europe/Moscow'"
    ),
    # a run beyond its budget
    "the app's processes used up {} s of CPU time": (
        "процессы приложения израсходовали {0} с процессорного времени"
    ),
    "{} while other submissions were graded": "{0}, пока проверялись и другие работы",
    "the tests did not end within {} s": "тесты не закончились за {0} с",
    "{} and waited {} s for a CPU: the machine is busy": (
        "{0} и {1} с ждали процессора: машина занята"
    ),
    "{}, and none had a verdict for {} s": "{0}, и {1} с не было ни одного вердикта",
    "{}; run one task at a time": "{0}; проверяйте по одному заданию",
}
