"""Blank lines are no change of a program, so that a merge finds no conflict in them.

A region often has blank lines at its edges. The next day's file has no markers there, and no such
blank lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from checks.course.region_lines import split_lines


@dataclass(frozen=True)
class _SpacedLines:
    """The lines that are not blank; `gaps` are the blank lines above each, and at the end."""

    lines: Sequence[str]
    gaps: Sequence[str]

    @property
    def text(self) -> str:
        pairs = zip(self.gaps, (*self.lines, ""), strict=True)
        return "".join(gap + line for gap, line in pairs)


def same_but_blank(one: str, other: str) -> bool:
    """Whether two texts differ in blank lines and in spaces at the ends of lines only."""
    return _stripped(_parse(one)) == _stripped(_parse(other))


def with_blank_lines_of(base: str, ours: str, theirs: str) -> tuple[str, str]:
    """`base` and `ours` with the blank lines of `theirs`, except where `ours` changed them."""
    base_spaced, ours_spaced, theirs_spaced = _parse(base), _parse(ours), _parse(theirs)
    base_gaps = list(base_spaced.gaps)
    to_theirs = _matching_lines(base_spaced, theirs_spaced)
    for index in range(len(base_gaps)):
        if to_theirs.get(index - 1, -2) + 1 == to_theirs.get(index):
            base_gaps[index] = theirs_spaced.gaps[to_theirs[index]]
    to_base = _matching_lines(ours_spaced, base_spaced)
    indexes = range(len(ours_spaced.gaps))
    our_gaps = [
        _merged_gap(ours_spaced, index, base_spaced, base_gaps, to_base) for index in indexes
    ]
    new_base = _SpacedLines(base_spaced.lines, base_gaps)
    return new_base.text, _SpacedLines(ours_spaced.lines, our_gaps).text


def _merged_gap(
    ours: _SpacedLines,
    index: int,
    base: _SpacedLines,
    base_gaps: Sequence[str],
    to_base: Mapping[int, int],
) -> str:
    """The blank lines above one line of `ours`: the new ones unless `ours` changed them."""
    above, below = to_base.get(index - 1), to_base.get(index)
    base_index = below if above is None else above + 1
    if base_index is not None and ours.gaps[index] == base.gaps[base_index]:
        return base_gaps[base_index]
    return ours.gaps[index]


def _parse(text: str) -> _SpacedLines:
    lines: list[str] = []
    gaps = [""]
    for line in split_lines(text):
        if line.strip():
            lines.append(line)
            gaps.append("")
        else:
            gaps[-1] += line
    return _SpacedLines(lines, gaps)


def _stripped(spaced: _SpacedLines) -> list[str]:
    return [line.rstrip() for line in spaced.lines]


def _matching_lines(one: _SpacedLines, other: _SpacedLines) -> dict[int, int]:
    """For each line number of `one` the matching one of `other`; both ends match too."""
    pairs = {-1: -1, len(one.lines): len(other.lines)}
    matcher = SequenceMatcher(None, _stripped(one), _stripped(other), autojunk=False)
    for start, other_start, size in matcher.get_matching_blocks():
        pairs |= {start + step: other_start + step for step in range(size)}
    return pairs
