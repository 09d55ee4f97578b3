"""The queries on both sides of a bound have what their names say, and GraphQL can read them."""

import json
from collections.abc import Iterator

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from checks.harness.app import graphql_bounds as bounds
from checks.harness.app import graphql_queries as queries
from checks.harness.app.graphql_requests import KINDS, VALID, refused_requests

UNREADABLE = {
    *("no GraphQL", "a brace that is never closed"),
    *("5000 brackets", "5000 levels", "a list in a list, 400 times"),
}


def fields(document: DocumentNode) -> Iterator[tuple[int, FieldNode]]:
    """Each field that would be executed, with its level; a fragment wherever it is spread."""
    fragments = {
        each.name.value: each.selection_set
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }

    def walk(selected: SelectionSetNode, level: int) -> Iterator[tuple[int, FieldNode]]:
        for each in selected.selections:
            if isinstance(each, FieldNode):
                yield level, each
                if each.selection_set:
                    yield from walk(each.selection_set, level + 1)
            elif isinstance(each, FragmentSpreadNode):
                yield from walk(fragments[each.name.value], level)
            else:
                yield from walk(each.selection_set, level)  # type: ignore[attr-defined]

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield from walk(definition.selection_set, 1)


def read(query: str) -> list[tuple[int, FieldNode]]:
    return list(fields(parse(query.replace(bounds.EVENT, "1"))))


@pytest.mark.parametrize("number", [6, 7])
def test_each_deep_query_has_so_many_levels(number: int) -> None:
    found = {
        name: max(level for level, _ in read(each)) for name, each in bounds.deep(number).items()
    }

    assert found == dict.fromkeys(found, number)


@pytest.mark.parametrize("number", [15, 16])
def test_each_query_has_so_many_aliases(number: int) -> None:
    asked = bounds.with_aliases(number)

    found = {
        name: sum(bool(field.alias) for _, field in read(each)) for name, each in asked.items()
    }

    assert found == dict.fromkeys(found, number)


@pytest.mark.parametrize("number", [15, 16])
def test_what_is_about_aliases_is_not_too_deep(number: int) -> None:
    asked = bounds.with_aliases(number).values()

    assert max(level for each in asked for level, _ in read(each)) <= 6


@pytest.mark.parametrize("name", [*bounds.CHEAP, *bounds.EXPENSIVE, *bounds.SIZED])
def test_what_is_about_objects_is_within_the_other_bounds(name: str) -> None:
    found = read({**bounds.CHEAP, **bounds.EXPENSIVE, **bounds.SIZED}[name])

    assert max(level for level, _ in found) <= 6
    assert sum(bool(field.alias) for _, field in found) <= 15


@pytest.mark.parametrize("name", sorted({**bounds.ABUSES, **queries.MALFORMED}.keys() - UNREADABLE))
def test_other_queries_can_be_parsed(name: str) -> None:
    parse({**bounds.ABUSES, **queries.MALFORMED}[name].replace(bounds.EVENT, "1"))


def test_every_other_way_in_has_a_request() -> None:
    operation = {"query": queries.CREATE % "id", "variables": {"input": dict(VALID)}}

    assert tuple(refused_requests(operation)) == KINDS


@pytest.mark.parametrize("body", bounds.ABUSIVE_BODIES.values())
def test_whole_bodies_are_json(body: str) -> None:
    assert set(json.loads(body, parse_int=float)) == {"query", "variables"}
