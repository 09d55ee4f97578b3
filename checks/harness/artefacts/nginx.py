"""nginx's configuration, parsed by nginx's own parser for Python: who answers which request."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import crossplane

Directive = dict[str, Any]  # Any: crossplane has no types
Block = Sequence[Directive]


@dataclass(frozen=True)
class Level:
    """What counts at one place: its own directives, and those around it, the innermost last."""

    blocks: tuple[Block, ...]

    def within(self, block: Block) -> "Level":
        return Level((*self.blocks, block))

    @property
    def own(self) -> Block:
        return self.blocks[-1]

    def all(self, name: str) -> list[list[str]]:
        """The arguments of each such directive: an inner block replaces what is outside of it."""
        for block in reversed(self.blocks):
            if found := [each["args"] for each in block if each["directive"] == name]:
                return found
        return []

    def first(self, name: str) -> str:
        """All arguments of the first one; "" for none."""
        return " ".join(next(iter(self.all(name)), []))

    @property
    def answer(self) -> str:
        """`return 308 https://…`, of this place or of a server that lets nobody further in."""
        for block in self.blocks:
            for each in block:
                if each["directive"] == "return":
                    return " ".join(each["args"])
        return ""

    @property
    def is_shut(self) -> bool:
        """Whether it lets no stranger through."""
        return self.answer.startswith(("403", "404", "410", "444")) or ["all"] in self.all("deny")

    @property
    def proxied_to(self) -> str:
        """Where a request goes on to, with variables of `set` filled in; "" for nowhere."""
        passed = [each["args"] for each in self.own if each["directive"] == "proxy_pass"]
        target = " ".join(passed[0]) if passed else ""
        for name, value in (args for block in self.blocks for args in _sets(block)):
            target = target.replace(name, value)
        return target

    @property
    def headers(self) -> dict[str, str]:
        """What the app is told, by header in small letters. One in an inner block hides all."""
        return {args[0].lower(): args[1] for args in self.all("proxy_set_header") if len(args) == 2}


@dataclass(frozen=True)
class Server:
    """One `server`."""

    level: Level

    @property
    def ports(self) -> set[str]:
        """The ports it listens on; 80 when it does not say."""
        said = [args[0] for args in self.level.all("listen")] or ["80"]
        return {each.rpartition(":")[2] for each in said}

    @property
    def has_tls(self) -> bool:
        return any("ssl" in args for args in self.level.all("listen"))

    def at(self, path: str) -> Level:
        """The place that answers for a path, chosen as nginx chooses.

        https://nginx.org/en/docs/http/ngx_http_core_module.html#location
        """
        return _chosen(self.level, path)


class Nginx:
    """A whole configuration, or a piece of one that stands in `http`."""

    def __init__(self, file: Path) -> None:
        """Fails the test when the file cannot be parsed."""
        assert file.is_file(), f"{file.parent.name}/{file.name} exists"
        named = f"{file.parent.name}/{file.name}"
        top = _parsed(file, named, whole=False)
        http = next((each["block"] for each in top if each["directive"] == "http"), None)
        if http is None:  # a piece, as nginx's own configuration includes it
            with tempfile.NamedTemporaryFile("w", suffix=".conf") as around:
                around.write(f"http {{ {file.read_text(encoding='utf-8')}\n}}")
                around.flush()
                http = _parsed(Path(around.name), named, whole=True)[0]["block"]
        else:
            _parsed(file, named, whole=True)
        self.servers = [
            Server(Level((http, each["block"]))) for each in http if each["directive"] == "server"
        ]
        self.upstreams = {
            each["args"][0]: [inner["args"][0] for inner in each["block"]]
            for each in http
            if each["directive"] == "upstream"
        }

    def server(self, port: str) -> Server:
        """The first that listens there; fails the test when none does."""
        found = next((each for each in self.servers if port in each.ports), None)
        assert found, f"a server listens on {port}"
        return found

    def reaches(self, target: str, service: str) -> bool:
        """Whether `proxy_pass` leads to the service, itself or by an upstream."""
        host = re.sub(r"^https?://", "", target).split("/")[0].split(":")[0]
        return host == service or any(
            each.split(":")[0] == service for each in self.upstreams.get(host, [])
        )


def _parsed(file: Path, named: str, *, whole: bool) -> Block:
    """What the parser finds; of a whole configuration also whether each thing is in its place."""
    found = crossplane.parse(str(file), single=True, check_ctx=whole, check_args=whole)
    problem = next((str(each["error"]) for each in found["errors"]), "")
    assert not problem, f"{named} is nginx's: {problem.split(' in /')[0]}"
    parsed: Block = found["config"][0]["parsed"]
    return parsed


def _chosen(level: Level, path: str) -> Level:
    places = [each for each in level.own if each["directive"] == "location"]
    exact = [each for each in places if each["args"][0] == "=" and each["args"][1] == path]
    if exact:
        return level.within(exact[0]["block"])
    prefixes = [
        each
        for each in places
        if each["args"][0] not in ("=", "~", "~*") and path.startswith(each["args"][-1])
    ]
    longest = max(prefixes, key=lambda each: len(each["args"][-1]), default=None)
    if longest is None or longest["args"][0] != "^~":
        for each in _patterns(places):
            if re.search(each["args"][1], path, re.IGNORECASE if each["args"][0] == "~*" else 0):
                return _chosen(level.within(each["block"]), path)
    return level if longest is None else _chosen(level.within(longest["block"]), path)


def _patterns(places: Block) -> Iterator[Directive]:
    return (each for each in places if each["args"][0] in ("~", "~*"))


def _sets(block: Block) -> Iterator[tuple[str, str]]:
    return ((each["args"][0], each["args"][1]) for each in block if each["directive"] == "set")
