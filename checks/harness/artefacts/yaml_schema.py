"""The learner's YAML, read as data: Compose files and workflows, judged by their schemas."""

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

MAX_VALUES = 50_000
Document = dict[str, Any]  # Any: whatever YAML holds


class Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """Reads `on` as a string and not as a boolean, as in YAML 1.2, which GitHub uses."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool",
    re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    list("tTfF"),
)


def load(tree: Tree, path: str) -> Document:
    """The mapping in the file. Fails the test when the file is not YAML, or not a mapping."""
    text = tree.text(path)
    try:
        document = yaml.load(text, Loader=Loader)  # noqa: S506  (a SafeLoader)
    except yaml.YAMLError as error:
        raise AssertionError(f"{path} is YAML: {' '.join(str(error).split())[:300]}") from None
    assert isinstance(document, dict), f"{path} holds a mapping"
    assert not _has_too_many_values(document), (
        f"{path} holds less than {MAX_VALUES:,} values, aliases written out"
    )
    return document


def _has_too_many_values(document: Document) -> bool:
    """Whether expanded aliases make it too large: a few lines may hold a billion values."""
    count, pending = 0, [document]
    while pending:
        count += 1
        if count > MAX_VALUES:
            return True
        value: Any = pending.pop()
        if isinstance(value, (dict, list)):
            pending.extend(value.values() if isinstance(value, dict) else value)
    return False


def schema_error(document: Mapping[str, Any], schema: str) -> str:
    """The document's first violation of the schema, with its place; "" without one."""
    rules = _schema(schema)
    error = best_match(validator_for(rules)(rules).iter_errors(document))
    if error is None:
        return ""
    return f"{'.'.join(map(str, error.absolute_path)) or 'the file'}: {error.message[:200]}"


@cache
def _schema(name: str) -> Document:
    """`compose-spec` or `github-workflows`, as check-jsonschema carries them: no network."""
    folder = files("check_jsonschema.builtin_schemas.vendor")
    document: Document = json.loads((folder / f"{name}.json").read_bytes())
    return document
