"""The learner's SQLAlchemy models without a migration and without the app.

A probe takes this file's text, `getsource(orm_models)`. It runs on the learner's side of the
border, in the learner's tree, and needs nothing but SQLAlchemy.
"""

from importlib import import_module

import sqlalchemy as sa
from sqlalchemy.orm import Session, configure_mappers, selectinload

CLASSES = {"events": "Event", "users": "User"}


def create_tables(url: str) -> None:
    """Create every table of the models that the database does not have yet."""
    import_module("app.models")
    import_module("app.db.base").Base.metadata.create_all(sa.create_engine(url))


def mapper_error() -> str:
    """What SQLAlchemy says against the models' relationships; "" when each can be configured."""
    import_module("app.models")
    try:
        configure_mappers()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return _sentence(error)
    return ""


def deletion_error(url: str, table: str, row_id: int, *, loaded: bool) -> str:
    """What is said against `session.delete()` of a row of events or users; "" when it is deleted.

    `loaded` means: with the objects of all its relationships in the session.
    """
    model = getattr(import_module("app.models"), CLASSES[table])
    relationships = sa.inspect(model).relationships if loaded else []
    loadable = [each for each in relationships if each.lazy not in ("dynamic", "write_only")]
    options = [selectinload(getattr(model, each.key)) for each in loadable]
    with Session(sa.create_engine(url)) as session:
        session.delete(session.get(model, row_id, options=options))
        try:
            session.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            return _sentence(error)
    return ""


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
