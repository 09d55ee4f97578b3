"""What `checks grade` says while it grades, in both languages."""

from checks.course.course import Text

NOTHING_NEW = Text("nothing is new", "нового нет")
DONE = Text("{done} of {total} graded", "проверено {done} из {total}")
LEFT = Text("about {time} left", "осталось около {time}")
UNKNOWN = Text(
    "time left not known before {number} cells of each day",
    "остаток неизвестен до {number} работ каждого дня",
)
UNKNOWN_SHORT = Text("time left not known yet", "сколько осталось, пока неизвестно")
ALL_DONE = Text("all done in {time}", "всё готово за {time}")
POINTS = Text("{points} of {max} points", "баллов: {points} из {max}")
NOT_JUDGED = Text("not judged, the checker failed", "не проверено: сбой у самой проверки")
IN_DOUBT = Text(
    "in doubt; it is graded once more, alone, after all others",
    "под сомнением; ещё раз, отдельно, после всех остальных",
)
LOST = Text("its worker is gone; another one gets it", "воркер пропал; работу получит другой")
MORE = Text("and {number} more", "и ещё {number}")
SECONDS = Text("{n} s", "{n} с")
MINUTES = Text("{n} min", "{n} мин")
HOURS = Text("{h} h {n} min", "{h} ч {n} мин")


def duration(seconds: float, lang: str) -> str:
    """Seconds below 90, then whole minutes, then hours and minutes."""
    if seconds < 90:
        return SECONDS.in_(lang).format(n=round(seconds))
    minutes = round(seconds / 60)
    if minutes < 90:
        return MINUTES.in_(lang).format(n=minutes)
    return HOURS.in_(lang).format(h=minutes // 60, n=minutes % 60)
