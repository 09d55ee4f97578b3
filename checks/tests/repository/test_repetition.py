"""The same twelve lines stand in one place: what two files need has a module of its own.

A day repeats the day before it on purpose, so days are not compared with each other: `checks carry
--check` and `checks build --check` prove that the repeats agree, but for the differences recorded
in solutions/differences. The exercises of all days are compared.

Of the catalogue's patches, the lines that they add are compared with all other code: the context
and the removed lines are the solution's. Two patches are not compared with each other: each is
applied by itself, and a mistake may be an alternative with one flaw.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from checks.tests.support.repository import ROOT

RUN_LENGTH = 12
THIN = ("#", "import ", "from ", "@", '"""')
EVERYWHERE = ""
CATALOGUE = "catalogue"
Place = tuple[str, str, int]
"""The day (or EVERYWHERE, or CATALOGUE), the file, the line."""


def sources() -> Iterator[tuple[str, Path]]:
    """Each Python file of the checker and the solutions, and each patch, with its day."""
    for path in sorted((ROOT / "checks").rglob("*.py")):
        if "catalogue" not in path.parts:
            yield EVERYWHERE, path
    for path in sorted((ROOT / "solutions").rglob("*.py")):
        day, *folders = path.relative_to(ROOT / "solutions").parts
        yield EVERYWHERE if "exercises" in folders else day, path
    for path in sorted((ROOT / "checks/catalogue").rglob("*.patch")):
        yield CATALOGUE, path


def code_lines(path: Path) -> list[tuple[int, str]]:
    """The numbered lines that say something: no blank line, comment, import or lone bracket.

    Of a patch, those that it adds.
    """
    numbered: Iterable[tuple[int, str]] = enumerate(path.read_text("utf-8").splitlines(), 1)
    if path.suffix == ".patch":
        added = ((n, line) for n, line in numbered if line.startswith("+"))
        numbered = ((n, line[1:]) for n, line in added if not line.startswith("+++ "))
    stripped = ((number, line.strip()) for number, line in numbered)
    return [
        (number, line)
        for number, line in stripped
        if any(map(str.isalnum, line)) and not line.startswith(THIN)
    ]


def repeated(files: Iterator[tuple[str, Path]]) -> Iterator[str]:
    """Each pair of places that share a run of lines, of two files once."""
    places: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for day, path in files:
        lines = code_lines(path)
        for start in range(len(lines) - RUN_LENGTH + 1):
            run = tuple(line for _, line in lines[start : start + RUN_LENGTH])
            places[run].append((day, str(path), lines[start][0]))
    pairs: dict[tuple[str, str], str] = {}
    for same in places.values():
        for (day, file, line), (other_day, other_file, other_line) in combinations(same, 2):
            if _must_differ(day, other_day):
                pairs.setdefault((file, other_file), f"{file}:{line} {other_file}:{other_line}")
    yield from pairs.values()


def _must_differ(day: str, other_day: str) -> bool:
    """Whether two places are compared: two days are not, nor are two patches."""
    if CATALOGUE in (day, other_day):
        return day != other_day
    return day == other_day or EVERYWHERE in (day, other_day)


def test_no_twelve_lines_stand_in_two_places() -> None:
    assert list(repeated(sources())) == []


def test_a_repetition_is_found_and_another_days_is_set_aside(tmp_path: Path) -> None:
    text = "\n".join(f"value_{number} = {number}" for number in range(RUN_LENGTH))
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text(f"import os\n\n{text}\n")
    second.write_text(f"# the same\n{text}\n")

    assert list(repeated(iter([("", first), ("day1", second)]))) == [f"{first}:3 {second}:2"]
    assert list(repeated(iter([("day1", first), ("day1", second)])))
    assert list(repeated(iter([("day1", first), ("day2", second)]))) == []


def test_a_patch_repeats_no_code_and_may_repeat_another_patch(tmp_path: Path) -> None:
    lines = [f"value_{number} = {number}" for number in range(RUN_LENGTH)]
    code, patch = tmp_path / "code.py", tmp_path / "x.patch"
    code.write_text("\n".join(lines))
    patch.write_text("\n".join(["--- a/x.py", "+++ b/x.py", *(f"+{line}" for line in lines)]))

    assert list(repeated(iter([("day1", code), (CATALOGUE, patch)]))) == [f"{code}:1 {patch}:3"]
    assert list(repeated(iter([(CATALOGUE, patch), (CATALOGUE, patch)]))) == []
    patch.write_text("\n".join(f" {line}" for line in lines))
    assert list(repeated(iter([("day1", code), (CATALOGUE, patch)]))) == []
