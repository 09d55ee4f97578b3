"""Template databases: filled once by a migration, then cloned for each run."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Protocol

from checks.errors import CourseError
from checks.services.admin import Session, connect, trusted
from checks.services.names import Database

KEPT = 20
PREFIX = "eventure_template_"
# How old the note of a template's last use may be.
STALE_SECONDS = 60.0
END_SECONDS = 5.0


class Server(Protocol):
    """What is asked of a PostgreSQL server here."""

    @property
    def admin(self) -> Session: ...
    def admin_dsn(self, database: str = "postgres") -> str: ...
    def create_database(self) -> Database: ...
    def drop_database(self, database: Database) -> None: ...
    def drop_named(self, name: str, roles: tuple[str, ...]) -> None: ...
    def forget(self, database: Database) -> None: ...


def find_or_make(postgres: Server, key: str, fill: Callable[[Database], None]) -> str:
    """The template's name; whoever comes second waits for the first to fill it."""
    name = PREFIX + hashlib.sha256(key.encode()).hexdigest()[:20]
    if _is_there(postgres, name):
        return name
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    # On a connection of its own: a lock that is waited for must not hold up the other threads.
    with connect(postgres.admin_dsn()) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", (number,))
        if not _is_there(postgres, name):
            _make(postgres, name, fill)
            _prune(postgres, name)
    return name


def hand_over(postgres: Server, template: str, database: Database) -> None:
    """Give everything that was cloned to the clone's own role."""
    owner = _note(postgres, template).get("role")
    if owner is None or owner == database.role:
        return
    # The one statement that an administrator runs inside: it calls nobody's function or trigger.
    with connect(postgres.admin_dsn(database.name)) as inside:
        inside.execute(trusted(f"REASSIGN OWNED BY {owner} TO {database.role}"))


def _make(postgres: Server, name: str, fill: Callable[[Database], None]) -> None:
    draft = postgres.create_database()
    try:
        fill(draft)
        postgres.forget(draft)
        # REASSIGN OWNED takes whole databases along: the template must not be its role's own.
        postgres.admin.run(f"ALTER DATABASE {draft.name} OWNER TO CURRENT_USER")
        _disconnect(postgres, draft.name)
        if draft.checker != draft.role:
            postgres.admin.run(f"DROP ROLE {draft.checker}; ALTER ROLE {draft.role} NOLOGIN")
        _write_note(postgres, draft.name, draft.role)
        postgres.admin.run(f"ALTER DATABASE {draft.name} RENAME TO {name}")
    except BaseException:
        postgres.drop_database(draft)
        raise


def _disconnect(postgres: Server, name: str) -> None:
    """End the sessions that the filling left open: a template with guests cannot be cloned."""
    postgres.admin.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    here = {"name": name}
    there = "FROM pg_stat_activity WHERE datname = %(name)s"
    postgres.admin.run(f"SELECT pg_terminate_backend(pid) {there}", here)
    limit = time.monotonic() + END_SECONDS
    while postgres.admin.run(f"SELECT 1 {there}", here):
        if time.monotonic() > limit:
            raise CourseError(f"The sessions of {name} do not end: try again.")
        time.sleep(0.005)


def _is_there(postgres: Server, name: str) -> bool:
    note = _note(postgres, name)
    if note and time.time() - float(note["used"]) > STALE_SECONDS:
        _write_note(postgres, name, note["role"])
    return bool(note)


def _prune(postgres: Server, newest: str) -> None:
    """Drop the templates that were used longest ago."""
    rows = postgres.admin.run(
        r"SELECT datname FROM pg_database WHERE datname LIKE 'eventure\_template\_%'"
    )
    notes = {name: _note(postgres, name) for (name,) in rows if name != newest}
    by_use = sorted(notes, key=lambda name: float(notes[name].get("used", 0)), reverse=True)
    for name in by_use[KEPT - 1 :]:
        postgres.drop_named(name, (notes[name].get("role", ""),))


def _note(postgres: Server, name: str) -> dict[str, str]:
    """Who owned the template's content and when it was last used; {} for no such template."""
    described = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = "
    rows = postgres.admin.run(f"{described}%(name)s", {"name": name})
    return dict(json.loads(rows[0][0])) if rows and rows[0][0] else {}


def _write_note(postgres: Server, name: str, role: str) -> None:
    note = json.dumps({"role": role, "used": str(time.time())})
    postgres.admin.run(f"COMMENT ON DATABASE {name} IS '{note}'")
