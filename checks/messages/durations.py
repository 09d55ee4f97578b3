"""How long a task or a day takes, for a reader."""

from checks.course.course import Text

HOURS = Text("{hours} h", "{hours} ч")
MINUTES = Text("{minutes} min", "{minutes} мин")
SECONDS = Text("{seconds} seconds", "{seconds} с")


def duration(minutes: int, lang: str) -> str:
    """Minutes below two hours, then hours to the half."""
    if minutes < 120:
        return MINUTES.in_(lang).format(minutes=minutes)
    return HOURS.in_(lang).format(hours=_decimal(f"{round(minutes / 30) / 2:g}", lang))


def seconds_text(seconds: float, lang: str) -> str:
    """Seconds to the tenth: `2.8 seconds`, `2,8 с`."""
    return SECONDS.in_(lang).format(seconds=_decimal(f"{seconds:.1f}", lang))


def _decimal(number: str, lang: str) -> str:
    return number.replace(".", ",") if lang == "ru" else number
