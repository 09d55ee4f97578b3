"""nginx's configuration, parsed by crossplane: which server and location answer a request."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import crossplane

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.app.pattern_time import within_limit

Directive = dict[str, Any]  # Any: crossplane has no types
Block = Sequence[Directive]
PASS = "proxy_pass"


@dataclass(frozen=True)
class Context:
    """A server or location: its own block and the blocks around it, the innermost last."""

    file: str
    blocks: tuple[Block, ...]
    prefix: str = ""
    """What the location's path begins with; "" in a server, and for a pattern."""

    def enter(self, location: Directive) -> "Context":
        is_pattern = location["args"][0] in ("~", "~*")
        prefix = "" if is_pattern else location["args"][-1]
        return Context(self.file, (*self.blocks, location["block"]), prefix)

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
        """Whether it refuses clients: a `return` of 403, 404, 410, 444, or `deny all`."""
        refuses = self.return_directive.startswith(("403", "404", "410", "444"))
        return refuses or ["all"] in self.directives("deny")

    @property
    def proxy_pass(self) -> str:
        """The target of `proxy_pass`, with variables of `set` replaced; "" for none."""
        targets = [each["args"] for each in self.block if each["directive"] == PASS]
        target = " ".join(targets[0]) if targets else ""
        for name, value in (args for block in self.blocks for args in _variables(block)):
            target = target.replace(name, value)
        return target

    def forwarded_path(self, path: str) -> str:
        """The path under which the request for `path` arrives at the target of `proxy_pass`.

        A path in the target takes the place of the location's prefix; behind variables it takes
        the place of all. https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
        """
        for directive in self._rewrites:
            pattern, replacement = directive["args"][:2]
            if found := _search(directive, ("~", pattern), path, self.file):
                path = re.sub(r"\$(\d)", lambda group: found[int(group[1])] or "", replacement)
                break
        own = re.sub(r"^https?://[^/$]*", "", self.proxy_pass)
        written = next((each["args"][0] for each in self.block if each["directive"] == PASS), "")
        if not own:
            return path
        if "$" in written:
            return re.sub(r"\$(request_uri|uri)\b", path, own)
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


@dataclass(frozen=True)
class Server:
    """One `server` block."""

    context: Context

    @property
    def ports(self) -> set[str]:
        """The ports it listens on; 80 by default."""
        addresses = [args[0] for args in self.context.directives("listen")] or ["80"]
        return {each.rpartition(":")[2] for each in addresses}

    @property
    def has_tls(self) -> bool:
        return any("ssl" in args for args in self.context.directives("listen"))

    def location(self, path: str) -> Context:
        """The location that answers for a path, chosen as nginx chooses.

        https://nginx.org/en/docs/http/ngx_http_core_module.html#location
        """
        return _location_of(self.context, path)


class Nginx:
    """A complete configuration, or a file that nginx includes in its `http` block."""

    def __init__(self, file: Path) -> None:
        """Fails the test when the file cannot be parsed."""
        name = f"{file.parent.name}/{file.name}"
        text = Tree(file.parents[1]).text(name)
        top = _parse(file, name, complete=False)
        http = next((each["block"] for each in top if each["directive"] == "http"), None)
        if http is None:  # nginx's own configuration includes the file
            with tempfile.NamedTemporaryFile("w", suffix=".conf") as wrapper:
                wrapper.write(f"http {{ {text}\n}}")
                wrapper.flush()
                http = _parse(Path(wrapper.name), name, complete=True)[0]["block"]
        else:
            _parse(file, name, complete=True)
        self.servers = [
            Server(Context(name, (http, each["block"])))
            for each in http
            if each["directive"] == "server"
        ]
        self.upstreams = {
            each["args"][0]: [inner["args"][0] for inner in each["block"]]
            for each in http
            if each["directive"] == "upstream"
        }

    def server(self, port: str) -> Server:
        """The first server that listens on the port. Fails the test when none does."""
        server = next((each for each in self.servers if port in each.ports), None)
        assert server, f"a server listens on {port}"
        return server

    def proxies_to(self, target: str, service: str) -> bool:
        """Whether a target of `proxy_pass` is the service, directly or by an upstream."""
        host = re.sub(r"^https?://", "", target).split("/")[0].split(":")[0]
        return host == service or any(
            each.split(":")[0] == service for each in self.upstreams.get(host, [])
        )


def _parse(file: Path, name: str, *, complete: bool) -> Block:
    """The parsed file; in a complete one the parser also checks contexts and arguments."""
    return parse(name, "nginx's", file.read_bytes(), lambda: _parsed(file, complete=complete))


def _parsed(file: Path, *, complete: bool) -> Block:
    """The parsed file. Raises SyntaxError with a line, and RecursionError."""
    result = crossplane.parse(str(file), single=True, check_ctx=complete, check_args=complete)
    for problem in result["errors"]:
        message = str(problem["error"]).split(" in /")[0]
        if "recursion" in message:  # crossplane catches it, and keeps its words
            raise RecursionError
        raise SyntaxError(message, (None, problem["line"], None, None))
    parsed: Block = result["config"][0]["parsed"]
    return parsed


def _location_of(context: Context, path: str) -> Context:
    locations = [each for each in context.block if each["directive"] == "location"]
    exact = [each for each in locations if each["args"][0] == "=" and each["args"][1] == path]
    if exact:
        return context.enter(exact[0])
    prefixes = [
        each
        for each in locations
        if each["args"][0] not in ("=", "~", "~*") and path.startswith(each["args"][-1])
    ]
    longest = max(prefixes, key=lambda each: len(each["args"][-1]), default=None)
    if longest is None or longest["args"][0] != "^~":
        for each in _regex_locations(locations):
            if _search(each, each["args"], path, context.file):
                return _location_of(context.enter(each), path)
    return context if longest is None else _location_of(context.enter(longest), path)


def _search(
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
    pattern = pattern.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    return re.search(pattern, path, re.IGNORECASE if modifier == "~*" else 0)


def _regex_locations(locations: Block) -> Iterator[Directive]:
    return (each for each in locations if each["args"][0] in ("~", "~*"))


def _variables(block: Block) -> Iterator[tuple[str, str]]:
    return ((each["args"][0], each["args"][1]) for each in block if each["directive"] == "set")
