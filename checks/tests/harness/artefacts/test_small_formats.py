"""What day 7's exercises read: images' names, installs, .env files, addresses, Prometheus text."""

import ipaddress

import pytest

from checks.harness.artefacts.compose import Service
from checks.harness.artefacts.compose_networks import listed_networks
from checks.harness.artefacts.compose_settings import redis_database, secrets, url_setting
from checks.harness.artefacts.env_file import assignments, is_portable, variable
from checks.harness.artefacts.image_reference import has_version
from checks.harness.artefacts.package_install import is_for_development, is_unlocked
from checks.harness.artefacts.prometheus_text import samples, total
from checks.harness.artefacts.shell_script import commands

TEXT = """# TYPE http_requests counter
http_requests_total{route="/a",status="200"} 3
http_requests_total{route="/a",status="500"} 1
http_requests_total{route="/b",status="500"} 7
"""


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("postgres:16", True),
        ("registry:5000/app@sha256:abc", True),
        ("postgres", False),
        ("postgres:latest", False),
        ("registry:5000/app", False),
    ],
)
def test_a_version_is_a_digest_or_a_tag_that_is_not_latest(image: str, expected: bool) -> None:
    assert has_version(image) is expected


@pytest.mark.parametrize(
    ("line", "unlocked", "development"),
    [
        ("pip install --require-hashes -r requirements.lock", False, False),
        ("pip install --upgrade pip", False, False),
        ("pip install .", True, False),
        ("pip install pytest", True, True),
        ("uv sync --frozen --no-dev", False, False),
        ("uv sync --frozen", False, True),
        ("uv sync", True, True),
    ],
)
def test_an_install_is_locked_and_for_production(
    line: str, unlocked: bool, development: bool
) -> None:
    [command] = commands(line)

    assert is_unlocked(command) is unlocked
    assert is_for_development(command) is development


def test_an_env_file_has_a_line_for_each_variable() -> None:
    lines = assignments("# keys\nSECRET_KEY=\n\n  NAME = a b\n")

    assert lines == ["SECRET_KEY=", "NAME = a b"]
    assert [variable(line) for line in lines] == ["SECRET_KEY", "NAME "]
    assert [is_portable(line) for line in lines] == [True, False]
    assert is_portable('NAME="a b"')


def test_secrets_are_whole_values_and_passwords_of_urls() -> None:
    environment = {
        "SECRET_KEY": "k",
        "POSTGRES_PASSWORD_FILE": "/run/secrets/password",
        "DATABASE_URL": "postgresql://app:hunter2@db/app",
        "REDIS_URL": "redis://redis:6379/1",
    }
    service = Service("api", {"environment": environment})

    assert dict(secrets(service)) == {"SECRET_KEY": "k", "DATABASE_URL": "hunter2"}
    assert redis_database(url_setting(service, "REDIS_URL")) == "1"
    assert redis_database(url_setting(service, "CELERY_BROKER_URL")) == "0"


def test_listed_networks_are_addresses_and_subnets_or_none() -> None:
    assert listed_networks("10.0.0.2, 172.16.0.0/24") == [
        ipaddress.ip_network("10.0.0.2/32"),
        ipaddress.ip_network("172.16.0.0/24"),
    ]
    assert listed_networks("*") is None
    assert listed_networks("") == []


def test_series_are_added_up_by_a_label_and_by_the_beginning_of_another() -> None:
    parsed_samples = samples(TEXT)

    assert total(parsed_samples, "http_requests_total", "/a") == 4
    assert total(parsed_samples, "http_requests_total", "/a", status="5") == 1
    assert total(parsed_samples, "http_requests_total", "/c") == 0
