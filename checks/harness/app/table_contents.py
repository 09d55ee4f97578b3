"""All that a database holds, as data to compare."""

from checks.harness.app.database_client import DatabaseClient

TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def table_contents(database: DatabaseClient) -> dict[str, list[str]]:
    """By table of the schema `public`, each row as PostgreSQL's text of it, sorted."""
    names = [row["name"] for row in database.rows(TABLES)]
    return {
        name: sorted(row["row"] for row in database.rows(f"SELECT t::text AS row FROM {name} t"))  # noqa: S608 - the names are the catalogue's own
        for name in names
    }
