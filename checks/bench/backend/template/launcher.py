"""Runs in the template's environment: its app on our database, with its tables and some items.

The database is reached by a Unix socket, which the template's settings cannot name.
"""

import os

from app.core import config  # type: ignore[import-not-found]

URL, ITEMS = os.environ["BENCH_DATABASE_URL"], int(os.environ["BENCH_ITEMS"])
config.Settings.SQLALCHEMY_DATABASE_URI = property(lambda _: URL)

from sqlalchemy import text  # noqa: E402
from sqlmodel import Session, SQLModel  # type: ignore[import-not-found]  # noqa: E402

from app.core.db import engine, init_db  # type: ignore[import-not-found]  # noqa: E402
from app.main import app  # type: ignore[import-not-found]  # noqa: E402

__all__ = ["app"]

SQLModel.metadata.create_all(engine)
with Session(engine) as session:
    init_db(session)
    session.execute(
        text("""
        INSERT INTO item (id, title, description, created_at, owner_id)
        SELECT gen_random_uuid(), 'Item ' || n, 'What item ' || n || ' is about',
               now() + n * interval '1 second', (SELECT id FROM "user" LIMIT 1)
        FROM generate_series(1, :items) AS n
        """),
        {"items": ITEMS},
    )
    session.commit()
