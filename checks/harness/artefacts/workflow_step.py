"""One step of a GitHub workflow: its commands, and whose exit status ends the job."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.harness.artefacts.expressions import Values, fill
from checks.harness.artefacts.invocation import Invocation, invocation
from checks.harness.artefacts.shell_script import Command, commands

# Shells that stop at the first command that fails. GitHub's default is `bash -e {0}`.
STRICT = ("", "bash", "sh", "pwsh", "python")
# Conditions that hold after each step that has succeeded.
HARMLESS_CONDITIONS = ("always()", "success()", "!cancelled()", "true")
# What well-known actions run.
ACTIONS = {
    "docker/build-push-action": ("docker build", "", ""),
    "pre-commit/action": ("pre-commit run", "extra_args", "--all-files"),
    "pypa/gh-action-pip-audit": ("pip-audit", "inputs", ""),
}


@dataclass(frozen=True)
class Step:
    """One step; `shell` is its own, its job's or its workflow's, `values` fill its expressions."""

    definition: Mapping[str, Any]
    shell: str
    values: Values

    @property
    def uses(self) -> str:
        return str(self.definition.get("uses") or "")

    @property
    def python_versions(self) -> list[object]:
        """The values of `python-version`, one for each row of the matrix."""
        settings = self.definition.get("with") or {}
        return fill(settings["python-version"], self.values) if "python-version" in settings else []

    @property
    def scripts(self) -> list[list[Command]]:
        """The commands of `run`, or of the action, for each row of the matrix."""
        program, setting, default = ACTIONS.get(self.uses.partition("@")[0], ("", "", ""))
        script = self.definition.get("run") or program
        if program and setting:
            script = f"{program} {(self.definition.get('with') or {}).get(setting, default)}"
        return [commands(str(each)) for each in fill(script, self.values)]

    @property
    def commands(self) -> list[Command]:
        return [command for script in self.scripts for command in script]

    @property
    def stops_at_errors(self) -> bool:
        """Whether the step ends at the first command that fails."""
        if "errexit" not in _shell_options(self.shell):
            return False
        settings = (each.words for each in self.commands if each.starts_with("set"))
        return all("errexit" in _changed({"errexit"}, words) for words in settings)

    def required(self, env: Mapping[str, Any]) -> Iterator[Invocation]:
        """The programs that make the job fail: without `pipefail` only the last of a pipe."""
        own = {**env, **(self.definition.get("env") or {})}
        if self.stops_at_errors and not may_fail(self.definition):
            for script in self.scripts:
                yield from _required(script, _shell_options(self.shell), own)


def may_fail(definition: Mapping[str, Any]) -> bool:
    """Whether the job or step may be skipped, or may fail without a failure of what it is in."""
    condition = str(definition.get("if", "true")).strip().removeprefix("${{").removesuffix("}}")
    skippable = condition.strip().replace(" ", "").lower() not in HARMLESS_CONDITIONS
    return skippable or bool(definition.get("continue-on-error"))


def _required(
    script: list[Command], options: set[str], env: Mapping[str, Any]
) -> Iterator[Invocation]:
    before, own = "", dict(env)
    for command in script:
        each = invocation(command, own)
        if each.words[:1] == ("set",):
            options = _changed(options, command.words)
        elif each.words[:1] == ("export",) or not each.words:
            own |= {n: v for n, sign, v in (w.partition("=") for w in command.words) if sign}
        elif each.words[:1] == ("exit",) and before in ("", ";") and not command.is_nested:
            return
        pipes = ("|", "|&") if "pipefail" in options else ()
        if command.operator in ("", "&&", ";", *pipes) and not command.is_nested:
            yield each
        before = command.operator


def _shell_options(shell: str) -> set[str]:
    """The options of a shell as `shell:` names it: a word, or a command line with `{0}`."""
    if shell in STRICT:
        return {"errexit", "pipefail"} if shell == "bash" else {"errexit"}
    return _changed(set(), tuple(shell.split()))


def _changed(options: set[str], words: tuple[str, ...]) -> set[str]:
    """The options after `bash -eo pipefail` or `set +e`."""
    changed = set(options)
    for word, following in zip(words[1:], (*words[2:], ""), strict=True):
        if word[:1] not in "-+" or word.startswith("--"):
            continue
        names = ({"errexit"} if "e" in word else set()) | ({following} if "o" in word else set())
        changed = changed | names if word[0] == "-" else changed - names
    return changed
