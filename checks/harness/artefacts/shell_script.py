"""A shell script as a list of simple commands: enough to see what is run, and whose word counts."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS = frozenset({"&&", "||", ";", "|", "&", "|&", ";;", "(", ")"})


@dataclass(frozen=True)
class Command:
    """One command; `after` is the operator behind it, "" at the end of a line."""

    words: tuple[str, ...]
    after: str

    def begins(self, *words: str) -> bool:
        """Whether it is this command, `VARIABLE=value` and a path before the program aside."""
        mine = [word for i, word in enumerate(self.words) if not _assigns(self.words[: i + 1])]
        if mine:
            mine[0] = mine[0].rsplit("/", 1)[-1]
        return tuple(mine[: len(words)]) == words

    def __str__(self) -> str:
        return " ".join(self.words)


def commands(script: str) -> list[Command]:
    """Every command of the script, in its order. A line that no shell could read is left out."""
    return [command for line in _lines(script) for command in _parted(line)]


def _lines(script: str) -> Iterator[list[str]]:
    """The words of each line; a quote or a backslash at its end takes the next one in."""
    held = ""
    for line in script.splitlines():
        held += line
        if held.endswith("\\"):
            held = f"{held[:-1]} "
            continue
        try:
            lexer = shlex.shlex(held, posix=True, punctuation_chars="();<>|&")
            lexer.whitespace_split = True
            yield list(lexer)
        except ValueError:  # an open quote
            held += "\n"
            continue
        held = ""


def _parted(words: list[str]) -> Iterator[Command]:
    begun: list[str] = []
    for word in words:
        if word not in OPERATORS:
            begun.append(word)
        elif begun:
            yield Command(tuple(begun), word)
            begun = []
    if begun:
        yield Command(tuple(begun), "")


def _assigns(words: tuple[str, ...]) -> bool:
    """Whether all of these words, up to the last, are `VARIABLE=value`."""
    return all(word.partition("=")[0].isidentifier() and "=" in word for word in words)
