"""The database `postgres` of a local server, from which a learner's suite creates databases.

`CREATE DATABASE … TEMPLATE` needs a session in another database than the copied one, and by
convention that is `postgres`. No role may store anything there: it belongs to no run, so nobody
would count or drop what lies in it.
https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
"""

from checks.services.admin import Session

NAME = "postgres"
CLOSED = (NAME, "template1")
# Whoever may connect may store large objects; each of these functions makes one.
LARGE_OBJECT_MAKERS = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)")
IS_ALLOWED = """
SELECT true FROM pg_database, aclexplode(datacl) JOIN pg_roles ON pg_roles.oid = grantee
WHERE datname = %(name)s AND rolname = %(role)s
"""
TERMINATE_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %(name)s AND usename = %(role)s
"""


def close(admin: Session) -> None:
    """Keep the applications' roles out of the databases that are not theirs."""
    for name in CLOSED:
        admin.run(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    for function in LARGE_OBJECT_MAKERS:
        admin.run(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC")


def let_in(admin: Session, role: str) -> None:
    """Let a role begin sessions in `postgres`."""
    admin.run(f"GRANT CONNECT ON DATABASE {NAME} TO {role}")


def withdraw(admin: Session, role: str) -> None:
    """End the role's sessions in `postgres`, and let it in no more; it may be gone already."""
    values = {"name": NAME, "role": role}
    if admin.run(IS_ALLOWED, values):
        admin.run(f"REVOKE ALL ON DATABASE {NAME} FROM {role}")
        admin.run(TERMINATE_SESSIONS, values)
