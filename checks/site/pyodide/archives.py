"""ZIP files of the course's own modules for the browser; the same sources make the same bytes."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from checks.course.course import Course, Task, read_statement
from checks.course.regions import parse
from checks.diagnosis.known import SEALED, sealed_mistakes
from checks.messages.messages import translate

CHECKS = Path(__file__).parents[2]
_TAB = CHECKS / "site" / "pyodide" / "tab"
_ROOMS = ("course", "diagnosis", "harness", "messages", "results", "sandbox", "terminal")
"""What a run of the tests imports; the rest is absent in a browser (`tab/absent.py`)."""
_DATE = (1980, 1, 1, 0, 0, 0)


def folder(of: Path, base: Path) -> bytes:
    """The Python files of a folder, with paths that begin at `base`."""
    return _zipped(_python(of, base))


def tab() -> bytes:
    """What every page loads: the modules of `tab` in their packages."""
    return _zipped(_packages(_TAB) | _python(_TAB, CHECKS.parent))


def checks(tasks: Iterable[str]) -> bytes:
    """The rooms of the checker that a run imports, and what is known of the tasks' mistakes."""
    rooms = {path: data for room in _ROOMS for path, data in _python(CHECKS / room).items()}
    top = {f"checks/{path.name}": path.read_bytes() for path in CHECKS.glob("*.py")}
    return _zipped({**top, **rooms, f"checks/catalogue/{SEALED}": sealed_mistakes(tasks)})


def task(course: Course, task_id: str, name: str) -> bytes:
    """The starter's app below `name`, the test file of the task, and what is said of the task."""
    found = course.task(task_id)
    tree = course.root / "days" / course.task_day(found).folder
    files = {f"{name}/{path}": data for path, data in _python(tree / "app", tree).items()}
    files[f"{name}/{found.test}"] = (tree / found.test).read_bytes()
    files[f"{name}/task.json"] = json.dumps(_said(found, tree)).encode()
    return _zipped(files)


def task_texts(course: Course, task_id: str) -> bytes:
    """JSON: of each file that the learner edits its path, the starter's text, the answer's.

    The answer is to this task alone: the other tasks' regions are the starter's in it.
    """
    found = course.task(task_id)
    day = course.task_day(found).folder
    texts = []
    for path in found.edit:
        starter = (course.root / "days" / day / path).read_text(encoding="utf-8")
        solution = (course.root / "solutions" / day / path).read_text(encoding="utf-8")
        texts.append({"path": path, "starter": starter, "answer": answer(solution, task_id)})
    return json.dumps({"files": texts}, ensure_ascii=False).encode()


def answer(solution: str, task_id: str) -> str:
    """A solution's file in which only this task is solved."""
    return "".join(
        segment.answer if segment.task == task_id else segment.starter
        for segment in parse(solution, "the file")
    )


def _said(found: Task, tree: Path) -> dict[str, object]:
    """The fields that the board and a result show, with the first hint in both languages."""
    said: dict[str, object] = {"id": found.id, "key": found.key, "points": found.points}
    for lang in ("en", "ru"):
        hints = read_statement(tree / found.statement_in(lang)).hints
        heading = f"{found.id}, {translate('hint', lang)} 1 {translate('of', lang)} {len(hints)}"
        said[f"title_{lang}"] = found.title.in_(lang)
        said[f"hint_{lang}"] = f"{heading}: {hints[0].question}\n\n{hints[0].text}"
    return {**said, "test": found.test}


def _packages(of: Path) -> dict[str, bytes]:
    """The `__init__.py` of each package above a folder."""
    above = [each for each in of.parents if each.is_relative_to(CHECKS)]
    return {
        (each / "__init__.py").relative_to(CHECKS.parent).as_posix(): (
            each / "__init__.py"
        ).read_bytes()
        for each in above
    }


def _python(of: Path, base: Path = CHECKS.parent) -> dict[str, bytes]:
    return {
        path.relative_to(base).as_posix(): path.read_bytes() for path in sorted(of.rglob("*.py"))
    }


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, files[name])
    return buffer.getvalue()
