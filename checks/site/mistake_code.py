"""A mistake of the catalogue as code: the functions as they are usually written, and the fix.

Pure functions of the solution's files and of a patch.
"""

import ast
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.course.regions import may_hold_regions, solution
from checks.errors import CourseError

_FILE = re.compile(r"^--- (?P<before>\S+).*\n\+\+\+ (?P<after>\S+).*\n", re.MULTILINE)
_HUNK = re.compile(r"^@@ -(?P<line>\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*\n", re.MULTILINE)
_IMPORT = re.compile(r"(import|from) |\s*$")
_LONGEST_FUNCTION, _LONGEST_CLASS = 45, 20
"""Lines of a definition that is shown whole; of a longer one, the changed lines are."""


@dataclass(frozen=True)
class MistakenFile:
    """A file that a mistake changes, as it is with the mistake and in the solution.

    The text is empty where the file does not exist. Markers of regions are taken out.
    """

    path: str
    mistaken: str
    right: str

    @property
    def fix(self) -> str:
        """The diff from the mistake to the solution, without the lines that name the file."""
        lines = difflib.unified_diff(
            self.mistaken.splitlines(), self.right.splitlines(), lineterm=""
        )
        return "\n".join([*lines][2:])

    @property
    def usual_code(self) -> str:
        """The functions and classes that the mistake changes; of another file, the lines.

        A changed import is shown only where nothing else is changed. It is empty where the
        mistake takes the file away, and for the lists of imports in `__init__.py`.
        """
        if self.path.endswith("__init__.py"):
            return ""
        lines = self.mistaken.splitlines()
        changes = _changed_lines(self.right.splitlines(), lines)
        spans = _definitions(self.mistaken, changes) if self.path.endswith(".py") else []
        around = [(max(first - 3, 0), min(last + 3, len(lines))) for first, last in changes]
        return "\n\n".join("\n".join(lines[a:b]) for a, b in _merged(spans or around)).strip("\n")


def mistaken_files(patch: str, read: Mapping[str, str]) -> tuple[MistakenFile, ...]:
    """The files of a patch. `read` has the solution's files by path.

    Raises CourseError where the patch does not fit.
    """
    _, *parts = _FILE.split(patch)
    files = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return tuple(_mistaken_file(before, after, hunks, read) for before, after, hunks in files)


def _mistaken_file(before: str, after: str, hunks: str, read: Mapping[str, str]) -> MistakenFile:
    path = (after if before == "/dev/null" else before).partition("/")[2]
    text = "" if before == "/dev/null" else read[path]
    patched = "".join(_patched(text.splitlines(keepends=True), hunks, path))
    if may_hold_regions(path):
        text, patched = solution(text, path), solution(patched, path)
    return MistakenFile(path, patched, text)


def _patched(lines: list[str], hunks: str, path: str) -> Iterator[str]:
    """The lines with the hunks applied; a hunk may lie some lines away from where it says."""
    _, *parts = _HUNK.split(hunks)
    done = 0
    for number, body in zip(parts[::2], parts[1::2], strict=True):
        changed = [line for line in body.splitlines(keepends=True) if line[:1] in {" ", "+", "-"}]
        old = [line[1:] for line in changed if line[0] != "+"]
        places = [n for n in range(done, len(lines) + 1) if lines[n : n + len(old)] == old]
        if not places:
            raise CourseError(f"{path}: the hunk at line {number} does not fit; mend the patch")
        place = min(places, key=lambda n: abs(n - int(number) + 1))
        yield from lines[done:place]
        yield from (line[1:] for line in changed if line[0] != "-")
        done = place + len(old)
    yield from lines[done:]


def _changed_lines(right: list[str], mistaken: list[str]) -> list[tuple[int, int]]:
    """The first line and the end of each change in the mistaken text, from 0.

    Changed imports are left out, unless nothing else is changed.
    """
    opcodes = difflib.SequenceMatcher(None, right, mistaken, autojunk=False).get_opcodes()
    changes = [(a, b, c, d) for kind, a, b, c, d in opcodes if kind != "equal"]
    others = [
        each
        for each in changes
        if not all(map(_IMPORT.match, right[each[0] : each[1]] + mistaken[each[2] : each[3]]))
    ]
    return [(first, end) for _, _, first, end in others or changes]


def _definitions(text: str, changes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The smallest function or class around each change; nothing for what stands in none."""
    nodes = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    spans = {_span(node): isinstance(node, ast.ClassDef) for node in nodes}
    found = []
    for first, last in changes:
        around = [(a, b) for a, b in spans if a <= first < b and last <= b]
        inside = [(a, b) for a, b in spans if first <= a and b <= last]
        found += [min(around, key=lambda span: span[1] - span[0])] if around else inside
    longest = {span: _LONGEST_CLASS if spans[span] else _LONGEST_FUNCTION for span in found}
    return found if all(b - a <= longest[a, b] for a, b in found) else []


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> tuple[int, int]:
    """The first line of a definition or its decorators, from 0, and its end."""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
    return first, node.end_lineno or node.lineno


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in their order; those that touch are one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    yield from merged
