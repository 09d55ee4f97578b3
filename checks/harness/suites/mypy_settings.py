"""What a tree's settings of mypy start inside mypy: a plugin, an interpreter.

A plugin may change everything that mypy reports, so one that lies in the tree would judge itself.
Which files are read, and how a plugin is named: https://mypy.readthedocs.io/en/stable/config_file.html
"""

import re
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from functools import partial
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse

INI_FILES = ("mypy.ini", ".mypy.ini", "setup.cfg")
TOML_FILE = "pyproject.toml"
SEPARATORS = re.compile(r"[,\n]")


def own_programs(tree: Tree) -> list[str]:
    """Each setting that lets mypy start a program of the tree: `mypy.ini: plugins = app/x.py`.

    A plugin that is named by a path is the tree's; a module's name means an installed package.
    """
    return [
        f"{file}: {name} = {value}"
        for file, settings in _settings(tree)
        for name, value in _programs(settings)
    ]


def has_explicit_bases(tree: Tree) -> bool:
    """Whether mypy calls `tests/x.py` `tests.x` where tests/ has no `__init__.py`."""
    found = (settings.get("explicit_package_bases", False) for _, settings in _settings(tree))
    return any(str(each).lower() in ("true", "1", "yes", "on") for each in found)


def settings_texts(tree: Tree) -> list[str]:
    """All that the settings of mypy say, with those for single modules."""
    texts = [tree.text(file) for file in filter(tree.exists, INI_FILES)]
    return texts + [str(settings) for file, settings in _settings(tree) if file == TOML_FILE]


def _settings(tree: Tree) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The file and mypy's settings in it, of each file that mypy may read."""
    for file in filter(tree.exists, INI_FILES):
        parser, text = RawConfigParser(strict=False), tree.text(file)
        parse(file, "INI", text.encode(), partial(parser.read_string, text))
        if parser.has_section("mypy"):
            yield file, dict(parser.items("mypy"))
    if tree.exists(TOML_FILE):
        tool = tree.toml(TOML_FILE).get("tool", {})
        settings = tool.get("mypy", {}) if isinstance(tool, dict) else {}
        yield TOML_FILE, settings if isinstance(settings, dict) else {}


def _programs(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        key = name.lower().replace("-", "_")
        values = value if isinstance(value, list) else SEPARATORS.split(str(value))
        for each in (str(each).strip() for each in values):
            path = each.partition(":")[0]
            is_own_plugin = key == "plugins" and (path.endswith(".py") or re.search(r"[/\\]", path))
            if is_own_plugin or (key == "python_executable" and each):
                yield key, each
