"""A server or location of nginx, and the location that answers for a path.

https://nginx.org/en/docs/http/ngx_http_core_module.html#location
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from checks.harness.app.parsing import parse
from checks.harness.app.pattern_time import within_limit
from checks.harness.artefacts.nginx_variables import (
    Block,
    Directive,
    expanded,
    replaced,
    set_variables,
    with_captures,
)

PASS = "proxy_pass"
PATH = re.compile(r"\$(?:\{(?:request_uri|uri)\}|(?:request_uri|uri)\b)")
MODIFIERS = ("=", "^~", "~*", "~")


@dataclass(frozen=True)
class Context:
    """A server or location: its own block and the blocks around it, the innermost last."""

    file: str
    blocks: tuple[Block, ...]
    prefix: str = ""
    """What the location's path begins with; "" in a server, and for a pattern."""
    pattern: str = ""
    """The regular expression that chooses the location; "" for none."""

    def enter(self, location: Directive) -> "Context":
        modifier, path = _matcher(location)
        words = ("", path) if modifier in ("~", "~*") else (path, "")
        return Context(self.file, (*self.blocks, location["block"]), *words)

    @property
    def block(self) -> Block:
        return self.blocks[-1]

    def directives(self, name: str) -> list[list[str]]:
        """The arguments of each directive of that name; an inner block replaces outer ones."""
        for block in reversed(self.blocks):
            if arguments := [each["args"] for each in block if each["directive"] == name]:
                return arguments
        return []

    def directive(self, name: str) -> str:
        """The arguments of the first directive of that name; "" for none."""
        return " ".join(next(iter(self.directives(name)), []))

    @property
    def return_directive(self) -> str:
        """The arguments of the outermost `return`, such as `308 https://…`; "" for none."""
        for block in self.blocks:
            for each in block:
                if each["directive"] == "return":
                    return " ".join(each["args"])
        return ""

    @property
    def denies_access(self) -> bool:
        """Whether it refuses clients: `return` 403, 404, 410, 444, `deny all`, or `internal`."""
        refuses = self.return_directive.startswith(("403", "404", "410", "444"))
        is_closed = bool(self.directives("internal")) or ["all"] in self.directives("deny")
        return refuses or is_closed

    @property
    def proxy_pass(self) -> str:
        """The target of `proxy_pass`, with variables of `set` replaced; "" for none."""
        directive = self._pass
        if directive is None:
            return ""
        values = set_variables(self.blocks, self.file)
        return expanded(" ".join(directive["args"]), values, directive, self.file)

    @property
    def _pass(self) -> Directive | None:
        return next((each for each in self.block if each["directive"] == PASS), None)

    def forwarded_path(self, path: str) -> str:
        """The path under which the request for `path` arrives at the target of `proxy_pass`.

        A path in the target takes the place of the location's prefix; behind variables it takes
        the place of all. https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
        """
        for rewrite in self._rewrites:
            pattern, replacement = rewrite["args"][:2]
            if found := search(rewrite, ("~", pattern), path, self.file):
                path = with_captures(found, replacement, rewrite, self.file)
                break
        own = re.sub(r"^https?://[^/$]*", "", self.proxy_pass)
        directive = self._pass
        if directive is None or not own:
            return path
        if "$" in directive["args"][0]:
            return replaced(PATH, lambda _: path, own, directive, self.file)
        return own + path.removeprefix(self.prefix)

    @property
    def _rewrites(self) -> list[Directive]:
        return [
            each for block in self.blocks[1:] for each in block if each["directive"] == "rewrite"
        ]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of `proxy_set_header`, in lower case; an inner block hides outer ones."""
        headers = self.directives("proxy_set_header")
        return {args[0].lower(): args[1] for args in headers if len(args) == 2}

    @property
    def all_locations(self) -> list["Context"]:
        """Each location inside, and those inside it."""
        inner = [self.enter(each) for each in self.block if each["directive"] == "location"]
        return [each for found in inner for each in (found, *found.all_locations)]

    def location(self, path: str) -> "Context":
        """The location inside that answers for the path, or else this context itself."""
        locations = [each for each in self.block if each["directive"] == "location"]
        matchers = [(each, *_matcher(each)) for each in locations]
        for each, modifier, own in matchers:
            if modifier == "=" and own == path:
                return self.enter(each)
        prefixes = [each for each in matchers if each[1] in ("", "^~") and path.startswith(each[2])]
        longest = max(prefixes, key=lambda each: len(each[2]), default=None)
        if longest is None or longest[1] != "^~":
            for each, *matcher in matchers:
                if matcher[0] in ("~", "~*") and search(each, matcher, path, self.file):
                    return self.enter(each).location(path)
        return self if longest is None else self.enter(longest[0]).location(path)


def _matcher(location: Directive) -> tuple[str, str]:
    """Modifier and path, which may be one word: `=/a`."""
    arguments = location["args"]
    if len(arguments) > 1:
        return arguments[0], arguments[1]
    modifier = next((each for each in MODIFIERS if arguments[0].startswith(each)), "")
    return modifier, arguments[0].removeprefix(modifier)


def search(
    directive: Directive, arguments: Sequence[str], path: str, file: str
) -> re.Match[str] | None:
    """The match of a directive's modifier and pattern. A bad or slow pattern fails the test."""
    words = " ".join((directive["directive"], *directive["args"]))[:100]

    def search() -> re.Match[str] | None:
        try:
            return within_limit(partial(_match, arguments, path))
        except Exception as error:  # noqa: BLE001 - a pattern raises what it likes
            reason = f"{words}: {error}"
            raise SyntaxError(reason, (None, directive["line"], None, None)) from None

    return parse(file, "a pattern", b"", search)


def _match(arguments: Sequence[str], path: str) -> re.Match[str] | None:
    """The match of the pattern, which is written as for PCRE. Raises ValueError for none."""
    modifier, pattern = arguments
    if not pattern:
        raise ValueError("it has no pattern")
    pattern = pattern.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    return re.search(pattern, path, re.IGNORECASE if modifier == "~*" else 0)
