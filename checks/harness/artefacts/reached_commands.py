"""Which stages and which commands of a Dockerfile have a part in the final image."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from checks.harness.artefacts.chains import Chain, chains
from checks.harness.artefacts.dockerfile_content import Stage
from checks.harness.artefacts.invocation import invocation
from checks.harness.artefacts.shell_script import Command, folded

FROM = re.compile(r"\bfrom=([^,\s]+)")


def used_stages(stages: Sequence[Stage]) -> list[Stage]:
    """The last stage, the ones that it is built FROM, and those that they copy from."""
    named = {str(number): stage for number, stage in enumerate(stages)}
    named |= {stage.name: stage for stage in stages if stage.name}
    used: list[Stage] = []
    pending: list[Stage | None] = [stages[-1]]
    while pending:
        stage = pending.pop()
        if stage is None or any(stage is each for each in used):
            continue
        used.append(stage)
        pending += [stage.parent, *(named.get(name.lower()) for name in _sources(stage))]
    return used


def _sources(stage: Stage) -> Iterator[str]:
    """The names behind `COPY --from=` and `RUN --mount=from=`."""
    for instruction in stage.all("COPY", "ADD", "RUN"):
        for flag in takewhile(lambda word: word.startswith("--"), instruction.value.split()):
            yield from FROM.findall(flag)


def reached_commands(script: list[Command]) -> Iterator[Command]:
    """The commands that run when none before them fails, and whose failure is not excused.

    The branches of a condition are among them, unless the script has a `false`.
    """
    is_constant = any(invocation(each.plain, {}).words[:1] == ("false",) for each in script)
    for chain in chains(folded(script)):
        whole = Chain(chain.commands, is_last=True)
        for index, command in enumerate(chain.commands):
            if command.body:
                yield from reached_commands(list(command.body))
            elif whole.is_certain(index, {"pipefail"}) or (command.is_nested and not is_constant):
                yield command
        if _first_program(chain) in ("exit", "exec"):
            return


def _first_program(chain: Chain) -> str:
    """The program that the chain starts first; "" where it may not run."""
    first = chain.commands[0]
    return "" if first.is_nested else "".join(first.plain.words[:1])
