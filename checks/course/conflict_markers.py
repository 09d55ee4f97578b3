"""Git's conflict markers, told from a line of `=` below a heading."""

from checks.course.region_lines import split_lines

_MARKERS = ("<<<<<<<", "=======", ">>>>>>>")


def conflict_line(text: str) -> int | None:
    """The line, from 1, of the first conflict: all three markers, in order, at a line's start."""
    first_line: int | None = None
    expected = 0
    for number, line in enumerate(split_lines(text), start=1):
        marker = line.split(" ", 1)[0].rstrip("\r\n")
        if marker == _MARKERS[0]:
            first_line, expected = number, 1
        elif expected and marker == _MARKERS[expected]:
            expected += 1
        if expected == len(_MARKERS):
            return first_line
    return None
