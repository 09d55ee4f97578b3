"""A GitHub workflow, read and never run: its jobs, and whose exit status counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.shell_script import Command, commands
from checks.harness.artefacts.yaml_schema import load, schema_error

# Shells that stop at the first command that fails. GitHub's default is `bash -e {0}`.
STRICT = ("", "bash", "sh", "pwsh", "python")
# Options with which a command exits with 0 whatever it finds, or judges nothing.
NO_VERDICT = {"--exit-zero", "--fix", "--collect-only", "--co", "--no-cov", "--allow-untyped-defs"}


@dataclass(frozen=True)
class Step:
    """One step; `shell` is its own, its job's or its workflow's."""

    definition: Mapping[str, Any]
    shell: str

    @property
    def uses(self) -> str:
        return str(self.definition.get("uses") or "")

    @property
    def commands(self) -> list[Command]:
        return commands(str(self.definition.get("run") or ""))

    @property
    def stops_at_errors(self) -> bool:
        """Whether the step ends at the first command that fails."""
        words = self.shell.split()
        is_strict = self.shell in STRICT or "-e" in words or any(w.startswith("-e") for w in words)
        return is_strict and not any(each.starts_with("set", "+e") for each in self.commands)

    @property
    def required_commands(self) -> list[Command]:
        """The commands that make the job fail: without `pipefail` only the last of a pipe."""
        if not self.stops_at_errors or _may_fail(self.definition):
            return []
        # Named as `bash`, the shell is `bash -eo pipefail`; unnamed, it is not.
        operators = ("", "&&", ";", "|") if self.shell == "bash" else ("", "&&", ";")
        return [each for each in self.commands if each.operator in operators]


@dataclass(frozen=True)
class Job:
    """One job; `env` includes the workflow's."""

    name: str
    definition: Mapping[str, Any]
    env: Mapping[str, Any]
    shell: str

    @cached_property
    def steps(self) -> list[Step]:
        shell = _shell(self.definition) or self.shell
        return [
            Step(step, str(step.get("shell") or shell))
            for step in self.definition.get("steps") or []
        ]

    @property
    def required_commands(self) -> list[Command]:
        """The commands that make the job fail; none when the job may be skipped or may fail."""
        if _may_fail(self.definition):
            return []
        return [command for step in self.steps for command in step.required_commands]

    @property
    def services(self) -> Mapping[str, Any]:
        services: Mapping[str, Any] = self.definition.get("services") or {}
        return services

    def service(self, image: str) -> Mapping[str, Any] | None:
        """The service of that image, whatever its name and tag."""
        candidates = (each for each in self.services.values() if isinstance(each, dict))
        return next((s for s in candidates if image in str(s.get("image")).split(":")[0]), None)

    def reaches(self, variable: str, service: Mapping[str, Any]) -> bool:
        """Whether the URL in the variable names the service, as a step of this job reaches it.

        A job in a container uses the service's name; any other job uses a published port.
        """
        address = urlsplit(str(self.env.get(variable, "")))
        if "container" in self.definition:
            return address.hostname in self.services
        published = [str(port).split("/")[0].split(":") for port in service.get("ports") or []]
        return address.hostname in ("localhost", "127.0.0.1") and any(
            ports[0] == str(address.port) for ports in published
        )


class Workflow:
    """A workflow file."""

    def __init__(self, tree: Tree, path: str) -> None:
        """Fails the test when the file is no workflow."""
        self.definition = load(tree, path)
        problem = schema_error(self.definition, "github-workflows")
        assert not problem, f"{path} fits the schema of GitHub's workflows: {problem}"

    @property
    def triggers(self) -> Mapping[str, Any]:
        """The events that start it, each with its filters."""
        events = self.definition["on"]
        if isinstance(events, str):
            return {events: None}
        return dict.fromkeys(events) if isinstance(events, list) else events

    @cached_property
    def jobs(self) -> list[Job]:
        env, shell = self.definition.get("env") or {}, _shell(self.definition)
        return [
            Job(name, definition, {**env, **(definition.get("env") or {})}, shell)
            for name, definition in self.definition["jobs"].items()
        ]

    def required_commands(self) -> list[Command]:
        """The commands that make the workflow fail."""
        return [command for job in self.jobs for command in job.required_commands]


def runs(commands: Iterable[Command], *words: str) -> bool:
    """Whether one of the commands is this program with these words, and gives a verdict."""
    program, *rest = words
    return any(
        (each.starts_with(program) or each.starts_with("python", "-m", program.replace("-", "_")))
        and set(rest) <= set(each.words)
        and not NO_VERDICT & set(each.words)
        for each in commands
    )


def _may_fail(definition: Mapping[str, Any]) -> bool:
    """Whether the job or step may be skipped, or may fail without a failure of what it is in."""
    return "if" in definition or bool(definition.get("continue-on-error"))


def _shell(definition: Mapping[str, Any]) -> str:
    return str(((definition.get("defaults") or {}).get("run") or {}).get("shell") or "")
