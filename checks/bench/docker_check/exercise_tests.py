"""The tests of an exercise on the engine, by `checks run`, read from its JSON document."""

import json
import sys
from collections import Counter
from pathlib import Path

from checks.bench.docker_check.commands import Outcome, Shell
from checks.bench.docker_check.table import Seen
from checks.harness.app.limit_variables import ENGINE
from checks.harness.artefacts.stale_deployments import remove_stale_deployments

TIMEOUT = 1800.0


def run_exercise(shell: Shell, task: str, root: Path, tree: Path) -> Seen:
    """`checks run TASK` on the solution: all tests pass, and none is skipped."""
    checks = str(Path(sys.executable).with_name("checks"))
    argv = (checks, "run", task, "--tree", str(root / tree), "--json")
    engine = shell.in_folder(root).with_variables({ENGINE: "on"})
    # stderr has the progress: the document alone is wanted
    outcome = engine.run("sh", "-c", 'exec "$@" 2>/dev/null', "sh", *argv, timeout=TIMEOUT)
    remove_left_deployments(shell)
    return read_verdicts(outcome)


def remove_left_deployments(shell: Shell) -> None:
    """A run that was cut off has left its deployment, which keeps port 8000 from the next step."""

    def docker(*arguments: str) -> str:
        done = shell.run("docker", *arguments)
        return "" if done.status else done.output

    remove_stale_deployments(docker)


def read_verdicts(outcome: Outcome) -> Seen:
    """What the document says of the tests, and the first that did not pass."""
    try:
        days = json.loads(outcome.output)["days"]
        tests = [test for day in days for task in day["tasks"] for test in task["tests"]]
    except (ValueError, KeyError, TypeError):
        return Seen(f"`checks run` ended with {outcome.status}: {outcome.last_line}", held=False)
    counts = Counter(test["verdict"] for test in tests)
    text = ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "no test"
    wrong = next((test for test in tests if test["verdict"] != "pass"), None)
    if wrong:
        cause = (wrong["cause"] or {}).get("message", "")
        text = f"{text}: {wrong['name'].rpartition('::')[2]}: {cause}"
    return Seen(text, held=bool(tests) and wrong is None)
