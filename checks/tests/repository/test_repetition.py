"""The same twelve lines stand in one place: what two files need has a module of its own.

A day repeats the day before it on purpose, so days are not compared with each other: `checks carry`
and `checks build --check` prove that the repeats agree. The exercises of all days are compared.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from checks.tests.support.repository import ROOT

RUN_LENGTH = 12
THIN = ("#", "import ", "from ", "@", '"""')
EVERYWHERE = ""
Place = tuple[str, str, int]
"""The day (or EVERYWHERE), the file, the line."""


def sources() -> Iterator[tuple[str, Path]]:
    """Each Python file of the checker and of the solutions, with the day that it belongs to."""
    for path in sorted((ROOT / "checks").rglob("*.py")):
        if "catalogue" not in path.parts:
            yield EVERYWHERE, path
    for path in sorted((ROOT / "solutions").rglob("*.py")):
        day, *folders = path.relative_to(ROOT / "solutions").parts
        yield EVERYWHERE if "exercises" in folders else day, path


def code_lines(path: Path) -> list[tuple[int, str]]:
    """The numbered lines that say something: no blank line, comment, import or lone bracket."""
    numbered = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
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
            if day == other_day or EVERYWHERE in (day, other_day):
                pairs.setdefault((file, other_file), f"{file}:{line} {other_file}:{other_line}")
    yield from pairs.values()


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
