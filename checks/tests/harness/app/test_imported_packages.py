"""The packages that a zygote loads for a tree are those that the tree names."""

from pathlib import Path

from checks.harness.app.imported_packages import imported_packages
from checks.harness.app.learner_tree import SIZE_LIMIT
from checks.harness.app.pattern_time import within_limit


def write(tree: Path, path: str, text: str) -> None:
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text)


def test_what_the_app_and_its_migrations_import_is_named_once(tmp_path: Path) -> None:
    write(tmp_path, "app/main.py", "from fastapi import FastAPI\nimport jwt\n")
    write(tmp_path, "app/api/events.py", "if True:\n    import fastapi.responses\n")
    write(tmp_path, "migrations/env.py", "from alembic import context\n")

    assert imported_packages(tmp_path) == ["fastapi", "alembic", "jwt"]


def test_other_names_folders_and_links_are_not(tmp_path: Path) -> None:
    write(tmp_path, "app/main.py", "import os, evil\n# import celery\nfrom app import redis\n")
    write(tmp_path, "exercises/test_it.py", "import celery\n")
    (tmp_path / "app/linked.py").symlink_to(tmp_path / "exercises/test_it.py")

    assert imported_packages(tmp_path) == []


def test_a_tree_without_an_app_names_nothing(tmp_path: Path) -> None:
    assert imported_packages(tmp_path) == []


def test_a_module_of_blank_lines_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "app/main.py", "\n" * SIZE_LIMIT)

    assert within_limit(lambda: imported_packages(tmp_path), seconds=60) == []
