"""Sentences of the instructor's commands and of a run's budget in Russian, keyed by the English."""

GRADE_ERRORS = {
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
    "The gradebook has other tasks or another containment than these rows; "
    "regrade without --only and --skip": (
        "В ведомости другие задания или другая изоляция, чем у этих строк; "
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
