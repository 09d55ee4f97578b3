"""Each Alembic revision upgraded, downgraded and upgraded again.

A probe takes this file's text, `getsource(migration_steps)`. It runs on the learner's side of the
border, in the learner's tree, and needs nothing but Alembic.
"""

import os


def broken_steps(url: str) -> list[str]:
    """The first revision that does not go up, down and up again on the database; [] if all do.

    The revision stands in the list as `0002: ProgrammingError: relation "x" already exists`.
    """
    os.environ["DATABASE_URL"] = url
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config("alembic.ini")
    for step in reversed([*ScriptDirectory.from_config(config).walk_revisions()]):
        try:
            command.upgrade(config, step.revision)
            command.downgrade(config, "-1")
            command.upgrade(config, step.revision)
        except Exception as error:  # noqa: BLE001 - whatever it is, the revision is broken
            return [f"{step.revision}: {type(error).__name__}: {str(error).splitlines()[0]}"]
    return []
