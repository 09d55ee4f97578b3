"""Every form of an import is read, and the chain that passes another module of the tree."""

import ast

import pytest

from checks.harness.probes.import_graph import ImportGraph, imports_of

LAYERS = ("app.services", "app.crud")
SERVICE = "app/services/rules.py"


def names(source: str, path: str = SERVICE) -> set[str]:
    return {each.name for each in imports_of(path, ast.parse(source))}


def chains(sources: dict[str, str]) -> list[str]:
    """The chains from the layers to fastapi; the sources by their path below app/."""
    files = [(f"app/{path}", ast.parse(text)) for path, text in sources.items()]
    return ImportGraph(files).chains(LAYERS, "fastapi", ("fastapi", "app.api"))


@pytest.mark.parametrize(
    "source",
    [
        "import fastapi",
        "import fastapi as web",
        "from fastapi import HTTPException as Refusal",
        "def f():\n    import fastapi",
        "if TYPE_CHECKING:\n    import fastapi",
        "import importlib as i\ni.import_module('fastapi')",
        "from importlib import import_module as load\nload(name='fastapi')",
        "load = importlib.import_module\nload('fastapi')",
        "__import__('fastapi')",
        "from builtins import __import__ as load\nload('fastapi')",
    ],
)
def test_every_form_names_the_package(source: str) -> None:
    assert "fastapi" in names(source)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from app.api import errors", "app.api.errors"),
        ("from ..api import errors", "app.api.errors"),
        ("from .. import api", "app.api"),
        ("import_module('..api.errors', 'app.services')", "app.api.errors"),
        ("import_module('..api.errors', __package__)", "app.api.errors"),
        ("import_module('.errors', package='app.api')", "app.api.errors"),
    ],
)
def test_a_relative_import_is_named_in_full(source: str, name: str) -> None:
    assert name in names(source)


def test_a_package_is_relative_to_itself() -> None:
    assert "app.services.rules" in names("from . import rules", "app/services/__init__.py")


@pytest.mark.parametrize("source", ["log = getLogger('fastapi')", "from fastapis import x"])
def test_other_words_are_no_import(source: str) -> None:
    assert "fastapi" not in names(source)


def test_a_direct_import_is_said_with_its_line() -> None:
    found_chains = chains({"services/rules.py": "import os\nfrom fastapi import HTTPException"})

    assert found_chains == ["app/services/rules.py:2 imports fastapi"]


def test_a_way_through_other_modules_is_said_step_by_step() -> None:
    found_chains = chains(
        {
            "services/rules.py": "from app.core import web",
            "core/web.py": "from app.core.deep import HTTPException",
            "core/deep.py": "from fastapi import HTTPException",
        }
    )

    first = "app/services/rules.py:1 imports app.core.web"
    second = "app/core/web.py:1 imports app.core.deep"
    assert found_chains == [f"{first}, {second}, app/core/deep.py:1 imports fastapi"]


def test_a_module_on_many_ways_is_said_once() -> None:
    found_chains = chains(
        {
            "crud/event.py": "import app.core.web",
            "services/rules.py": "import app.core.web",
            "core/web.py": "import fastapi",
        }
    )

    assert found_chains == [
        "app/crud/event.py:1 imports app.core.web, app/core/web.py:1 imports fastapi"
    ]


def test_importing_a_module_runs_the_packages_above_it() -> None:
    found_chains = chains(
        {
            "crud/event.py": "import app.core.errors",
            "core/__init__.py": "import fastapi",
            "core/errors.py": "",
        }
    )

    assert len(found_chains) == 1


def test_a_layer_answers_for_itself_only() -> None:
    found_chains = chains(
        {"crud/event.py": "import fastapi", "services/rules.py": "import app.crud.event"}
    )

    assert found_chains == ["app/crud/event.py:1 imports fastapi"]


def test_a_way_ends_at_what_is_closed() -> None:
    found_chains = chains(
        {"api/errors.py": "import fastapi", "services/rules.py": "import app.api.errors"}
    )

    assert found_chains == []


def test_modules_that_import_each_other_have_an_end() -> None:
    found_chains = chains(
        {
            "services/rules.py": "import app.core.a",
            "core/a.py": "import app.core.b",
            "core/b.py": "import app.core.a",
        }
    )

    assert found_chains == []
