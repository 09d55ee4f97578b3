"""Whether a job looks at the change that has started it, and at all of it.

`actions/checkout` without inputs takes the commit that has started the workflow, into the job's
folder (https://github.com/actions/checkout#usage).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checks.harness.artefacts.expressions import mapping
from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.narrowing import TOOLS
from checks.harness.artefacts.repository_files import relative_path
from checks.harness.artefacts.shell_script import Command
from checks.harness.artefacts.workflow_step import Step, may_fail

ACTION, BUILD_ACTION = "actions/checkout@", "docker/build-push-action@"
JUDGES = frozenset({*TOOLS, "app.cli", "pre-commit"})
OWN_COMMIT = re.compile(r"github\.(sha|ref|ref_name|head_ref|event\.[\w.]*head\.(sha|ref))")
OWN_REPOSITORY = re.compile(r"github\.(repository|event\.[\w.]*head\.repo\.full_name)")
EXPRESSION = re.compile(r"\$\{\{(.*)\}\}", re.DOTALL)
TAKES_ANOTHER = {"checkout", "switch", "reset", "restore", "stash", "clean", "rm", "revert"}
PARTS = ("", "app", "tests", "migrations", "*")


def looks_at_change(steps: Sequence[Step]) -> bool:
    """Whether a checkout of the change stands before each step that judges, and stays."""
    is_there = False
    for step in steps:
        if step.uses.startswith(ACTION):
            is_there = _takes_change(step.definition)
        elif judges(step) and not (is_there or _fetches_itself(step)):
            return False
        is_there &= not any(_changes_files(each) for each in step.commands)
    return True


def judges(step: Step) -> bool:
    """Whether one of the tools runs in the step."""
    return any("".join(invocation(each.plain, {}).words[:1]) in JUDGES for each in step.commands)


def _takes_change(definition: Mapping[str, Any]) -> bool:
    inputs = mapping(definition.get("with"))
    return (
        not may_fail(definition)
        and _is_own(str(inputs.get("ref") or ""), OWN_COMMIT)
        and _is_own(str(inputs.get("repository") or ""), OWN_REPOSITORY)
        and relative_path(str(inputs.get("path") or "")) == ""
        and not inputs.get("sparse-checkout")
    )


def _is_own(text: str, own: re.Pattern[str]) -> bool:
    """Whether it is left out, or an expression of which each choice is the change's own.

    Of `a && b || c` the choices are b and c.
    """
    found = EXPRESSION.fullmatch(text.strip())
    choices = (
        [each.rpartition("&&")[2].strip(" ()") for each in found[1].split("||")] if found else []
    )
    return not text or (bool(choices) and all(map(own.fullmatch, choices)))


def _fetches_itself(step: Step) -> bool:
    """Docker's action builds from the commit of the workflow unless it is given a folder."""
    is_build = step.uses.startswith(BUILD_ACTION)
    return is_build and not mapping(step.definition.get("with")).get("context")


def _changes_files(command: Command) -> bool:
    words = invocation(command.plain, {}).words
    if words[:1] == ("git",):
        return bool(TAKES_ANOTHER & set(words[1:4]))
    folders = {relative_path(each).partition("/")[0] for each in words[1:] if each[:1] != "-"}
    return words[:1] in (("rm",), ("mv",)) and bool(folders & set(PARTS))
