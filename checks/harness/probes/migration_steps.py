"""Each Alembic revision upgraded, downgraded and upgraded again.

A probe takes this file's text, `getsource(migration_steps)`. It runs on the learner's side of the
border, in the learner's tree, and needs nothing but Alembic and SQLAlchemy.
"""

import os

import sqlalchemy as sa

# Indexes without their names: a way down may give an index that it builds again another name.
SCHEMA = """
SELECT 'index ' || regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') FROM pg_indexes
WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
UNION SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name <> 'alembic_version'
UNION SELECT 'foreign key ' || CAST(conrelid AS regclass) || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = CAST(current_schema() AS regnamespace) AND contype = 'f'
"""


def schema_of(engine: sa.Engine) -> set[str]:
    """The indexes, columns and foreign keys of the database, each as a line."""
    with engine.connect() as connection:
        return set(connection.scalars(sa.text(SCHEMA)))


def broken_steps(url: str) -> list[str]:
    """The first revision that does not go up, down and up again on the database; [] if all do.

    The revision stands in the list as `0002: ProgrammingError: relation "x" already exists`, or as
    `0002: after its downgrade there is still index …` when the schema is not that from before.
    """
    os.environ["DATABASE_URL"] = url
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config("alembic.ini")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for step in reversed([*ScriptDirectory.from_config(config).walk_revisions()]):
        try:
            before = schema_of(engine)
            command.upgrade(config, step.revision)
            command.downgrade(config, "-1")
            after = schema_of(engine)
            command.upgrade(config, step.revision)
        except Exception as error:  # noqa: BLE001 - whatever it is, the revision is broken
            return [f"{step.revision}: {type(error).__name__}: {str(error).splitlines()[0]}"]
        if before != after:
            return [f"{step.revision}: {leftover(before, after)}"]
    return []


def leftover(before: set[str], after: set[str]) -> str:
    """The first difference between the schema before a revision and that after its downgrade."""
    extra, missing = sorted(after - before), sorted(before - after)
    word, line = ("still", extra[0]) if extra else ("no longer", missing[0])
    return f"after its downgrade there is {word} {line}"
