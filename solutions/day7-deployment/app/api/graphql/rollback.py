# region task B2
"""What failed is undone before the next field, as REST does before the next request."""

from collections.abc import Callable

from graphql import GraphQLResolveInfo
from sqlalchemy.exc import SQLAlchemyError
from strawberry.extensions import SchemaExtension

from app.api.graphql.context import GraphQLContext


class Rollback(SchemaExtension):
    """Of a mutation whatever was raised; of another field a statement that failed.

    PostgreSQL takes no further statement in the transaction of one that failed, nor does the
    session after a flush that failed.
    """

    # object: a field may be of any type, and its resolver take any arguments.
    def resolve(
        self,
        _next: Callable[..., object],
        root: object,
        info: GraphQLResolveInfo[GraphQLContext],
        *args: object,
        **kwargs: object,
    ) -> object:
        """One field."""
        try:
            return _next(root, info, *args, **kwargs)
        except Exception as error:
            if info.parent_type.name == "Mutation" or isinstance(error, SQLAlchemyError):
                info.context.roll_back()
            raise


# endregion
