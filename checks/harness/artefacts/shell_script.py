"""A shell script as a list of simple commands: what runs, and whose exit status counts."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

OPERATORS = frozenset({"&&", "||", ";", "|", "&", "|&", ";;", "(", ")"})
OPENING = frozenset({"if", "for", "while", "until", "case", "select", "function", "{"})
CLOSING = frozenset({"fi", "done", "esac", "}"})


@dataclass(frozen=True)
class Command:
    """One command; `operator` is the one that follows it, "" at the end of a line.

    `is_nested` says that it stands in a condition, a loop, a group or a function: it may never run.
    """

    words: tuple[str, ...]
    operator: str
    is_nested: bool = False

    def starts_with(self, *words: str) -> bool:
        """Whether it starts with these words, without `VARIABLE=value` and the program's folder."""
        own = [word for i, word in enumerate(self.words) if not _all_assign(self.words[: i + 1])]
        if own:
            own[0] = own[0].rsplit("/", 1)[-1]
        return tuple(own[: len(words)]) == words

    def __str__(self) -> str:
        return " ".join(self.words)


def commands(script: str) -> list[Command]:
    """Every command of the script, in order. A line that no shell could parse is left out."""
    depth, found = 0, []
    for command in (command for line in _lines(script) for command in _split_commands(line)):
        first = command.words[0]
        depth += first in OPENING or command.words[1:2] == ("()",)
        found.append(replace(command, is_nested=depth > 0))
        depth -= first in CLOSING and depth > 0
    return found


def _lines(script: str) -> Iterator[list[str]]:
    """The words of each line; an open quote or a backslash continues it on the next line."""
    unfinished = ""
    for line in script.splitlines():
        unfinished += line
        if unfinished.endswith("\\"):
            unfinished = f"{unfinished[:-1]} "
            continue
        try:
            lexer = shlex.shlex(unfinished, posix=True, punctuation_chars="();<>|&")
            lexer.whitespace_split = True
            yield list(lexer)
        except ValueError:  # an open quote
            unfinished += "\n"
            continue
        unfinished = ""


def _split_commands(words: list[str]) -> Iterator[Command]:
    current: list[str] = []
    for word in words:
        if word not in OPERATORS:
            current.append(word)
        elif current:
            yield Command(tuple(current), word)
            current = []
    if current:
        yield Command(tuple(current), "")


def _all_assign(words: tuple[str, ...]) -> bool:
    """Whether all of these words, up to the last, are `VARIABLE=value`."""
    return all(word.partition("=")[0].isidentifier() and "=" in word for word in words)
