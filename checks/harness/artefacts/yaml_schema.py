"""YAML of the learner's, read as data: Compose files and workflows, judged by their schemas."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for

from checks.harness.app.learner_tree import Tree

MANY = 50_000
Document = dict[str, Any]  # Any: whatever YAML holds


class Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """`on:` is a word here and no truth value, as in YAML 1.2, which GitHub reads."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:bool"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool",
    re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    list("tTfF"),
)


def load(tree: Tree, path: str) -> Document:
    """The mapping that the file holds. Fails the test when it is no YAML, or another thing."""
    text = tree.text(path)
    try:
        found = yaml.load(text, Loader=Loader)  # noqa: S506  (a SafeLoader)
    except yaml.YAMLError as error:
        raise AssertionError(f"{path} is YAML: {' '.join(str(error).split())[:300]}") from None
    assert isinstance(found, dict), f"{path} holds a mapping"
    assert not _is_endless(found), f"{path} holds less than {MANY:,} values, aliases written out"
    return found


def _is_endless(document: Document) -> bool:
    """Whether its aliases make more of it than anybody can read: a few lines may hold a billion."""
    seen, left = 0, [document]
    while left:
        seen += 1
        if seen > MANY:
            return True
        value: Any = left.pop()
        if isinstance(value, (dict, list)):
            left.extend(value.values() if isinstance(value, dict) else value)
    return False


def misfit(document: Mapping[str, Any], schema: str) -> str:
    """Where and how the document differs from the schema; "" where it fits."""
    rules = _schema(schema)
    found = best_match(validator_for(rules)(rules).iter_errors(document))
    if found is None:
        return ""
    return f"{'.'.join(map(str, found.absolute_path)) or 'the file'}: {found.message[:200]}"


@cache
def _schema(name: str) -> Document:
    """`compose-spec` or `github-workflows`, as check-jsonschema carries them: no network."""
    folder = files("check_jsonschema.builtin_schemas.vendor")
    found: Document = json.loads((folder / f"{name}.json").read_bytes())
    return found
