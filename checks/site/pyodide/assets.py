"""The files that the site serves for its runnable pages, and how many bytes a program loads."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course
from checks.errors import CourseError
from checks.site.pyodide import archives
from checks.site.pyodide.programs import PROGRAMS, Program

HERE = Path(__file__).parent
BUILD = Path("build") / "pyodide"
PATH = Path("assets") / "pyodide"
"""Where the files stand in the English site; the Russian pages load the same ones."""

_CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
_LOCK, _MANIFEST, _TAB, _CHECKS = "pyodide-lock.json", "programs.json", "tab.zip", "checks.zip"


@dataclass(frozen=True)
class Assets:
    """What a build of Pyodide gives the site: file contents by name."""

    files: dict[str, bytes]

    def size(self, program: Program) -> int:
        """Bytes that a browser loads before the program runs, without compression."""
        common = (*_CORE, _LOCK, _MANIFEST, "worker.mjs", "editor.js")
        texts = (f"{program.key}.json",) if program.task else ()
        names = (*common, *texts, *_archives(program), *self.wheels(program))
        return sum(len(self.files[name]) for name in names)

    def wheels(self, program: Program) -> list[str]:
        """The wheels of a program. Raises CourseError when one was not downloaded."""
        by_name = {_project(name): name for name in self.files if name.endswith(".whl")}
        if missing := [name for name in program.wheels if name not in by_name]:
            raise CourseError(f"{BUILD} has no wheel of {', '.join(missing)}; run `make clean`")
        return [by_name[name] for name in program.wheels]


def read_assets(course: Course) -> Assets | None:
    """The files below build/pyodide; None where `.ci/setup pyodide` has not run."""
    build = course.root / BUILD
    if not (build / "installed").is_file():
        return None
    files = _downloaded(build)
    files |= {"worker.mjs": (HERE / "worker.mjs").read_bytes(), _TAB: archives.tab()}
    tasks = [program.task for program in PROGRAMS.values() if program.task]
    files[_CHECKS] = archives.checks(tasks)
    for program in PROGRAMS.values():
        files |= _own_files(course, program)
    assets = Assets(files)
    files[_MANIFEST] = json.dumps({p.key: _entry(assets, p) for p in PROGRAMS.values()}).encode()
    return Assets({name: files[name] for name in sorted(_served(assets))})


def _downloaded(build: Path) -> dict[str, bytes]:
    """Pyodide, the editor, all wheels. Pyodide's list of packages is emptied: none is loaded."""
    core = build / "node_modules" / "pyodide"
    files = {name: (core / name).read_bytes() for name in _CORE}
    files |= {path.name: path.read_bytes() for path in sorted((build / "wheels").glob("*.whl"))}
    files["editor.js"] = (build / "editor.js").read_bytes()
    lock = json.loads((core / _LOCK).read_bytes())
    return files | {_LOCK: json.dumps({**lock, "packages": {}}).encode()}


def _own_files(course: Course, program: Program) -> dict[str, bytes]:
    """The archive of a program's app; of a task also the texts that its editor shows."""
    if not program.task:
        tree = course.root / "solutions" / program.day
        return {f"{program.key}.zip": archives.folder(tree / "app", tree)}
    return {
        f"{program.key}.zip": archives.task(course, program.task, program.key),
        f"{program.key}.json": archives.task_texts(course, program.task),
    }


def _served(assets: Assets) -> set[str]:
    """Only what some program loads: a wheel that none names is not served."""
    wheels = {name for program in PROGRAMS.values() for name in assets.wheels(program)}
    return {name for name in assets.files if not name.endswith(".whl")} | wheels


def _archives(program: Program) -> tuple[str, ...]:
    harness = (_CHECKS,) if program.task else ()
    return (_TAB, *harness, f"{program.key}.zip")


def _entry(assets: Assets, program: Program) -> dict[str, Iterable[str]]:
    return {"wheels": assets.wheels(program), "archives": _archives(program)}


def _project(wheel: str) -> str:
    """The normalised name of a wheel's project (PEP 503)."""
    return re.sub(r"[-_.]+", "-", wheel.partition("-")[0]).lower()
