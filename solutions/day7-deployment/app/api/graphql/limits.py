# region task B2
"""What a query may cost, decided before the first statement.

Each bound is for what would be executed: a fragment counts wherever it is spread. A fragment is
measured once, and that number is used again: a hundred fragments that spread each other twice are
2^100 fields to whoever walks through all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_operation_ast,
)
from strawberry.extensions import SchemaExtension

from app.api.pagination import MAX_PAGE_SIZE

MAX_TOKENS = 1000
MAX_DEPTH = 6
MAX_ALIASES = 15
MAX_COST = 1000
DEFAULT_PAGE_SIZE = 20
PAGES = frozenset({"events", "tasks"})


@dataclass(frozen=True)
class Size:
    """Levels of fields, aliases, and how many objects may come of it."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def beside(self, other: "Size") -> "Size":
        """Both, in one selection."""
        depth = max(self.depth, other.depth)
        return Size(depth, self.aliases + other.aliases, self.cost + other.cost)


class Measure:
    """The size of one operation, its variables known."""

    def __init__(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
    ) -> None:
        self.fragments = fragments
        self.sizes: dict[str, Size] = {}
        defaults = {
            each.variable.name.value: number_in(each.default_value)
            for each in operation.variable_definitions or ()
        }
        self.variables = {**defaults, **variables}
        self.size = self.of(operation.selection_set)

    def of(self, selections: SelectionSetNode | None) -> Size:
        """All that is selected between two braces."""
        size = Size()
        for each in selections.selections if selections else ():
            size = size.beside(self.of_one(each))
        return size

    def of_one(self, selection: SelectionNode) -> Size:
        """A field, or a fragment."""
        if isinstance(selection, FieldNode):
            return self.of_field(selection)
        if isinstance(selection, InlineFragmentNode):
            return self.of(selection.selection_set)
        return self.of_fragment(cast("FragmentSpreadNode", selection).name.value)

    def of_fragment(self, name: str) -> Size:
        if name not in self.sizes:
            self.sizes[name] = self.of(self.fragments[name].selection_set)
        return self.sizes[name]

    def of_field(self, field: FieldNode) -> Size:
        """An object costs one, a list as many as its page may have, each with all that is in it."""
        aliases = 1 if field.alias else 0
        inner = self.of(field.selection_set)
        # Introspection asks nothing of the database, and where the schema is public it is off.
        if field.name.value.startswith("__") or not field.selection_set:
            return Size(1, aliases + inner.aliases)
        objects = self.page_size(field) if field.name.value in PAGES else 1
        return Size(1 + inner.depth, aliases + inner.aliases, objects * (1 + inner.cost))

    def page_size(self, field: FieldNode) -> int:
        """In the query, in a variable, or by default; as much as there will be at most.

        A page of less than nothing would pay for the one beside it.
        """
        given = {each.name.value: each.value for each in field.arguments or ()}.get("pageSize")
        value: object = number_in(given)
        if isinstance(given, VariableNode):
            value = self.variables.get(given.name.value)
        # GraphQL's Int takes JSON's 100.0 as well.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return max(0, min(value, MAX_PAGE_SIZE)) if isinstance(value, int) else DEFAULT_PAGE_SIZE


def number_in(value: ValueNode | None) -> int | None:
    """None where no number stands."""
    return int(value.value) if isinstance(value, IntValueNode) else None


class Limits(SchemaExtension):
    """GraphQLError for what is too long, too deep, or too much."""

    def on_operation(self) -> Iterator[None]:
        """While it is parsed: what is too long is read no further."""
        self.execution_context.parse_options["max_tokens"] = MAX_TOKENS
        yield

    def on_execute(self) -> Iterator[None]:
        """After validation: a fragment that spreads itself is refused there, and would not end."""
        asked = self.execution_context
        ensure_within_limits(size_of(asked.graphql_document, asked.operation_name, asked.variables))
        yield


def size_of(
    document: DocumentNode | None, name: str | None, variables: Mapping[str, object] | None
) -> Size:
    """What is executed of this document.

    Of several operations without a name it is the first one, for Strawberry executes that.
    GraphQLError where there is none of this name.
    """
    operation = get_operation_ast(document, name) if document else None
    if document is None or operation is None:
        raise GraphQLError("operationName has to name one of the operations")
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    return Measure(operation, fragments, variables or {}).size


def ensure_within_limits(size: Size) -> None:
    """GraphQLError that names the bound."""
    if size.depth > MAX_DEPTH:
        raise GraphQLError(f"The query has {size.depth} levels; {MAX_DEPTH} are allowed")
    if size.aliases > MAX_ALIASES:
        raise GraphQLError(f"The query has {size.aliases} aliases; {MAX_ALIASES} are allowed")
    if size.cost > MAX_COST:
        raise GraphQLError(f"The query may find {size.cost} objects; {MAX_COST} are allowed")


# endregion
