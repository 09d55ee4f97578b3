"""A Dockerfile's instructions, each with its line and its here-documents.

https://docs.docker.com/reference/dockerfile/#format and #here-documents
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dockerfile_parse import DockerfileParser

from checks.harness.artefacts.instruction import Instruction

# Only these have here-documents. What stands in quotes begins none.
WITH_HERE_DOCUMENT = re.compile(r"\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s", re.IGNORECASE)
WORD = re.compile(
    r"""(?<!\S)\d*<<-?(?P<quote>["']?)(?P<delimiter>\w+)(?P=quote)"""
    r"""|"(?:\\.?|[^"\\])*+(?:"|\Z)|'[^']*+(?:'|\Z)""",
    re.DOTALL,  # possessive, to the end of the text for an open quote: linear time
)
DIRECTIVE = re.compile(r"\s*#\s*(?P<name>\w+)\s*=\s*(?P<value>.*?)\s*$")


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions in their order. Raises SyntaxError for a here-document without an end."""
    lines = _Lines(text)
    source = io.BytesIO("\n".join(lines.plain).encode())
    for parsed in DockerfileParser(fileobj=source).structure:
        if parsed["instruction"] != "COMMENT":
            numbers = range(parsed["startline"], parsed["endline"] + 1)
            bodies = [body for number in numbers for body in lines.bodies.get(number, [])]
            name = parsed["instruction"].upper()
            yield Instruction(name, parsed["value"], "\n".join(bodies), numbers[0] + 1)


@dataclass
class _Lines:
    """The lines as the parser needs them: as many as there are, without here-documents.

    Docker takes an empty line inside a continued instruction as no line, and the end of the file
    as the end of the instruction; the parser would end the first and leave out the second.
    """

    text: str
    plain: list[str] = field(default_factory=list)
    bodies: dict[int, list[str]] = field(default_factory=dict)
    """By the number of the line that opens them, counted from 0."""

    def __post_init__(self) -> None:
        self.escape = _escape(self.text)
        self.last = -1
        """The last line of the instruction that is not yet complete; -1 for none."""
        self.is_shell = False
        pending = enumerate(self.text.split("\n"))
        for number, line in pending:
            self._add(number, line, pending)
        if self.last >= 0:
            self.plain[self.last] = self.plain[self.last].rstrip().removesuffix(self.escape)

    def _add(self, number: int, line: str, pending: Iterator[tuple[int, str]]) -> None:
        if line.lstrip().startswith("#"):
            self.plain.append(line)
            return
        is_continued = self.last >= 0
        if is_continued and not line.strip():
            self.plain.append("#")
            return
        self.plain.append(line)
        if not is_continued:
            self.is_shell = bool(WITH_HERE_DOCUMENT.match(line))
        self.last = number if line.rstrip().endswith(self.escape) else -1
        for match in WORD.finditer(line) if self.is_shell else ():
            if match["delimiter"]:
                body = self._body(match["delimiter"], number, pending)
                self.bodies.setdefault(number, []).append(body)

    def _body(self, delimiter: str, start: int, pending: Iterator[tuple[int, str]]) -> str:
        body: list[str] = []
        for _, line in pending:
            self.plain.append("#" if self.last >= 0 else "")
            if line.strip() == delimiter:
                return "\n".join(body)
            body.append(line)
        raise SyntaxError(f"<<{delimiter[:40]} has no end", (None, start + 1, None, None))


def _escape(text: str) -> str:
    r"""The character that continues a line: `\`, or the one of the directive `escape`."""
    for line in text.split("\n"):
        directive = DIRECTIVE.match(line)
        if directive is None:
            break
        if directive["name"].lower() == "escape":
            return directive["value"]
    return "\\"
