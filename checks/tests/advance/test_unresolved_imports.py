"""Unresolved names: what a tree imports from itself and does not define."""

import pytest

from checks.advance.unresolved_imports import UnresolvedName, unresolved_names
from checks.course.course import load_course
from checks.tests.support.repository import ROOT

TREE = {
    "app/__init__.py": "",
    "app/crud/__init__.py": "from app.crud import event\n",
    "app/crud/event.py": "def create(): ...\n",
    "app/main.py": "from app import crud\n\ncrud.event.create()\n",
}


def unresolved(**changed: str) -> tuple[UnresolvedName, ...]:
    """What is unresolved once the files of TREE with these stems have these texts."""
    files = {path: changed.get(path[4:-3].replace("/", "_"), text) for path, text in TREE.items()}
    return unresolved_names({path: text.encode() for path, text in files.items()})


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("from app.crud.event import publish", 1, "app.crud.event.publish"),
        ("\nfrom app.gone import x", 2, "app.gone.x"),
        ("from .crud import task", 1, "app.crud.task"),
        ("from app import crud\n\ncrud.event.publish()", 3, "app.crud.event.publish"),
        ("from app.crud import event as e\ne.publish()", 2, "app.crud.event.publish"),
    ],
)
def test_a_name_that_stands_nowhere_is_found_with_its_line(text: str, line: int, name: str) -> None:
    assert unresolved(main=text) == (UnresolvedName("app/main.py", line, name),)


@pytest.mark.parametrize(
    "text",
    [
        "from app.crud import event",
        "from app.crud.event import create as c",
        "from fastapi import nothing_that_is_ours",
        "from app.crud.event import *",
        "from app import crud\ndef f(crud): return crud.publish",
        "from app.crud import event\nevent = 3\nevent.real",
    ],
)
def test_what_is_there_or_is_not_ours_is_not_loose(text: str) -> None:
    assert unresolved(main=text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "if True:\n    create = 1",
        "try:\n    from x import create\nexcept ImportError:\n    create = None",
        "create: int = 1",
        "def __getattr__(name): ...",
        "from other import *",
        "class create: ...",
    ],
)
def test_every_way_to_bind_a_name_counts(text: str) -> None:
    assert unresolved(crud_event=text) == ()


def test_a_file_that_is_no_python_is_named_and_blamed_for_nothing_else() -> None:
    names = unresolved(crud_event="def (:\n", main="from app.crud.event import create")

    assert names == (UnresolvedName("app/crud/event.py", 1, ""),)


@pytest.mark.parametrize("tree", ["solutions", "days"])
def test_no_day_of_the_course_has_a_loose_name(tree: str) -> None:
    for day in load_course(ROOT, tree).days:
        folder = ROOT / tree / day.folder
        files = {p.relative_to(folder).as_posix(): p for p in (folder / "app").rglob("*.py")}
        assert unresolved_names({name: path.read_bytes() for name, path in files.items()}) == ()


def test_an_object_with_the_name_of_its_module_is_no_module() -> None:
    files = {
        "app/crud/__init__.py": b"from app.crud.event import event\n",
        "app/crud/event.py": b"event = object()\n",
        "app/service.py": b"from app import crud\nfrom app.crud import event\n"
        b"crud.event.publish()\nevent.publish()\n",
    }

    assert unresolved_names(files) == ()
