"""A PostgreSQL server that somebody else runs, named by DATABASE_URL."""

from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from checks.errors import CourseError
from checks.services.admin import Session

REMEDY = "Start it, correct DATABASE_URL, or unset it to use the server that comes with the course."


def libpq_url(url: str) -> str:
    """The URL as libpq reads it: without SQLAlchemy's driver name.

    Raises:
        CourseError: it names no PostgreSQL server.
    """
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise CourseError(
            f"DATABASE_URL names {parts.scheme or 'nothing'}; the checks need PostgreSQL. {REMEDY}"
        )
    return urlunsplit(("postgresql", parts.netloc, parts.path, parts.query, ""))


def with_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))


def with_login(url: str, role: str, password: str) -> str:
    """The same server and database, another login; both words must need no quoting."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    parameters = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"user", "password"}]
    netloc = f"{role}:{password}@{host}"
    return urlunsplit((parts.scheme, netloc, parts.path, urlencode(parameters, safe="/"), ""))


def shared_login(admin: Session) -> tuple[str, str] | None:
    """The login of DATABASE_URL where it may not create roles: it is the only one then."""
    rows = admin.run("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if rows[0][0]:
        return None
    parts = urlsplit(admin.url)
    return unquote(parts.username or ""), unquote(parts.password or "")
