"""Small workbooks made in a temporary folder, with git where a test needs it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from checks.course import DAYS

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
