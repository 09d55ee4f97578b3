"""A GitHub workflow, read and never run: its jobs, and whose exit status counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.shell_script import Command, commands
from checks.harness.artefacts.yaml_schema import load, misfit

# Shells that stop at the first command that fails. GitHub's default is `bash -e {0}`.
STRICT = ("", "bash", "sh", "pwsh", "python")


@dataclass(frozen=True)
class Step:
    """One step, with the shell that it really has."""

    said: Mapping[str, Any]
    shell: str

    @property
    def uses(self) -> str:
        return str(self.said.get("uses") or "")

    @property
    def commands(self) -> list[Command]:
        return commands(str(self.said.get("run") or ""))

    @property
    def strict(self) -> bool:
        """Whether a command that fails ends the step."""
        words = self.shell.split()
        kept = self.shell in STRICT or "-e" in words or any(w.startswith("-e") for w in words)
        return kept and not any(each.begins("set", "+e") for each in self.commands)

    @property
    def deciding(self) -> list[Command]:
        """The commands that the job fails with: of a pipe only the last one, if nobody minds."""
        if not self.strict or "if" in self.said or self.said.get("continue-on-error"):
            return []
        # Named as `bash`, the shell is `bash -eo pipefail`; unnamed, it is not.
        heard = ("", "&&", "|") if self.shell == "bash" else ("", "&&")
        return [each for each in self.commands if each.after in heard]


@dataclass(frozen=True)
class Job:
    """One job; `env` is what its steps find, the workflow's own included."""

    name: str
    said: Mapping[str, Any]
    env: Mapping[str, Any]
    shell: str

    @cached_property
    def steps(self) -> list[Step]:
        own = _shell(self.said) or self.shell
        return [Step(step, str(step.get("shell") or own)) for step in self.said.get("steps") or []]

    @property
    def deciding(self) -> list[Command]:
        """In their order; none when the job itself may be passed over or may fail."""
        if "if" in self.said or self.said.get("continue-on-error"):
            return []
        return [command for step in self.steps for command in step.deciding]

    @property
    def services(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.said.get("services") or {}
        return found

    def service(self, image: str) -> Mapping[str, Any] | None:
        """The service of that image, whatever its name and tag."""
        known = (each for each in self.services.values() if isinstance(each, dict))
        return next((s for s in known if image in str(s.get("image")).split(":")[0]), None)


class Workflow:
    """The whole file."""

    def __init__(self, tree: Tree, path: str) -> None:
        """Fails the test when the file is no workflow."""
        self.said = load(tree, path)
        problem = misfit(self.said, "github-workflows")
        assert not problem, f"{path} fits the schema of GitHub's workflows: {problem}"

    @property
    def triggers(self) -> Mapping[str, Any]:
        """What starts it, with what is said of each."""
        found = self.said["on"]
        if isinstance(found, str):
            return {found: None}
        return dict.fromkeys(found) if isinstance(found, list) else found

    @cached_property
    def jobs(self) -> list[Job]:
        env, shell = self.said.get("env") or {}, _shell(self.said)
        return [
            Job(name, said, {**env, **(said.get("env") or {})}, shell)
            for name, said in self.said["jobs"].items()
        ]

    def deciding(self) -> list[Command]:
        """Every command whose failure makes the workflow fail."""
        return [command for job in self.jobs for command in job.deciding]


def _shell(said: Mapping[str, Any]) -> str:
    return str(((said.get("defaults") or {}).get("run") or {}).get("shell") or "")
