"""Which files a learners' copy has, and in which form.

Left out are solutions/, the catalogue's patches, the unpublished forms of task 4.3, and what only
maintainers need. Hints, the signatures of mistakes and the debriefs are sealed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.course.course import Course, Day, load_course
from checks.course.generated import MANIFEST, generate, manifest
from checks.course.sealed import seal
from checks.course.statements import SEALED_HINTS, parse_statement, without_hints
from checks.diagnosis.debrief import SEALED_DEBRIEFS, sealed_debriefs
from checks.diagnosis.known import SEALED, sealed_mistakes
from checks.errors import CourseError
from checks.files import File, git_file, read_file, source_files
from checks.messages.handout import HINTS_ARE_SEALED

LEARNERS = Path(__file__).parent / "learners"
"""The copy's own README, in both languages, and Makefile."""
OPEN = (
    *(".ci/setup", ".ci/checks", ".ci/relocate.py"),
    *(".editorconfig", ".gitignore", "LICENSE", "docker-compose.yml"),
    *(".devcontainer/Dockerfile", ".devcontainer/devcontainer.json"),
    *(".vscode/extensions.json", ".vscode/settings.json", "pyproject.toml", "requirements.lock"),
    *(f"docs/{lang}/{page}.md" for lang in ("en", "ru") for page in ("cli", "glossary")),
)
"""What a copy has as it is, where the workbook has it."""
CATALOGUE = "checks/catalogue"
_LEFT_OUT = (f"{CATALOGUE}/", "checks/tests/", "checks/harness/suites/unpublished_")

Files = dict[str, File]


def handout_files(root: Path, last_day: int) -> Files:
    """The files of a copy with the days up to `last_day`, by path, without its base.

    Raises CourseError for a workbook without solutions, and for broken regions or statements.
    """
    if not (root / "solutions").is_dir():
        raise CourseError(f"{root} has no solutions/; a handout is made from the whole workbook")
    course = load_course(root, tree="solutions")
    days = [day for day in course.days if day.number <= last_day]
    files = _days(course, days)
    files |= {path: file for path in OPEN if (file := _plain(root / path))}
    files |= {path.name: git_file(path.read_bytes()) for path in source_files(LEARNERS)}
    files |= _checker(root)
    tasks = [task for day in days for task in day.tasks]
    catalogue = root / CATALOGUE
    files[f"{CATALOGUE}/{SEALED}"] = git_file(
        sealed_mistakes([each.id for each in tasks], catalogue)
    )
    files[f"{CATALOGUE}/{SEALED_DEBRIEFS}"] = git_file(sealed_debriefs(course, tasks, catalogue))
    return files


def _plain(path: Path) -> File | None:
    file = read_file(path)
    return file and git_file(file.data, executable=file.executable)


def _days(course: Course, days: list[Day]) -> Files:
    """The starters of these days, made anew, with sealed hints and their own manifest."""
    prefixes = tuple(f"days/{day.folder}/" for day in days)
    files = {p: f for p, f in generate(course.root).items() if p.startswith(prefixes)}
    for day in days:
        files |= _statements(day, files)
    return {**files, MANIFEST: manifest(files)}


def _statements(day: Day, files: Mapping[str, File]) -> Files:
    """The day's statements without their hints, and the hints in one sealed file."""
    hints: dict[str, list[tuple[str, str]]] = {}
    sealed: Files = {}
    folder = f"days/{day.folder}"
    for task in day.tasks:
        for lang in ("en", "ru"):
            path = f"{folder}/{task.statement_in(lang)}"
            text = files[path].data.decode()
            statement = parse_statement(text, path)
            hints[Path(path).name] = [(each.question, each.text) for each in statement.hints]
            note = HINTS_ARE_SEALED.in_(lang).format(task=task.id)
            sealed[path] = git_file(without_hints(text, note).encode())
    exercises = Path(folder, day.tasks[0].statement).parent.as_posix()
    return {**sealed, f"{exercises}/{SEALED_HINTS}": git_file(seal(hints))}


def _checker(root: Path) -> Files:
    return dict(_checker_files(root))


def _checker_files(root: Path) -> Iterator[tuple[str, File]]:
    for path in source_files(root / "checks"):
        name = path.relative_to(root).as_posix()
        file = None if name.startswith(_LEFT_OUT) else _plain(path)
        if file is not None:
            yield name, file
