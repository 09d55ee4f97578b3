"""Ask the built site's search what readers ask: `python -m checks.site.searches`.

docs/searches.toml names queries and tasks; the page of the task has to be the first hit. The search
is the site's own, run by Node.js: its worker, its index, its rewriting of Russian queries.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from checks.course.course import LANGUAGES, find_root, load_course
from checks.course.strict_toml import read_table
from checks.errors import CourseError
from checks.site.chapters import TREE
from checks.site.pages import task_path

QUERIES = Path("docs/searches.toml")
SCRIPT = Path(__file__).with_name("run_searches.js")


def main() -> int:
    """Print the queries that lead elsewhere; exit code 1 when there are any, 2 without a site."""
    root = find_root()
    if not (root / "site" / "ru" / "index.html").is_file():
        print("site/ is not built yet; run `make site`", file=sys.stderr)
        return 2
    if shutil.which("node") is None:
        print("skipped: Node.js is not installed, and the site's search is JavaScript")
        return 0
    try:
        errors = problems(root)
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(*errors, sep="\n")
    return 1 if errors else 0


def problems(root: Path) -> list[str]:
    """One sentence for each query whose task is not found first. Raises CourseError."""
    addresses = {
        task.id: task_path(task).removesuffix(".md") + "/"
        for task in load_course(root, tree=TREE).tasks
    }
    return [
        problem
        for lang in LANGUAGES
        for problem in _of_language(root, lang, _expected(root, lang, addresses))
    ]


def _expected(root: Path, lang: str, addresses: Mapping[str, str]) -> dict[str, str]:
    """The address of the page for each query. Raises CourseError for a task that is not there."""
    table = read_table(root / QUERIES, str(QUERIES)).table(lang)
    tasks = {query: table.text(query) for query in table.data}
    unknown = [task for task in tasks.values() if task not in addresses]
    if unknown:
        raise CourseError(f"{QUERIES} [{lang}] names {unknown[0]}; name a task of the course")
    return {query: addresses[task] for query, task in tasks.items()}


def _of_language(root: Path, lang: str, expected: Mapping[str, str]) -> Iterator[str]:
    site = root / "site" / ("ru" if lang == "ru" else "")
    for query, found in zip(expected, ask(site, list(expected)), strict=True):
        if found[:1] != [expected[query]]:
            first = found[0] if found else "nothing"
            yield f"{QUERIES} [{lang}] {query!r}: finds {first} first, not {expected[query]}"


def ask(site: Path, queries: Sequence[str]) -> list[list[str]]:
    """The addresses of the pages that each query finds, best first.

    `site` is the folder of one language. Raises CourseError when the search cannot be run.
    """
    done = subprocess.run(
        ["node", str(SCRIPT), str(site)],
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CourseError(f"the search of {site} cannot be run: {reason}; run `make site` again")
    found: list[list[str]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
