"""Template databases: filled once by a migration, then cloned for each run."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Protocol

from checks.errors import CourseError
from checks.services.admin import Session, connect, trusted
from checks.services.names import Database

MAX_TEMPLATES = 20
PREFIX = "eventure_template_"
# How exact the comment with a template's last use is.
USE_RESOLUTION_SECONDS = 60.0
DISCONNECT_TIMEOUT_SECONDS = 5.0


class Server(Protocol):
    """The part of `Postgres` that templates need."""

    @property
    def admin(self) -> Session: ...
    def admin_dsn(self, database: str = "postgres") -> str: ...
    def create_database(self) -> Database: ...
    def drop_database(self, database: Database) -> None: ...
    def drop_named(self, name: str, roles: tuple[str, ...]) -> None: ...
    def close_session(self, database: Database) -> None: ...


def find_or_create(postgres: Server, key: str, fill: Callable[[Database], None]) -> str:
    """The template's name; a second process waits until the first has filled it."""
    name = PREFIX + hashlib.sha256(key.encode()).hexdigest()[:20]
    if _exists(postgres, name):
        return name
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    # On a connection of its own: waiting for the lock must not block the other threads.
    with connect(postgres.admin_dsn()) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", (number,))
        if not _exists(postgres, name):
            _create(postgres, name, fill)
            _prune(postgres, name)
    return name


def reassign_owner(postgres: Server, template: str, database: Database) -> None:
    """Give the ownership of all cloned objects to the clone's own role."""
    owner = _read_comment(postgres, template).get("role")
    if owner is None or owner == database.role:
        return
    # The only statement that an administrator runs in a learner's database: it calls no function
    # and no trigger of the learner's.
    with connect(postgres.admin_dsn(database.name)) as connection:
        connection.execute(trusted(f"REASSIGN OWNED BY {owner} TO {database.role}"))


def _create(postgres: Server, name: str, fill: Callable[[Database], None]) -> None:
    draft = postgres.create_database()
    try:
        fill(draft)
        postgres.close_session(draft)
        # REASSIGN OWNED takes whole databases along: the template must not be its role's own.
        postgres.admin.run(f"ALTER DATABASE {draft.name} OWNER TO CURRENT_USER")
        _disconnect(postgres, draft.name)
        if draft.checker != draft.role:
            postgres.admin.run(f"DROP ROLE {draft.checker}; ALTER ROLE {draft.role} NOLOGIN")
        _write_comment(postgres, draft.name, draft.role)
        postgres.admin.run(f"ALTER DATABASE {draft.name} RENAME TO {name}")
    except BaseException:
        postgres.drop_database(draft)
        raise


def _disconnect(postgres: Server, name: str) -> None:
    """End the sessions that `fill` left open: a template with open sessions cannot be cloned."""
    postgres.admin.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    values = {"name": name}
    sessions = "FROM pg_stat_activity WHERE datname = %(name)s"
    postgres.admin.run(f"SELECT pg_terminate_backend(pid) {sessions}", values)
    deadline = time.monotonic() + DISCONNECT_TIMEOUT_SECONDS
    while postgres.admin.run(f"SELECT 1 {sessions}", values):
        if time.monotonic() > deadline:
            raise CourseError(f"The sessions of {name} do not end: try again.")
        time.sleep(0.005)


def _exists(postgres: Server, name: str) -> bool:
    comment = _read_comment(postgres, name)
    if comment and time.time() - float(comment["used"]) > USE_RESOLUTION_SECONDS:
        _write_comment(postgres, name, comment["role"])
    return bool(comment)


def _prune(postgres: Server, newest: str) -> None:
    """Drop the templates that were used longest ago."""
    rows = postgres.admin.run(
        r"SELECT datname FROM pg_database WHERE datname LIKE 'eventure\_template\_%'"
    )
    comments = {name: _read_comment(postgres, name) for (name,) in rows if name != newest}
    by_use = sorted(comments, key=lambda name: float(comments[name].get("used", 0)), reverse=True)
    for name in by_use[MAX_TEMPLATES - 1 :]:
        postgres.drop_named(name, (comments[name].get("role", ""),))


def _read_comment(postgres: Server, name: str) -> dict[str, str]:
    """The role that owned the template's content, and its last use; {} for no such template."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
    rows = postgres.admin.run(f"{query}%(name)s", {"name": name})
    return dict(json.loads(rows[0][0])) if rows and rows[0][0] else {}


def _write_comment(postgres: Server, name: str, role: str) -> None:
    comment = json.dumps({"role": role, "used": str(time.time())})
    postgres.admin.run(f"COMMENT ON DATABASE {name} IS '{comment}'")
