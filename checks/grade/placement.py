"""Where a day's files lie among the names of a submission; names only, nothing is read.

One rule for archives and folders, so that the same files give the same verdict however they were
packed: what a system or a tool adds is left out, and a name is compared in its composed form (NFC;
macOS stores decomposed ones).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate

from checks.course.course import DAYS, Day
from checks.errors import CourseError
from checks.files import IGNORED_NAMES
from checks.submission.archive import is_safe

FOLDERS = frozenset(day.folder for day in DAYS)
IGNORED = (*IGNORED_NAMES, "node_modules", "__MACOSX", "._*", "[Tt]humbs.db", "[Dd]esktop.ini")
"""What tools, macOS and Windows put beside a learner's files."""
_IGNORED_PART = re.compile("|".join(map(translate, IGNORED)))


@dataclass(frozen=True)
class Place:
    """A day's folder: names that begin with `prefix` are `into` + the rest, from the day's folder.

    `into` is "app/" where only the content of app/ was packed.
    """

    prefix: str
    into: str = ""

    def path(self, name: str) -> str:
        """The path from the day's folder; "" for a name outside of it."""
        return self.into + name.removeprefix(self.prefix) if name.startswith(self.prefix) else ""


def composed(name: str) -> str:
    """The name with `/` between its parts, composed (NFC), without "./" in front."""
    return unicodedata.normalize("NFC", name).removeprefix("./")


def checked(name: str) -> str:
    """The composed name of an archive's entry. Raises CourseError for one that leads out."""
    drive = name[1:2] == ":" and name[:1].isalpha()
    if name.startswith("/") or drive or ".." in name.split("/"):
        raise CourseError(f"the path {name[:80]!r} leads out of it")
    return composed(name)


def is_ignored(name: str) -> bool:
    """Whether a part of the name is something that a tool or a system leaves behind."""
    return any(map(_IGNORED_PART.match, name.split("/")))


def holds_days(names: Iterable[str]) -> bool:
    """Whether one of the seven days' folders is among the names."""
    return any(FOLDERS.intersection(name.split("/")[:-1]) for name in names)


def place_of(names: Collection[str], day: Day, *, alone: bool) -> Place | None:
    """The place of a day; None when it is not there.

    `alone`: no other day is asked for, so app/ without a day's folder can only be this day's.
    Raises CourseError for a day in several places.
    """
    places = sorted(_day_prefixes(names, day))
    if not places and alone and not holds_days(names):
        places = sorted(_app_prefixes(names)) or sorted(_app_contents(names, day))
    if len(places) > 1:
        shown = ", ".join(place.rstrip("/") or "." for place in _parents(places[:3], day))
        raise CourseError(f"it holds days in {len(places)} places: {shown}")
    if not places:
        return None
    is_content = not _below(names, places[0], day) and alone
    return Place(places[0], "app/" if is_content else "")


def _parents(places: Iterable[str], day: Day) -> Iterator[str]:
    yield from (place.removesuffix(f"{day.folder}/") for place in places)


def _below(names: Iterable[str], prefix: str, day: Day) -> bool:
    return any(day.owns(name.removeprefix(prefix)) for name in names if name.startswith(prefix))


def _day_prefixes(names: Iterable[str], day: Day) -> set[str]:
    """The day's folders that hold something of the learner's; those below days/ come first."""
    prefixes = set()
    for name in names:
        parent, separator, below = f"/{name}".partition(f"/{day.folder}/")
        if separator and day.owns(below) and is_safe(below):
            prefixes.add(f"{parent}/{day.folder}/".removeprefix("/"))
    in_days = {each for each in prefixes if f"/{each}".endswith(f"/days/{day.folder}/")}
    return in_days or prefixes


def _app_prefixes(names: Iterable[str]) -> set[str]:
    """The folders that hold an app/, where no name has a day's folder in it."""
    found = set()
    for name in names:
        parent, separator, _ = f"/{name}".partition("/app/")
        if separator:
            found.add(f"{parent}/".removeprefix("/"))
    return found


def _app_contents(names: Collection[str], day: Day) -> set[str]:
    """The folders that hold a main.py beside a folder that the day's app/ has: they are an app/.

    Only the topmost ones count; several of them are told, and not looked into.
    """
    mains = [name.removesuffix("main.py") for name in names if f"/{name}".endswith("/main.py")]
    top = min((prefix.count("/") for prefix in mains), default=0)
    prefixes = {prefix for prefix in mains if prefix.count("/") == top}
    if len(prefixes) != 1:
        return prefixes
    (prefix,) = prefixes
    paths = (path.split("/") for task in day.tasks for path in task.edit)
    folders = tuple(f"{prefix}{parts[1]}/" for parts in paths if len(parts) > 2)
    return prefixes if any(name.startswith(folders) for name in names) else set()
