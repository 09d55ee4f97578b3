"""The variables of a Dockerfile, replaced as Docker replaces them.

https://docs.docker.com/reference/dockerfile/#environment-replacement
https://docs.docker.com/reference/dockerfile/#using-arg-variables
"""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from checks.harness.artefacts.instruction import Instruction
from checks.harness.artefacts.interpolation import MAX_LENGTH, MAX_TOTAL, TooLong

MAX_DEPTH = 50
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPERATOR = re.compile(r":?[-+?]")
WORD = re.compile(r"""(?:\\.?|"(?:\\.?|[^"\\])*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s"'\\])++""", re.DOTALL)
Values = Mapping[str, str | None]  # None: the file alone does not say it


class Unresolved(ValueError):
    """The file alone does not say which value it is."""


class Variables:
    """ENV and ARG, after the instructions that were read. ENV wins, whatever their order."""

    def __init__(self, outer: "Variables | None" = None) -> None:
        """`outer` are the ARGs before the first FROM: a stage has those that it declares."""
        self.outer: Values = outer.arguments if outer else {}
        self.arguments: dict[str, str | None] = {}
        self.environment: dict[str, str | None] = {}
        self.values: Values = ChainMap(self.environment, self.arguments)
        self._total = 0

    def read(self, instruction: Instruction) -> None:
        """Take in an ENV or an ARG. Raises SyntaxError when a value is too long."""
        if instruction.name == "ENV":
            pairs = _pairs(instruction.arguments)
            # What holds before the instruction holds for all of it.
            self.environment.update(
                [(name, self._value(text, instruction)) for name, text in pairs]
            )
        elif instruction.name == "ARG":
            for word in WORD.findall(instruction.arguments):
                name, equals, value = word.partition("=")
                if equals:
                    self.arguments[name] = self._value(value, instruction)
                elif name in self.outer or name not in self.arguments:
                    self.arguments[name] = self.outer.get(name, "")

    def _value(self, text: str, instruction: Instruction) -> str | None:
        try:
            return self._counted(substitute(text, self.values))
        except Unresolved:
            return None
        except TooLong as error:
            raise SyntaxError(str(error), (None, instruction.line, None, None)) from None

    def _counted(self, value: str) -> str:
        self._total += len(value)
        if self._total > MAX_TOTAL:
            raise TooLong(MAX_TOTAL)
        return value


def _pairs(text: str) -> list[tuple[str, str]]:
    """`A=1 B=2`, or `A all the rest`."""
    first, _, rest = text.partition(" ")
    if "=" not in first:
        return [(first, rest.strip())]
    pairs = (word.partition("=") for word in WORD.findall(text))
    return [(name, value) for name, _, value in pairs]


def substitute(text: str, values: Values, unknown: str | None = None) -> str:
    """The text without quotes, with its variables replaced. Raises Unresolved, TooLong.

    `unknown` takes the place of a variable that the file does not declare; a base image may.
    """
    return _Reader(text, values, unknown).until("")


@dataclass
class _Reader:
    text: str
    values: Values
    unknown: str | None
    position: int = 0
    size: int = 0
    depth: int = 0

    def until(self, stop: str) -> str:
        """What stands before `stop`, or before the end of the text."""
        parts: list[str] = []
        while self.position < len(self.text):
            character = self._next()
            if character == stop:
                return "".join(parts)
            part = self._part(character, is_quoted=stop == '"')
            self.size += len(part)
            if self.size > MAX_LENGTH:
                raise TooLong
            parts.append(part)
        if stop:
            raise Unresolved(f"{stop} is missing")
        return "".join(parts)

    def _next(self) -> str:
        self.position += 1
        return self.text[self.position - 1]

    def _part(self, character: str, *, is_quoted: bool) -> str:
        if character == "$":
            return self._variable()
        if character == "\\" and self.position < len(self.text):
            following = self._next()
            return following if not is_quoted or following in '"$\\' else f"\\{following}"
        if character == '"' and not is_quoted:
            return self.until('"')
        if character == "'" and not is_quoted:
            start, self.position = self.position, self.text.find("'", self.position) + 1
            if not self.position:
                raise Unresolved("' is missing")
            return self.text[start : self.position - 1]
        return character

    def _variable(self) -> str:
        has_brace = self.text.startswith("{", self.position)
        self.position += has_brace
        name = NAME.match(self.text, self.position)
        if name is None:
            if has_brace:
                raise Unresolved("${ without a name")
            return "$"
        self.position = name.end()
        if not has_brace:
            return self._plain(name[0])
        operator = OPERATOR.match(self.text, self.position)
        self.position = operator.end() if operator else self.position
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unresolved("it is nested too deeply")
        word = self.until("}")
        self.depth -= 1
        if operator is None and word:
            raise Unresolved(f"${{{name[0]}{word[:20]}}}: an operator that is not read here")
        return self._with_operator(name[0], operator[0], word) if operator else self._plain(name[0])

    def _plain(self, name: str) -> str:
        value = self.values.get(name, self.unknown)
        if value is None:
            raise Unresolved(f"the Dockerfile does not say the value of {name[:40]}")
        return value

    def _with_operator(self, name: str, operator: str, word: str) -> str:
        value = self._plain(name) if name in self.values else None
        is_set = value is not None and (value != "" or not operator.startswith(":"))
        if operator.endswith("+"):
            return word if is_set else ""
        if not is_set and operator.endswith("?"):
            raise Unresolved(f"{name[:40]} has no value")
        return (value or "") if is_set else word
