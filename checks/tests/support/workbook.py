"""Small workbooks made in a temporary folder, with git where a test needs it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from checks.course.course import DAYS

ONE = "solutions/day1-architecture"
TWO = "solutions/day2-database"
THREE = "solutions/day3-security"
BASE = "a\nb\nc\nd\ne\nf\ng\n"
MARKED = BASE.replace("c\n", "# region task 1.1\n#| starter\nc\n# endregion\n")
LATER = BASE.replace("f\n", "# region task 2.1\nf\n# endregion\n")
"""One program in three days: day 1 and day 2 mark one task each, day 3 marks none."""

TASK = """
[[tasks]]
id = "{id}"
key = "{key}"
title = {{ en = "Title", ru = "Название" }}
points = 1
minutes = 60
edit = ["app/main.py"]
test = "exercises/test_{key}.py"
statement = "exercises/{key}.md"
{more}
[tasks.starter]
test = "test_x"
says = "GET /"
"""


def task_toml(task_id: str, key: str, more: str = "") -> str:
    """One `[[tasks]]` table."""
    return TASK.format(id=task_id, key=key, more=more)


def day_toml(number: int, *tasks: str) -> str:
    """A manifest; without tasks, one task `<number>.1`."""
    head = f'day = {number}\ntitle = {{ en = "Day", ru = "День" }}\nlearner = ["app/**"]\n'
    return head + "".join(tasks or [task_toml(f"{number}.1", f"task-{number}-one")])


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts, line endings as they are, by path below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def solution(root: Path, number: int, files: Mapping[str, str]) -> Path:
    """A solution with one task; returns the day's folder below solutions/."""
    folder = root / "solutions" / DAYS[number - 1].folder
    write(folder, {"day.toml": day_toml(number), **files})
    return folder


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody, whatever the machine's configuration."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(root), *who, "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(root: Path) -> None:
    """Commit everything there is; makes the repository on first use."""
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "all")


def three_days(root: Path) -> Path:
    """Three solutions with one program, committed."""
    solution(root, 1, {"app/main.py": MARKED})
    solution(root, 2, {"app/main.py": LATER})
    solution(root, 3, {"app/main.py": BASE})
    commit(root)
    return root


def change(root: Path, text: str | bytes | None, path: str = f"{ONE}/app/main.py") -> None:
    """Write, or with None delete, a file of the workbook; day 1's program unless told."""
    target = root / path
    if text is None:
        target.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode() if isinstance(text, str) else text)


def text(root: Path, path: str) -> str:
    """A file, line endings as they are."""
    return (root / path).read_bytes().decode()


def everything(root: Path) -> dict[str, bytes]:
    """Every file of solutions/, to compare before and after."""
    files = [path for path in (root / "solutions").rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
