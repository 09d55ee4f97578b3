# region task B2
"""POST /graphql, with a body of JSON and in no other way.

A form, or a GET, is what any page of the web may have a browser send. FastAPI takes a body for
JSON only if its Content-Type says so.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from graphql import GraphQLError
from pydantic import BaseModel, Field
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from app.api.graphql.context import GraphQLContextDep
from app.api.graphql.errors import shown
from app.api.graphql.schema import Schema

# Not in the documentation of REST: it has a schema of its own, and that describes it better.
router = APIRouter(include_in_schema=False)


class GraphQLRequest(BaseModel):
    """One operation. A list of them would be a way around every limit."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = Field(default=None, alias="operationName")


def get_schema(request: Request) -> Schema:
    """The app's one schema."""
    schema: Schema = request.app.state.graphql
    return schema


# `def`: it waits for the database, so it runs in a thread and not in the event loop.
@router.post("/graphql")
def execute(
    asked: GraphQLRequest,
    context: GraphQLContextDep,
    schema: Annotated[Schema, Depends(get_schema)],
) -> JSONResponse:
    """The data, the errors, or both; 200 for all of them, as GraphQL over HTTP has it."""
    try:
        result = schema.execute_sync(
            asked.query, asked.variables, context, operation_name=asked.operation_name
        )
    except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError):
        refusal = GraphQLError("The query is empty, or operationName names none of its operations")
        return JSONResponse({"data": None, "errors": [shown(refusal)]})
    errors = [shown(error) for error in result.errors or ()]
    return JSONResponse({"data": result.data} | ({"errors": errors} if errors else {}))


# endregion
