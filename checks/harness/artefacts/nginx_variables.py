"""Variables of nginx's `set` and `map`, and their values where a request is answered.

https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#set
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from checks.harness.app.parsing import parse
from checks.harness.artefacts.interpolation import MAX_LENGTH, MAX_TOTAL, TooLong

Directive = dict[str, Any]  # Any: crossplane has no types
Block = Sequence[Directive]
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)
CAPTURE = re.compile(r"\$(?:\{([1-9])\}|([1-9]))")


def set_variables(blocks: Sequence[Block], file: str) -> dict[str, str]:
    """The values in the innermost block: nginx runs the directives in their order.

    A variable that is set later has no value yet. Fails the test when a value is too long.
    """
    directives = [each for block in blocks for each in block if each["directive"] == "set"]
    values = _constant_maps(blocks)
    values |= {each["args"][0].removeprefix("$"): "" for each in directives}
    total = 0
    for each in directives:
        name, text = each["args"][:2]
        value = values[name.removeprefix("$")] = expanded(text, values, each, file)
        total += len(value)
        if total > MAX_TOTAL:
            parse(file, "nginx's", b"", partial(_refuse, each, MAX_TOTAL))
    return values


def _constant_maps(blocks: Sequence[Block]) -> dict[str, str]:
    """The variables of each `map` that gives one value, whatever the request is."""
    values = {}
    for each in (each for block in blocks for each in block if each["directive"] == "map"):
        found = {entry["directive"]: " ".join(entry["args"]) for entry in each["block"]}
        if "default" in found and len(set(found.values())) == 1:
            values[each["args"][1].removeprefix("$")] = found["default"]
    return values


def expanded(text: str, values: Mapping[str, str], directive: Directive, file: str) -> str:
    """The text with these variables replaced; those of nginx itself, such as $host, stay."""

    def value(match: re.Match[str]) -> str:
        return values.get(match[1] or match[2], match[0])

    return replaced(VARIABLE, value, text, directive, file)


def with_captures(found: re.Match[str], text: str, directive: Directive, file: str) -> str:
    """The text with $1 to $9 replaced: "" for a group that the pattern has not.

    ngx_http_script_copy_capture_code copies nothing for it.
    """

    def value(match: re.Match[str]) -> str:
        number = int(match[1] or match[2])
        return found[number] or "" if number <= found.re.groups else ""

    return replaced(CAPTURE, value, text, directive, file)


def replaced(
    pattern: re.Pattern[str],
    value: Callable[[re.Match[str]], str],
    text: str,
    directive: Directive,
    file: str,
) -> str:
    """The text with each match replaced. Fails the test when the result is too long."""
    parts, position, length = [], 0, len(text)
    for match in pattern.finditer(text):
        parts += [text[position : match.start()], value(match)]
        position = match.end()
        length += len(parts[-1])
        if length > MAX_LENGTH:
            break
    if length > MAX_LENGTH:
        return parse(file, "nginx's", b"", lambda: _refuse(directive))
    return "".join([*parts, text[position:]])


def _refuse(directive: Directive, limit: int = MAX_LENGTH) -> str:
    words = " ".join((directive["directive"], *directive["args"]))[:60]
    raise SyntaxError(f"{words}: {TooLong(limit)}", (None, directive["line"], None, None))
