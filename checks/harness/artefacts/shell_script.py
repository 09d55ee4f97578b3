"""A shell script as a list of simple commands: what runs, and whose exit status counts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

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
    `here_document` is its standard input. `subshell` is the number of the subshell in which it
    stands, 0 outside; then `inner` is the command as the subshell sees it. `body` is a whole
    subshell (`folded`).
    """

    words: tuple[str, ...]
    operator: str
    is_nested: bool = False
    here_document: str | None = None
    subshell: int = 0
    inner: "Command | None" = None
    body: tuple["Command", ...] = ()

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
    found: list[Command] = []
    subshells = 0
    for command in (command for line in lines(script) for command in _split_commands(line)):
        reserved = list(_reserved(command))
        opens = bool(OPENING & set(reserved) or command.function)
        inside, is_nested = opened[:1] == ["("], bool(opened or opens)
        inner = replace(command, is_nested=bool(opened[1:] or opens)) if inside else None
        for word in reserved:
            if word in OPENING:
                opened.append(word)
            elif word in CLOSING and opened and opened[-1] != "(":
                opened.pop()
        if command.words not in (("(",), (")",)) or command.operator not in ("(", ")"):
            is_nested = is_nested or command.words == (")",)
            number = subshells if inside else 0
            found.append(replace(command, is_nested=is_nested, subshell=number, inner=inner))
        subshells += command.operator == "(" and not opened
        _count_parentheses(command, opened)
    return found


def folded(script: list[Command]) -> list[Command]:
    """The script with one command in the place of each subshell, `( … )`.

    Its operator is what follows the parenthesis, and its redirections. A subshell that is a
    function's body, or is negated by `!`, stays as it is.
    """
    found: list[Command] = []
    for number, group in groupby(script, key=lambda each: each.subshell):
        members = list(group)
        if not number or (found and found[-1].operator == "("):
            found += members
            continue
        inner = [each.inner or each for each in members]
        last = replace(inner[-1], operator=inner[-1].operator.strip(")"))
        found.append(Command(("(",), "", body=(*inner[:-1], last)))
    return list(_with_closing_operators(found))


def _with_closing_operators(script: list[Command]) -> Iterator[Command]:
    is_closed = False
    for command, following in pairwise((*script, Command((":",), ""))):
        if is_closed:
            is_closed = False
            continue
        closes = following.words == (")",) or not following.plain.words
        is_closed = bool(command.body) and closes
        yield replace(command, operator=following.operator) if is_closed else command


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
    before, body = "", None
    for text, is_operator, here_document in tokens:
        body = body if here_document is None else here_document
        if not is_operator or text not in OPERATORS:
            current.append(text)
        elif current or text in "()":
            # `(` and `)` stand for themselves where no command stands before them.
            yield Command(tuple(current) or (text,), text, here_document=body)
            current, body = [], None
        elif before == ")":
            yield Command((")",), text)
        before = text if is_operator else ""
    if current:
        yield Command(tuple(current), "", here_document=body)


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
