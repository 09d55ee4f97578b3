"""The workbook's own docker-compose.yml: two services, and a profile with the app."""

from typing import Any

import yaml

from checks.bench.docker_check.base_images import images_of, named_images
from checks.tests.support.repository import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)


def test_everything_is_published_on_this_machine_only() -> None:
    ports = [port for each in COMPOSE["services"].values() for port in each.get("ports", ())]

    assert sorted(ports) == [f"127.0.0.1:{number}:{number}" for number in (5432, 6379, 8000)]


def test_without_the_profile_the_two_services_start_and_nothing_else() -> None:
    services = COMPOSE["services"].items()

    plain = {name for name, service in services if "profiles" not in service}
    assert plain == {"postgres", "redis"}


def test_the_profile_builds_the_finished_backend_from_the_same_images() -> None:
    folder = ROOT / COMPOSE["x-app"]["build"].removeprefix("${APP_FOLDER:-").removesuffix("}")

    assert (folder / "Dockerfile").is_file()
    assert set(named_images([TEXT])) <= set(images_of(folder))
