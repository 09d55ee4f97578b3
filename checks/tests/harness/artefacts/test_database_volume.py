"""The volume of PostgreSQL's data."""

import pytest

from checks.harness.artefacts.compose import Service
from checks.harness.artefacts.database_volume import data_volume

HOME = "/var/lib/postgresql"


@pytest.mark.parametrize(
    ("image", "environment", "target", "expected"),
    [
        ("postgres:17-alpine", {}, f"{HOME}/data", "rows"),
        ("postgres:17-alpine", {}, HOME, ""),
        ("docker.io/library/postgres:18.0-bookworm", {}, HOME, "rows"),
        ("postgres:18", {}, f"{HOME}/data", ""),
        ("postgres:16.10", {"PGDATA": "/data/pg"}, "/data", "rows"),
        ("postgres:16.10", {"PGDATA": "/data/pg"}, f"{HOME}/data", ""),
        ("postgis/postgis:17-3.5", {}, HOME, "rows"),
        ("postgres:17", {}, "/elsewhere", ""),
    ],
)
def test_the_data_are_in_the_deepest_volume_above_them(
    image: str, environment: dict[str, str], target: str, expected: str
) -> None:
    volumes = [f"rows:{target}"]
    definition = {"image": image, "environment": environment, "volumes": volumes}

    assert data_volume(Service("db", definition)) == expected
