"""What runs leave on a PostgreSQL server, and how it is removed."""

from collections.abc import Sequence
from contextlib import suppress

import psycopg
from psycopg import sql

from checks.errors import CourseError
from checks.services import maintenance_database
from checks.services.admin import Session
from checks.services.names import is_leftover, is_of_run

DATABASES = r"SELECT datname FROM pg_database WHERE datname LIKE 'eventure\_%'"
LOGINS = r"SELECT rolname FROM pg_roles WHERE rolname LIKE 'eventure\_%' AND rolcanlogin"
OWNED_DATABASES = """
SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = %(role)s
"""
SHARED_CATALOGS = (
    *("pg_database", "pg_authid", "pg_auth_members", "pg_db_role_setting"),
    *("pg_shdepend", "pg_shdescription", "pg_shseclabel"),
)


def drop_named(admin: Session, name: str, roles: Sequence[str]) -> None:
    """Drop a database by name, those of the roles that were created for one, and their databases.

    A role that may create databases has made others than its own: a learner's suite does so.
    """
    _drop_database(admin, name)
    for role in roles:
        if is_of_run(role):
            for (owned,) in admin.run(OWNED_DATABASES, {"role": role}):
                _drop_database(admin, owned)
        if role.startswith("eventure_"):
            maintenance_database.withdraw(admin, role)
            admin.run(f"DROP ROLE IF EXISTS {role}")


def _drop_database(admin: Session, name: str) -> None:
    """Drop a database with any name, also one that its owner has made a template."""
    quoted = sql.Identifier(name).as_string()
    with suppress(psycopg.errors.InvalidCatalogName):
        admin.run(f"ALTER DATABASE {quoted} IS_TEMPLATE false")
        admin.run(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def sweep(admin: Session) -> list[str]:
    """Drop the databases and logins that dead processes of this machine left; the databases' names.

    The role of a template's content is no login: it stays.
    """
    leftovers = [name for (name,) in admin.run(DATABASES) if is_leftover(name)]
    logins = {name.removesuffix("_c") for (name,) in admin.run(LOGINS)}
    for name in (*leftovers, *sorted(filter(is_leftover, logins.difference(leftovers)))):
        with suppress(psycopg.Error):  # two processes sweep at once, and the other one was first
            drop_named(admin, name, (f"{name}_c", name))
    return leftovers


def shrink_shared_files(admin: Session) -> None:
    """Give the space of deleted rows and read notifications back that belongs to no database.

    Nothing does so by itself: autovacuum is off, and the queue of notifications is cut off when
    somebody asks how full it is.
    """
    with suppress(psycopg.Error, CourseError):  # the server may have ended
        admin.run("SELECT pg_notification_queue_usage()")
        for catalog in SHARED_CATALOGS:
            admin.run(f"VACUUM (SKIP_LOCKED) {catalog}")
