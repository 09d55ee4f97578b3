"""nginx's configuration, parsed by crossplane: which server and location answer a request."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import crossplane

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.artefacts.nginx_locations import Context
from checks.harness.artefacts.nginx_rewrites import answer
from checks.harness.artefacts.nginx_variables import Block


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
        """The location that answers for a path, chosen as nginx chooses."""
        return self.context.location(path)

    def paths_below(self, path: str) -> list[str]:
        """Paths below that one which a pattern of a location may match, made of its words."""
        patterns = "\n".join(each.pattern for each in self.context.all_locations)
        words = ["x", *dict.fromkeys(re.findall(r"(?<!\\)[A-Za-z0-9_]+", patterns))]
        return [f"{path}/{start}{word}" for word in words for start in ("", "x.", "x/")]

    def answer(self, path: str, scheme: str) -> str:
        """What nginx itself answers, such as `308 https://…`; "" for a request that goes on."""
        has_tls = scheme == "https"
        listens = self.context.directives("listen") or [["80"]]
        ports = {args[0].rpartition(":")[2] for args in listens if ("ssl" in args) is has_tls}
        https = {"on"} if has_tls else {""}
        values = {"$scheme": {scheme}, "$https": https, "$server_port": ports}
        return answer(self.location(path), path, values)


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
            each["args"][0]: [
                inner["args"][0] for inner in each["block"] if inner["directive"] == "server"
            ]
            for each in http
            if each["directive"] == "upstream"
        }

    def server(self, port: str) -> Server:
        """The first server that listens on the port. Fails the test when none does."""
        server = next((each for each in self.servers if port in each.ports), None)
        assert server, f"a server listens on {port}"
        return server

    def locations_to(self, service: str, server: Server) -> list[Context]:
        """The server's locations that proxy to the service."""
        found = server.context.all_locations
        return [each for each in found if self.proxies_to(each.proxy_pass, service)]

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
