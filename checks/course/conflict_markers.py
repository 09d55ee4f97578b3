"""Git's conflict markers, told from a line of `=` below a heading."""

from checks.course.regions import split_lines

_MARKS = ("<<<<<<<", "=======", ">>>>>>>")


def conflict_line(text: str) -> int | None:
    """The line, from 1, of the first conflict: all three markers, in order, at a line's start."""
    begins: int | None = None
    expected = 0
    for number, line in enumerate(split_lines(text), start=1):
        mark = line.split(" ", 1)[0].rstrip("\r\n")
        if mark == _MARKS[0]:
            begins, expected = number, 1
        elif expected and mark == _MARKS[expected]:
            expected += 1
        if expected == len(_MARKS):
            return begins
    return None
