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
from checks.harness.app.parsing import TooDeep, parse

MAX_VALUES = 50_000
MAX_DEPTH = 50
KEY_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "merge", "value")}
Document = dict[str, Any]  # Any: whatever YAML holds


class Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """Reads `on` as a string and not as a boolean, as in YAML 1.2, which GitHub uses.

    Raises TooDeep at a bracket too many: the scanner's time grows with the square of their number.
    """

    def fetch_flow_collection_start(self, token_class: type[yaml.Token]) -> None:
        if self.flow_level > MAX_DEPTH:
            raise TooDeep(self.line + 1)
        super().fetch_flow_collection_start(token_class)


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
    document = parse_yaml(path, tree.data(path))
    assert isinstance(document, dict), f"{path} holds a mapping"
    return document


def parse_yaml(path: str, data: bytes) -> object:
    """The document in the bytes of a file. Fails the test when they are not YAML, or too much."""
    return parse(path, "YAML", data, lambda: _construct(path, data))


def _construct(path: str, data: bytes) -> object:
    """The values of the document. They are counted before they are made: `<<` copies mappings."""
    loader = Loader(data)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _check_size(path, node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _check_size(path: str, root: yaml.Node) -> None:
    """Fail for a document that expanded aliases make too large, or that is nested too deeply.

    A few lines may hold a billion values.
    """
    count, pending = 0, [(root, 1)]
    while pending:
        node, depth = pending.pop()
        count += 1
        assert count <= MAX_VALUES, (
            f"{path} holds less than {MAX_VALUES:,} values, aliases written out"
        )
        if depth > MAX_DEPTH:
            raise TooDeep(node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            _check_keys(node)
            pending.extend((each, depth + 1) for pair in node.value for each in pair)
        elif isinstance(node, yaml.SequenceNode):
            pending.extend((each, depth + 1) for each in node.value)


def _check_keys(node: yaml.MappingNode) -> None:
    """Raises an error of YAML for a key that is no text, such as `1:`: the schemas know text only.

    `<<` takes over another mapping, and is no key.
    """
    for key, _ in node.value:
        if key.tag not in KEY_TAGS:
            words = str(key.value)[:40] if isinstance(key, yaml.ScalarNode) else key.id
            raise yaml.constructor.ConstructorError(
                problem=f"the key {words} is no text; put it in quotes", problem_mark=key.start_mark
            )


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
