"""The roster: a CSV of the people who should hand in, read as a spreadsheet or an LMS wrote it.

The first line names the columns, in any order, in English or Russian; the words are those of the
exports of Moodle, Canvas, Gradescope and GitHub Classroom. Other columns are ignored.
"""

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from checks.errors import CourseError
from checks.grade.person import Person
from checks.grade.texts import printable

SIZE_LIMIT = 4 << 20
COLUMNS: Mapping[str, Sequence[str]] = {
    "name": ("name", "full name", "student", "student name", "имя и фамилия", "фио", "студент"),
    "first": ("first name", "имя"),
    "last": ("last name", "surname", "фамилия"),
    "email": ("email", "e-mail", "email address", "почта", "адрес электронной почты"),
    "id": ("id", "canvas id", "user id"),
    "number": (
        *("id number", "idnumber", "student id", "sid", "sis user id", "номер"),
        *("индивидуальный номер", "номер студента"),
    ),
    "login": (
        *("login", "username", "sis login id", "github_username", "github username", "github"),
        *("логин", "имя пользователя"),
    ),
    "participant": ("identifier", "идентификатор", "participant"),
    "group": ("group", "groups", "section", "группа", "группы"),
    "submitted_at": ("submitted_at", "submitted at", "сдано"),
}
_FIELDS = {word: field for field, words in COLUMNS.items() for word in words}
_NEEDED = "name its columns in the first line: name, email, id, group"


def read_roster(path: Path) -> tuple[Person, ...]:
    """The people of a roster, in its order.

    Raises CourseError for a file that is none, and for two people with one number or address.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise CourseError(f"The roster {path} cannot be read ({error.strerror})") from error
    if len(data) > SIZE_LIMIT:
        raise CourseError(f"The roster {path} is larger than {SIZE_LIMIT >> 20} MiB")
    people = tuple(_people(_rows(_text(data, path), path), path))
    _require_unique(people, path)
    return people


def _text(data: bytes, path: Path) -> str:
    """The text: UTF-8, UTF-16 with its mark, or the Windows-1251 of a Russian Excel."""
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1251"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if encoding != "cp1251" or _is_russian(text):
                return text
    raise CourseError(
        f"The roster {path} is neither UTF-8, UTF-16 nor Windows-1251; save it as CSV UTF-8"
    )


def _is_russian(text: str) -> bool:
    """Whether no word mixes alphabets, as a word of another code page does: `Mьller`."""
    words = re.findall(r"[^\W\d_]+", text)
    mixed = (word for word in words if not word.isascii() and re.search("[a-zA-Z]", word))
    foreign = (c for c in text if not c.isascii() and not "\u0400" <= c <= "\u045f")
    return not any(mixed) and all(c in "№«»–—\u00a0" for c in foreign)


def _rows(text: str, path: Path) -> list[list[str]]:
    if "\0" in text:
        raise CourseError(f"The roster {path} is no text; save it as CSV UTF-8")
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    stated = re.fullmatch(r"sep=(.)\s*", lines[0]) if lines else None
    lines = lines[1:] if stated else lines
    header = lines[0] if lines else ""
    delimiter = stated[1] if stated else max(",;\t", key=header.count)
    try:
        rows = list(csv.reader(io.StringIO("".join(lines)), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise CourseError(f"The roster {path} is no CSV ({error}); export it again") from error
    return [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))]


def _people(rows: list[list[str]], path: Path) -> list[Person]:
    header = [_FIELDS.get(cell.casefold(), "") for cell in rows[0]] if rows else []
    if not {"name", "last", "email", "id", "number", "login"}.intersection(header):
        raise CourseError(f"The roster {path} has no column that names people; {_NEEDED}")
    people = []
    for number, row in enumerate(rows[1:], 2):
        values: dict[str, str] = {}
        for field, cell in zip(header, row, strict=False):
            if field and cell:
                values.setdefault(field, printable(cell))
        if not values or values.get("name", "").casefold() in ("points possible", "student, test"):
            continue  # lines of Canvas' own
        people.append(_person(values, f"The roster {path}, row {number}"))
    if not people:
        raise CourseError(f"The roster {path} names nobody; {_NEEDED}")
    return people


def _person(values: Mapping[str, str], where: str) -> Person:
    name = values.get("name") or " ".join(
        filter(None, (values.get("first", ""), values.get("last", "")))
    )
    participant = re.findall(r"\d+$", values.get("participant", ""))
    person = Person(
        name,
        values.get("email", ""),
        values.get("id", ""),
        values.get("number", ""),
        values.get("login", ""),
        participant="".join(participant),
        group=values.get("group", ""),
    )
    if not (name or person.email or person.id or person.number or person.login):
        raise CourseError(f"{where}: it names nobody")
    if "submitted_at" not in values:
        return person
    try:
        moment = datetime.fromisoformat(values["submitted_at"])
    except ValueError:
        example = "write 2026-03-01T18:00+03:00"
        raise CourseError(f"{where}: {values['submitted_at']!r} is no time; {example}") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return replace(person, submitted_at=moment, time_from="roster")


def _require_unique(people: Sequence[Person], path: Path) -> None:
    for field in ("email", "id", "number", "login", "participant"):
        seen = set()
        for person in people:
            value = getattr(person, field).casefold()
            if value and value in seen:
                raise CourseError(f"The roster {path} names {value!r} twice; keep one of them")
            seen.add(value)
