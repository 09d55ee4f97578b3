"""A shell script as a list of simple commands: what runs, and whose exit status counts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from checks.harness.artefacts.shell_words import Token, lines

OPERATORS = frozenset({"&&", "||", ";", "|", "&", "|&", ";;", "(", ")"})
OPENING = frozenset({"if", "for", "while", "until", "case", "select", "{"})
CLOSING = frozenset({"fi", "done", "esac", "}"})
# Words after which another reserved word may stand.
CONTINUING = frozenset({"then", "else", "elif", "do", "!", "time"})

REDIRECTION = re.compile(r"&?[<>]{1,3}[&|-]?")
RESERVED = OPENING | CLOSING | CONTINUING


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
        own = list(self.without_variables)
        if own:
            own[0] = own[0].rsplit("/", 1)[-1]
        return tuple(own[: len(words)]) == words

    @property
    def without_variables(self) -> tuple[str, ...]:
        """The words after `VARIABLE=value`."""
        assigned = 0
        while assigned < len(self.words) and _assigns(self.words[assigned]):
            assigned += 1
        return self.words[assigned:]

    @property
    def function(self) -> str:
        """The name of the function whose definition starts here; "" for none."""
        if self.words[0] == "function":
            return "".join(self.words[1:2])
        return self.words[0] if self.words[1:2] == ("()",) else ""

    @property
    def plain(self) -> "Command":
        """The command itself: `exit` of `f() { exit`, `then exit`, `while exit` or `>file exit`."""
        start = 0
        for word, following in pairwise((*self.words, "")):
            if word not in (*RESERVED, "()") and following != "()":
                break
            start += 1
        return replace(self, words=tuple(_without_redirections(self.words[start:])))

    def __str__(self) -> str:
        return " ".join(self.words)


def commands(script: str) -> list[Command]:
    """Every command of the script, in order. A line that no shell could parse is left out."""
    opened: list[str] = []
    found = []
    for command in (command for line in lines(script) for command in _split_commands(line)):
        reserved = list(_reserved(command))
        is_nested = bool(opened or OPENING & set(reserved) or command.function)
        for word in reserved:
            if word in OPENING:
                opened.append(word)
            elif word in CLOSING and opened and opened[-1] != "(":
                opened.pop()
        if command.words not in (("(",), (")",)) or command.operator not in ("(", ")"):
            found.append(replace(command, is_nested=is_nested or command.words == (")",)))
        _count_parentheses(command, opened)
    return found


def _count_parentheses(command: Command, opened: list[str]) -> None:
    """A pattern of `case` closes none that is open."""
    if command.operator == "(":
        opened.append("(")
    elif command.operator == ")" and opened and opened[-1] == "(":
        opened.pop()


def _reserved(command: Command) -> Iterator[str]:
    """The words at its start that open or close something, as in `then { if`."""
    words: Iterable[str] = command.words
    if command.function:
        words = [word for word in command.words[1:] if word not in (command.function, "()")]
    for word in words:
        if word not in RESERVED:
            return
        yield word


def _split_commands(tokens: list[Token]) -> Iterator[Command]:
    current: list[str] = []
    before = ""
    for text, is_operator in tokens:
        if not is_operator or text not in OPERATORS:
            current.append(text)
        elif current or text in "()":
            # `(` and `)` stand for themselves where no command stands before them.
            yield Command(tuple(current) or (text,), text)
            current = []
        elif before == ")":
            yield Command((")",), text)
        before = text if is_operator else ""
    if current:
        yield Command(tuple(current), "")


def _without_redirections(words: tuple[str, ...]) -> Iterator[str]:
    """The words that are no redirection: `2 > file`, as the lexer takes `2>file` apart."""
    for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False):
        is_number = word.isdecimal() and REDIRECTION.fullmatch(after)
        if not (is_number or REDIRECTION.fullmatch(word) or REDIRECTION.fullmatch(before)):
            yield word


def _assigns(word: str) -> bool:
    """Whether the word is `VARIABLE=value`."""
    name, sign, _ = word.partition("=")
    return bool(sign) and name.isidentifier()
