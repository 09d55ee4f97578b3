"""Region markers put back into a text that was merged without them."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from checks.course.region_lines import Line, LineKind, split_lines
from checks.course.regions import parse


def reinsert_markers(theirs: str, merged: str, path: str) -> str | None:
    """`merged` with the markers of `theirs`, between the same lines as in `theirs`.

    None when the change rewrote the lines on both sides of a marker as one block: the marker's
    position is then for a person to decide.
    """
    lines = [line for segment in parse(theirs, path) for line in segment.lines]
    positions = _markers_by_position(lines)
    merged_lines = split_lines(merged)
    program = [line.text for line in lines if line.kind is LineKind.TEXT]
    opcodes = SequenceMatcher(None, program, merged_lines, autojunk=False).get_opcodes()
    insertions: dict[int, list[str]] = {}
    for above, markers in positions.items():
        position = _merged_position(above, opcodes)
        if position is None:
            return None
        before, after = _split_markers(markers)
        insertions.setdefault(position[0], []).extend(before)
        insertions.setdefault(position[1], []).extend(after)
    return _interleave(merged_lines, insertions)


def _markers_by_position(lines: list[Line]) -> dict[int, list[Line]]:
    """The markers by the number of program lines above them."""
    positions: dict[int, list[Line]] = {}
    above = 0
    for line in lines:
        if line.kind is LineKind.TEXT:
            above += 1
        else:
            positions.setdefault(above, []).append(line)
    return positions


def _merged_position(
    position: int, opcodes: Sequence[tuple[str, int, int, int, int]]
) -> tuple[int, int] | None:
    """The position in the merged text; two numbers when lines were added exactly there.

    None when a change spans the position.
    """
    if not opcodes:
        return 0, 0
    for tag, start, end, new_start, new_end in opcodes:
        if start < position < end and tag != "equal":
            return (new_start, new_start) if tag == "delete" else None
        if start < position < end:
            return new_start + position - start, new_start + position - start
        if tag == "insert" and position == start:
            return new_start, new_end
    before = max((new_end for _, _, end, _, new_end in opcodes if end <= position), default=0)
    return before, before


def _split_markers(markers: list[Line]) -> tuple[list[str], list[str]]:
    """The markers above and below the lines that an earlier day adds at their position.

    An earlier day's lines are no part of a later day's answer, so they stay outside its region.
    """
    texts = [line.text for line in markers]
    boundaries = [
        i for i, line in enumerate(markers) if line.kind in (LineKind.START, LineKind.END)
    ]
    if boundaries and markers[boundaries[0]].kind is LineKind.END:
        return texts[: boundaries[0] + 1], texts[boundaries[0] + 1 :]
    return [], texts


def _interleave(lines: list[str], insertions: dict[int, list[str]]) -> str:
    def pieces() -> Iterator[str]:
        for index in range(len(lines) + 1):
            yield from insertions.get(index, ())
            yield from lines[index : index + 1]

    all_pieces = list(pieces())
    terminated = [piece if piece.endswith("\n") else piece + "\n" for piece in all_pieces[:-1]]
    return "".join(terminated + all_pieces[-1:])
