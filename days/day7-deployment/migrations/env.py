"""Runs the migrations against the database that the app itself would use."""

from alembic import context

import app.models  # noqa: F401  (autogenerate sees a table only once its model is imported)
from app.core.config import get_settings
from app.db.base import Base

# region task 7.1
# endregion
from app.db.session import create_database_engine


def run_migrations() -> None:
    """Connect, then migrate: on PostgreSQL each revision happens, or nothing of it.

    A revision of its own, because one that leaves its transaction (CREATE INDEX CONCURRENTLY)
    would commit the ones before it halfway.
    """
    # region task 7.4
    engine = create_database_engine(get_settings().database_url)
    # endregion
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            # SQLite cannot alter a column: Alembic copies the table instead.
            render_as_batch=connection.dialect.name == "sqlite",
        )
        # region task 7.1
        with context.begin_transaction():
            # endregion
            context.run_migrations()
    engine.dispose()


def print_migrations() -> None:
    """`alembic upgrade head --sql`: the statements, without a database."""
    context.configure(
        url=get_settings().database_url, target_metadata=Base.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    print_migrations()
else:
    run_migrations()
