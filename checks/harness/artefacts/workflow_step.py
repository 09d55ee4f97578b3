"""One step of a GitHub workflow: its commands, and whose exit status ends the job."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checks.harness.artefacts.expressions import Values, fill, mapping
from checks.harness.artefacts.invocation import Invocation, invocation
from checks.harness.artefacts.narrowing import narrows
from checks.harness.artefacts.program_changes import (
    FOR_LATER_SHELLS,
    changes_programs,
    writes_over_program,
)
from checks.harness.artefacts.repository_files import NO_FILES, RepositoryFiles, relative_path
from checks.harness.artefacts.shell_options import changed, options_of
from checks.harness.artefacts.shell_script import Command, commands
from checks.harness.artefacts.shell_state import Shell
from checks.harness.artefacts.verdicts import verdicts

# Conditions that hold after each step that has succeeded.
HARMLESS_CONDITIONS = ("always()", "success()", "!cancelled()", "true")
BUILD_ACTION = "docker/build-push-action"
BUILD_INPUTS = {"file": "--file", "target": "--target", "call": "--call"}
# What other well-known actions run.
ACTIONS = {
    "pre-commit/action": ("pre-commit run", "", "extra_args", "--all-files"),
    "pypa/gh-action-pip-audit": ("pip-audit", "-r", "inputs", ""),
}


@dataclass(frozen=True)
class Step:
    """One step; `shell` and `folder` are its own, its job's or its workflow's.

    `values` fill its expressions.
    """

    definition: Mapping[str, Any]
    shell: str
    values: Values
    repository: RepositoryFiles = NO_FILES
    folder: str = ""

    @property
    def uses(self) -> str:
        return str(self.definition.get("uses") or "")

    @property
    def python_versions(self) -> list[object]:
        """The values of `python-version`, one for each row of the matrix."""
        settings = mapping(self.definition.get("with"))
        return fill(settings["python-version"], self.values) if "python-version" in settings else []

    @cached_property
    def scripts(self) -> list[list[Command]]:
        """The commands of each of its texts."""
        return [commands(each) for each in self.texts]

    @cached_property
    def texts(self) -> list[str]:
        """`run`, or what the action runs, for each row of the matrix."""
        action, inputs = self.uses.partition("@")[0], mapping(self.definition.get("with"))
        program, option, setting, default = ACTIONS.get(action, ("", "", "", ""))
        script = self.definition.get("run") or ""
        if program:
            words = [option, *str(inputs[setting]).split()] if setting in inputs else [default]
            script = " ".join([program, *words])
        if action == BUILD_ACTION:
            given = [f"{BUILD_INPUTS[key]}={inputs[key]}" for key in BUILD_INPUTS if key in inputs]
            script = " ".join(["docker build", *given, str(inputs.get("context") or ".")])
        return [str(each) for each in fill(script, self.values)]

    @property
    def commands(self) -> list[Command]:
        return [command for script in self.scripts for command in script]

    @property
    def stops_at_errors(self) -> bool:
        """Whether the step ends at the first command that fails."""
        options = options_of("" if self.uses else self.shell)
        settings = [invocation(each.plain, {}).words for each in self.commands]
        return "errexit" in options and all(
            "errexit" in changed({"errexit"}, words) for words in settings if words[:1] == ("set",)
        )

    def required(self, env: Mapping[str, Any]) -> Iterator[Invocation]:
        """The programs that make the job fail: without `pipefail` only the last of a pipe."""
        own = {**env, **mapping(self.definition.get("env"))}
        if self.stops_at_errors and not may_fail(self.definition):
            for script in self.scripts:
                options = options_of("" if self.uses else self.shell)
                folders = frozenset({relative_path(self.folder)})
                shadowed = set(self.repository.scripts)
                yield from verdicts(script, Shell(options, own, self.repository, folders, shadowed))

    def partial(self, env: Mapping[str, Any]) -> list[Invocation]:
        """Its commands that leave out a part of the project, or take other settings."""
        own = {**env, **mapping(self.definition.get("env"))}
        started = (invocation(command.plain, own) for command in self.commands)
        return [each for each in started if narrows(each.words, each.env)]

    @property
    def writes_over_programs(self) -> bool:
        """Whether a file takes the place of a program."""
        return any(writes_over_program(command) for command in self.commands)

    @property
    def changes_programs(self) -> bool:
        """Whether the names of programs may stand for others in later steps."""
        is_unknown_action = self.uses.startswith("./")
        inputs = mapping(self.definition.get("with"))
        return (
            is_unknown_action
            or any(FOR_LATER_SHELLS.search(text) for text in self.texts)
            or changes_programs(self.commands, inputs, self.repository)
        )


def with_composite_steps(steps: object, repository: RepositoryFiles) -> Iterator[dict[str, Any]]:
    """The steps; in the place of one that uses a composite action of the repository, its steps.

    They have the conditions of both. (docs.github.com, "Metadata syntax": `runs.using: composite`.)
    """
    for step in steps if isinstance(steps, list) else []:
        if not isinstance(step, dict):
            continue
        uses = str(step.get("uses") or "")
        action = repository.actions.get(relative_path(uses)) if uses.startswith("./") else None
        inner = mapping(mapping(action).get("runs")).get("steps")
        if not isinstance(inner, list):
            yield step
            continue
        for each in (each for each in inner if isinstance(each, dict)):
            env = {**mapping(step.get("env")), **mapping(each.get("env"))}
            condition = {"if": "false"} if may_fail(step) else {}
            yield {**each, "env": env, **condition}


def may_fail(definition: Mapping[str, Any]) -> bool:
    """Whether the job or step may be skipped, or may fail without a failure of what it is in."""
    condition = str(definition.get("if", "true")).strip().removeprefix("${{").removesuffix("}}")
    skippable = condition.strip().replace(" ", "").lower() not in HARMLESS_CONDITIONS
    return skippable or bool(definition.get("continue-on-error"))
