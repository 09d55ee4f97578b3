"""How long a task or a day takes, for a reader."""

from checks.course.course import Text

HOURS = Text("{hours} h", "{hours} ч")
MINUTES = Text("{minutes} min", "{minutes} мин")


def duration(minutes: int, lang: str) -> str:
    """Minutes below two hours, then hours to the half."""
    if minutes < 120:
        return MINUTES.in_(lang).format(minutes=minutes)
    hours = f"{round(minutes / 30) / 2:g}"
    return HOURS.in_(lang).format(hours=hours.replace(".", ",") if lang == "ru" else hours)
