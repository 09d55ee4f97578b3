"""The texts of `--help` in Russian for the commands of those who maintain the course."""

MAINTAINING = {
    # the commands
    "Write days/ from solutions/.": "Создать days/ из solutions/ (для тех, кто ведёт курс).",
    "Merge a change in solutions/dayN into every later day.": (
        "Перенести изменение в следующие дни (для тех, кто ведёт курс)."
    ),
    "Prove that every exercise teaches: starter, solution, mistakes, alternatives.": (
        "Доказать, что упражнения учат (для тех, кто ведёт курс)."
    ),
    "Change each answer a little and see whether a test notices. Exit code 1 if one survives.": (
        "Чуть изменить каждый ответ и посмотреть, заметит ли это тест (для тех, кто ведёт курс). "
        "Код выхода 1, если какое-то изменение не замечено."
    ),
    # build and carry
    "Write nothing; exit 1 if stale.": "Ничего не записывать; код выхода 1, если days/ устарела.",
    "Overwrite hand edits.": "Записать поверх правок, сделанных вручную.",
    "The day that was mended: day1.": "День, который исправлен: day1.",
    "The commit before the change.": "Коммит перед изменением.",
    "Write git's conflict markers.": "Записать отметки конфликтов git.",
    "Prove that the repeats of all days agree.": ("Доказать, что повторы во всех днях совпадают."),
    "Record every difference of two days as on purpose.": (
        "Записать каждое различие двух дней как намеренное."
    ),
    # verify and mutate
    "Days or tasks; default: all.": "Дни или задания; если не названы, то все.",
    "Runs at a time.": "Сколько проверок идёт сразу.",
    "one more than processors, at most 4": "на одну больше, чем процессоров, но не больше 4",
    "one a processor, at most 4": "по одной на процессор, но не больше 4",
    "Write the signatures.": "Записать признаки ошибок.",
    "Do not run again what was seen to hold.": "Не повторять проверки, которые уже прошли.",
    "Do not run again what was seen already.": "Не повторять проверки, чей итог уже известен.",
    "Exit 1 for unsteady cases too.": "Код выхода 1 и при нестабильных проверках.",
    "Ask all tests of each mistake, not its first.": (
        "Запускать для каждой ошибки все тесты, а не первый."
    ),
    "Run each solution in the sandbox, too; default: where there is one.": (
        "Запускать каждое решение ещё и в песочнице; если не сказано, то там, где она есть."
    ),
    "Run each solution on a Docker engine, too; default: where one answers.": (
        "Запускать каждое решение ещё и в Docker; если не сказано, то там, где он отвечает."
    ),
    "So many mutants of each task; 0: all.": "Сколько мутантов брать из задания; 0: все.",
    "The seed of an earlier sample.": "Зерно прежней выборки.",
}
