"""Blank lines are no change of a program: a merge must not see a conflict in them.

A region often has blank lines at its edges that the next day's file, where the markers are gone,
does not have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from checks.course.regions import split_lines


@dataclass(frozen=True)
class _Spaced:
    """The lines that say something; `gaps` are the blank ones above each, and those at the end."""

    lines: Sequence[str]
    gaps: Sequence[str]

    @property
    def text(self) -> str:
        pairs = zip(self.gaps, (*self.lines, ""), strict=True)
        return "".join(gap + line for gap, line in pairs)


def same_but_blank(one: str, other: str) -> bool:
    """Whether two texts differ in blank lines and in spaces at the ends of lines only."""
    return _keys(_cut(one)) == _keys(_cut(other))


def respaced(base: str, ours: str, theirs: str) -> tuple[str, str]:
    """`base` and `ours` with the blank lines of `theirs`, except where `ours` changed them."""
    old, mine, new = _cut(base), _cut(ours), _cut(theirs)
    gaps = list(old.gaps)
    there = _pairs(old, new)
    for index in range(len(gaps)):
        if there.get(index - 1, -2) + 1 == there.get(index):
            gaps[index] = new.gaps[there[index]]
    back = _pairs(mine, old)
    kept = [_gap(mine, index, old, gaps, back) for index in range(len(mine.gaps))]
    return _Spaced(old.lines, gaps).text, _Spaced(mine.lines, kept).text


def _gap(
    mine: _Spaced, index: int, old: _Spaced, new_gaps: Sequence[str], back: Mapping[int, int]
) -> str:
    """The blank lines above one line: the new ones, where they were the old ones."""
    above, below = back.get(index - 1), back.get(index)
    place = below if above is None else above + 1
    if place is not None and mine.gaps[index] == old.gaps[place]:
        return new_gaps[place]
    return mine.gaps[index]


def _cut(text: str) -> _Spaced:
    lines: list[str] = []
    gaps = [""]
    for line in split_lines(text):
        if line.strip():
            lines.append(line)
            gaps.append("")
        else:
            gaps[-1] += line
    return _Spaced(lines, gaps)


def _keys(spaced: _Spaced) -> list[str]:
    return [line.rstrip() for line in spaced.lines]


def _pairs(one: _Spaced, other: _Spaced) -> dict[int, int]:
    """Line numbers of `one` by those of `other`; both ends belong together, too."""
    pairs = {-1: -1, len(one.lines): len(other.lines)}
    matcher = SequenceMatcher(None, _keys(one), _keys(other), autojunk=False)
    for start, there, size in matcher.get_matching_blocks():
        pairs |= {start + step: there + step for step in range(size)}
    return pairs
