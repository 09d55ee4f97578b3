"""Run every notebook and compare it with what is committed: `python -m checks.notebooks`.

With `--write` the stale files are written anew, and only those.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from checks.course.course import LANGUAGES, find_root
from checks.errors import CourseError
from checks.notebooks.execute import execute, save
from checks.notebooks.source import Notebook, difference

WRITE = "--write"


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when a claim fails or a file is stale, 2 when nothing can be run.

    Names of notebooks among the arguments select them.
    """
    root = find_root()
    names = {argument for argument in arguments if argument != WRITE}
    sources = sorted((root / "notebooks").glob("*.py"))
    try:
        verdicts = [
            _check_notebook(source, lang, root / "build" / "notebooks", write=WRITE in arguments)
            for source in sources
            if not names or source.stem in names
            for lang in LANGUAGES
        ]
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed; run `make notebooks`", file=sys.stderr)
        return 2
    return int(not all(verdicts))


def _check_notebook(source: Path, lang: str, scratch: Path, *, write: bool) -> bool:
    """Whether one notebook runs without errors and its file has the outputs of that run."""
    path = source.parent / lang / f"{source.stem}.ipynb"
    try:
        problem = _problem(execute(source, lang, scratch), path, write=write)
    except CourseError as error:
        problem = str(error)
    print(f"notebooks/{lang}/{path.name}: {problem or 'ok'}", flush=True)
    return problem is None


def _problem(executed: Notebook, path: Path, *, write: bool) -> str | None:
    """The difference between the file and the run; None once the file is written anew."""
    committed = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    problem = difference(committed, executed) if committed else "it is missing"
    if problem and write:
        save(executed, path)
        return None
    return problem and f"{problem}; run `python -m checks.notebooks {WRITE}` and read what changes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
