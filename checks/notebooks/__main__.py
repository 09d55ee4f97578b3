"""Run every notebook and compare it with what is committed: `python -m checks.notebooks`.

With `--write` the files that no longer say the truth are written anew, and only those.
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


def main(words: Sequence[str]) -> int:
    """Exit code 1 when a claim fails or a file is stale, 2 when nothing can be run.

    Names of notebooks among the words leave out the others.
    """
    root = find_root()
    named = {word for word in words if word != WRITE}
    found = sorted((root / "notebooks").glob("*.py"))
    try:
        verdicts = [
            _settle(source, lang, root / "build" / "notebooks", write=WRITE in words)
            for source in found
            if not named or source.stem in named
            for lang in LANGUAGES
        ]
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed; run `make notebooks`", file=sys.stderr)
        return 2
    return int(not all(verdicts))


def _settle(source: Path, lang: str, scratch: Path, *, write: bool) -> bool:
    """Whether the claims of one notebook hold and its file tells what came out."""
    path = source.parent / lang / f"{source.stem}.ipynb"
    try:
        problem = _problem(execute(source, lang, scratch), path, write=write)
    except CourseError as error:
        problem = str(error)
    print(f"notebooks/{lang}/{path.name}: {problem or 'ok'}", flush=True)
    return problem is None


def _problem(made: Notebook, path: Path, *, write: bool) -> str | None:
    """What the file tells wrongly; None once it is written anew."""
    old = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    problem = difference(old, made) if old else "it is missing"
    if problem and write:
        save(made, path)
        return None
    return problem and f"{problem}; run `python -m checks.notebooks {WRITE}` and read what changes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
