"""The catalogue: known mistakes and valid alternatives, as patches over the solution."""

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.course.course import Text
from checks.errors import CourseError
from checks.results.model import NO_FAILURE, TestResult, Verdict

CATALOGUE = Path(__file__).parents[1] / "catalogue"
SIGNATURES = CATALOGUE / "signatures.json"
KINDS = ("mistakes", "alternatives")

# what differs between two runs of one mistake, or two machines: tokens, ids, instants, folders
CHANGES = re.compile(
    r"eyJ[\w.-]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+|\d{5,}|/tmp/[\w./-]+"
    r'|(?<=File ")/[^"]+'
)

# `app/x.py:3 in f: sqlalchemy.exc.NoResultFound: …`, as a cause's frame has it
RAISED = re.compile(r": (?:[\w.]+\.)?(\w+)(?::|$)")


@dataclass(frozen=True)
class Signature:
    """How a mistake shows: what became of each test that did not pass, and the first one's words.

    `tests` has, by name, the verdict, the status that was seen, and the exception behind a 500.
    A mistake that is not `alone` shows only after the tests before have run.
    """

    tests: dict[str, str]
    says: str = ""
    alone: bool = True


@dataclass(frozen=True)
class Case:
    """One patch: `hint` is the question for whoever wrote this; alternatives have none."""

    task: str
    kind: str
    name: str
    title: Text
    hint: Text
    patch: str

    @property
    def id(self) -> str:
        return f"{self.task}/{self.kind}/{self.name}"


def cases(task: str, kind: str, folder: Path = CATALOGUE) -> list[Case]:
    """The task's cases of one kind, by name. Raises CourseError for a header that is off."""
    return [_read(path, task, kind) for path in sorted((folder / task / kind).glob("*.patch"))]


def _read(path: Path, task: str, kind: str) -> Case:
    head, _, patch = path.read_text(encoding="utf-8").partition("\n--- ")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    missing = [name for name in ("title", "title.ru") if not fields.get(name)]
    if kind == "mistakes":
        missing += [name for name in ("hint", "hint.ru") if not fields.get(name)]
    if missing or not patch:
        lack = ", ".join(missing) or "a diff"
        raise CourseError(f"{path}: the header lacks {lack}; see CONTRIBUTING.md")
    title = Text(fields["title"], fields["title.ru"])
    hint = Text(fields.get("hint", ""), fields.get("hint.ru", ""))
    return Case(task, kind, path.stem, title, hint, f"--- {patch}")


def apply(case: Case, tree: Path) -> None:
    """Patch a copy of the solution. Raises CourseError when the patch no longer fits."""
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=tree,
        input=case.patch,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(tree.parent)},
    )
    if done.returncode != 0:
        first = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise CourseError(f"checks/catalogue/{case.id}.patch does not apply: {first}")


def signature(tests: Iterable[TestResult]) -> Signature:
    """Which tests do not pass, and how."""
    wrong = [test for test in tests if test.verdict not in NO_FAILURE]
    first = next((test.cause for test in wrong if test.verdict is not Verdict.BLOCKED), None)
    says = CHANGES.sub("…", first.message) if first else ""
    return Signature({test.name: _outcome(test) for test in wrong}, says)


def _outcome(test: TestResult) -> str:
    """`fail 200`, `fail 500 KeyError`, `blocked`."""
    exchange = test.cause.exchange if test.cause else None
    if exchange is None or test.verdict is Verdict.BLOCKED:
        return test.verdict.value
    raised = RAISED.search(test.cause.frame) if test.cause and exchange.status == 500 else None
    return " ".join([test.verdict.value, str(exchange.status), *([raised[1]] if raised else [])])


def load_signatures(file: Path = SIGNATURES) -> dict[str, Signature]:
    """The recorded signature of every mistake by case id, and of each starter: `1.2/starter`."""
    if not file.exists():
        return {}
    data = json.loads(file.read_text())
    return {name: Signature(**fields) for name, fields in data.items()}


def save_signatures(signatures: dict[str, Signature], file: Path = SIGNATURES) -> None:
    """Record the signatures of what was run; the others stay as they are."""
    merged = {**load_signatures(file), **signatures}
    stored = {name: _stored(merged[name]) for name in sorted(merged) if _exists(name, file.parent)}
    file.write_text(json.dumps(stored, indent=1) + "\n")


def _stored(signature: Signature) -> dict[str, Any]:
    """Its fields; `alone` is written only where it is not so."""
    fields = asdict(signature)
    return fields if not signature.alone else {k: v for k, v in fields.items() if k != "alone"}


def _exists(name: str, folder: Path) -> bool:
    return "/starter" in name or (folder / f"{name}.patch").is_file()
