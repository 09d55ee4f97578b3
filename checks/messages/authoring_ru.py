"""The sentences of `checks carry` and `checks build --check` in Russian, keyed by the English."""

AUTHORING = {
    "{} does not exist yet; run `checks build`": "{0}: файла ещё нет; выполните `checks build`",
    "{} is not what solutions/ makes; run `checks build`": (
        "{0}: не то, что получается из solutions/; выполните `checks build`"
    ),
    "{} is no longer made from solutions/; run `checks build` to delete it": (
        "{0}: из solutions/ больше не получается; `checks build` удалит этот файл"
    ),
    "{} is in no solution and is left alone; delete it or move it away": (
        "{0}: такого файла нет ни в одном решении; удалите его или уберите"
    ),
    "{} and {} differ, and no record says so; `checks carry {}`, "
    "or `checks carry --record` if it is on purpose": (
        "{0} и {1} различаются, и это не записано; `checks carry {2}` "
        "или, если так задумано, `checks carry --record`"
    ),
    "{} exists and {} does not, and no record says so; `checks carry {}`, "
    "or `checks carry --record` if it is on purpose": (
        "{0} есть, а {1} нет, и это не записано; `checks carry {2}` "
        "или, если так задумано, `checks carry --record`"
    ),
    "{} and {} differ in `learner`: {}, and no record says so; write the same paths in both, "
    "or `checks carry --record` if it is on purpose": (
        "{0} и {1} различаются в `learner`: {2}, и это не записано; напишите в обоих одни и те же "
        "пути или, если так задумано, выполните `checks carry --record`"
    ),
    "`checks carry DAY --base COMMIT` carries what is committed since COMMIT": (
        "`checks carry DAY --base COMMIT` переносит и то, что закоммичено после COMMIT"
    ),
    "the repeats of all days agree": "повторы всех дней совпадают",
    "recorded: {} differs from {} on purpose": "записано: {0} отличается от {1} намеренно",
    "recorded: {} begins in {}": "записано: {0} появляется в {1}",
    "recorded: {} ends in {}": "записано: после {1} файла {0} больше нет",
    "{} differences were not recorded before; see them with `git diff {}`": (
        "различий, которых не было в записи: {0}; посмотреть их: `git diff {1}`"
    ),
    "{}: {} has other lines there, {}; mend {} and carry from there, "
    "or `checks carry --record` if it is on purpose": (
        "{0}: в {1} там другие строки, {2}; исправьте {3} и перенесите оттуда "
        "или, если так задумано, выполните `checks carry --record`"
    ),
    "{} is deleted, and {} is not; mend {} and carry from there, "
    "or `checks carry --record` if it is on purpose": (
        "файл {0} удалён, а {1} нет; исправьте {2} и перенесите оттуда "
        "или, если так задумано, выполните `checks carry --record`"
    ),
    "name a day, such as `checks carry day2`, or give --check or --record": (
        "назовите день, например `checks carry day2`, или укажите --check или --record"
    ),
    "{}: git's conflict markers stand here; `checks carry --record` writes the file anew": (
        "{0}: здесь остались отметки конфликта git; `checks carry --record` запишет файл заново"
    ),
}
