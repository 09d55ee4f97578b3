"""The settings with which a learner's coverage is measured once more, beside their own.

Theirs may leave code out: `omit`, `partial_branches`, `plugins`, another file of settings. Taken
from theirs is only how code is run, and what is excluded, which is counted.
https://coverage.readthedocs.io/en/latest/config.html
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from typing import Any

from checks.harness.app.learner_tree import Tree

NAMES = (".coveragerc", ".coveragerc.toml", "setup.cfg", "tox.ini", "pyproject.toml", "pytest.ini")
OTHER_FILE = re.compile(r"--cov-config[=\s\"',]+([\w./-]+)")
FROM_RUN = ("concurrency", "patch", "disable_warnings")
EXCLUDING = ("exclude_lines", "exclude_also")
NO_BRANCH = re.compile(r"#\s*pragma[:\s]?\s*no\s*branch", re.IGNORECASE)
NO_LINE = "(?!)"
"""A pattern that no line fits."""


def own_settings(tree: Tree) -> str:
    """The settings as TOML, for `--cov-config`: all of app/, with branches, none of them spared."""
    found = [section for path in _paths(tree) for section in _sections(path, tree.text(path))]
    run = {"source": ["app"], "branch": True}
    run |= {name: values for name in FROM_RUN if (values := _values(found, "run", name))}
    excluded = [each for name in EXCLUDING for each in _values(found, "report", name)]
    report = {"partial_branches": [NO_LINE], "exclude_also": excluded}
    return "".join(
        f"[tool.coverage.{section}]\n"
        + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        for section, settings in (("run", run), ("report", report))
    )


def spared_branches(tree: Tree) -> int:
    """The lines of app/ with a comment that says that one of their branches does not count."""
    lines = (line for path, _ in tree.python() for line in tree.text(path).splitlines())
    return sum(NO_BRANCH.search(line) is not None for line in lines)


def _paths(tree: Tree) -> list[str]:
    """The files of settings that are there, and those that pytest's settings name."""
    own = [name for name in NAMES if tree.exists(name)]
    named = [each for name in own for each in OTHER_FILE.findall(tree.text(name))]
    others = [each for each in named if ".." not in each and each[0] != "/" and tree.exists(each)]
    return [*dict.fromkeys([*own, *others])]


def _sections(path: str, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """`run` and `report` of a file; none of one that cannot be read, which coverage refuses."""
    try:
        if path.endswith(".toml"):
            document = tomllib.loads(text)
            tables = [document, document.get("tool", {}).get("coverage", {})]
        else:
            parser = ConfigParser(interpolation=None, strict=False)
            parser.read_string(text)
            tables = [{name.removeprefix("coverage:"): parser[name] for name in parser.sections()}]
    except (Error, tomllib.TOMLDecodeError, AttributeError):
        return
    for table in tables:
        for name in ("run", "report"):
            if isinstance(table, Mapping) and isinstance(table.get(name), Mapping):
                yield name, table[name]


def _values(sections: list[tuple[str, Mapping[str, Any]]], section: str, name: str) -> list[str]:
    """The values of a list, each once: TOML has one, the other files have lines or commas."""
    found: list[str] = []
    for each, settings in sections:
        value = settings.get(name) if each == section else None
        if isinstance(value, str):
            separator = "\n" if section == "report" else r"[\n,]"
            value = [part.strip() for part in re.split(separator, value)]
        found += [part for part in value or [] if isinstance(part, str) and part]
    return [*dict.fromkeys(found)]
