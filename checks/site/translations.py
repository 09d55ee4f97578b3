"""Translations that cannot rot: `python -m checks.site.translations` checks, `--record` records.

docs/translations.txt holds, for each section of a translated file, the hashes of the English and
the Russian text that belong together; so it does for each block of a source that holds both
(`twin_texts`). An English text that changed makes the check fail until its Russian twin has
changed as well and both are recorded.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import LANGUAGES, find_root
from checks.errors import CourseError
from checks.files import write_file
from checks.site.markdown import lines_outside_code
from checks.site.twin_texts import twin_blocks

RECORD = Path("docs/translations.txt")
COMMAND = "python -m checks.site.translations --record"

_HEADING = re.compile(r"#{1,6} +.*?(?:\{ *#(?P<id>[\w.-]+)[^}]*\})? *")
_HASH_LENGTH = 12


@dataclass(frozen=True)
class Pair:
    """The hashes of one section's texts."""

    english: str
    russian: str


Sections = Mapping[str, Pair]
"""Pairs by `file#section`; the file is the English one."""


def section_hashes(text: str) -> list[tuple[str, str]]:
    """Each section's name and hash. The name is the id of its heading, else its number.

    A section ends at the next heading of any level; the ends of lines do not count.
    """
    lines = text.splitlines()
    headings = [
        (number, match["id"])
        for number, line in lines_outside_code(text)
        if (match := _HEADING.fullmatch(line))
    ]
    ends = [*(number for number, _ in headings[1:]), len(lines)]
    return [
        (anchor or str(index), _hash(lines[start:end]))
        for index, ((start, anchor), end) in enumerate(zip(headings, ends, strict=True), start=1)
    ]


def _hash(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip()
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]


def pairs(name: str, english: str, russian: str) -> dict[str, Pair]:
    """A file's sections in their order. Raises CourseError when a language has more of them."""
    both = section_hashes(english), section_hashes(russian)
    if len(both[0]) != len(both[1]):
        problem = f"{len(both[0])} headings in English and {len(both[1])} in Russian"
        raise CourseError(f"{name} has {problem}; both need the same ones")
    return {
        f"{name}#{anchor}": Pair(english_hash, russian_hash)
        for (anchor, english_hash), (_, russian_hash) in zip(*both, strict=True)
    }


def current(root: Path) -> dict[str, Pair]:
    """Every translated section and block. Raises CourseError for one without its twin."""
    sections: dict[str, Pair] = {}
    for english, russian in _translated_files(root):
        name = english.relative_to(root).as_posix()
        if not russian.is_file():
            raise CourseError(f"{name} has no {russian.relative_to(root)}; translate it")
        texts = (path.read_text(encoding="utf-8") for path in (english, russian))
        sections |= pairs(name, *texts)
    return sections | {
        name: Pair(*(_hash(texts[lang].splitlines()) for lang in LANGUAGES))
        for name, texts in twin_blocks(root).items()
    }


def _translated_files(root: Path) -> Iterator[tuple[Path, Path]]:
    pages = root / "docs" / "en"
    for page in sorted(pages.rglob("*.md")):
        yield page, root / "docs" / "ru" / page.relative_to(pages)
    days = [*root.glob("solutions/day*/README.md"), *root.glob("solutions/day*/exercises/*.md")]
    for path in [root / "README.md", *sorted(days)]:
        if not path.name.endswith(".ru.md"):
            yield path, path.with_name(f"{path.stem}.ru.md")


def recorded(root: Path) -> dict[str, Pair]:
    """The sections as they were recorded. Raises CourseError for a file that is no record."""
    path = root / RECORD
    sections = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines() if path.is_file() else ()):
        match line.split():
            case [section, english, russian]:
                sections[section] = Pair(english, russian)
            case _:
                raise CourseError(f"{RECORD}, line {number + 1} is no record; run `{COMMAND}`")
    return sections


def stale(before: Sections, now: Sections) -> list[str]:
    """One sentence for each English section that changed while its Russian twin did not."""
    return [
        f"{section}: the English text changed and the Russian one did not; translate the change"
        for section, pair in now.items()
        if section in before
        and pair.english != before[section].english
        and pair.russian == before[section].russian
    ]


def unrecorded(before: Sections, now: Sections) -> list[str]:
    """One sentence for each section that is new or gone, or whose texts both changed."""
    changed = {
        section: "both texts changed; compare them"
        for section, pair in now.items()
        if section in before
        and pair.english != before[section].english
        and pair.russian != before[section].russian
    }
    changed |= {section: "is new; compare both texts" for section in now if section not in before}
    changed |= {section: "is gone" for section in before if section not in now}
    return [f"{section}: {what}, then run `{COMMAND}`" for section, what in changed.items()]


def record(root: Path, *, keep_russian: bool) -> str:
    """Write the record; returns what was recorded.

    Raises CourseError for stale sections, unless the Russian text still holds (`keep_russian`).
    """
    now = current(root)
    problems = [] if keep_russian else stale(recorded(root), now)
    if problems:
        advice = "Where the Russian text still holds, add --keep-russian."
        raise CourseError("\n".join([*problems, advice]))
    lines = (f"{section} {pair.english} {pair.russian}\n" for section, pair in now.items())
    write_file(root / RECORD, "".join(lines).encode())
    return f"{RECORD}: {len(now)} sections"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 for a translation that is stale or not recorded, 2 for a file without a twin."""
    parser = argparse.ArgumentParser(prog="python -m checks.site.translations")
    parser.add_argument("--record", action="store_true", help="the texts belong together")
    parser.add_argument(
        "--keep-russian",
        action="store_true",
        help="with --record: an English change that the Russian text needs no change for",
    )
    options = parser.parse_args(arguments)
    root = find_root()
    try:
        if options.record:
            print(record(root, keep_russian=options.keep_russian))
            return 0
        before, now = recorded(root), current(root)
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    problems = stale(before, now) + unrecorded(before, now)
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
