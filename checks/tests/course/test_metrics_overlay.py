"""The Compose file for Prometheus gives the api and the worker what /metrics needs of both."""

from typing import Any

import pytest
import yaml

from checks.course.course import find_root

OVERLAY = "solutions/day7-deployment/docker-compose.metrics.yml"


@pytest.fixture(scope="module")
def overlay() -> Any:  # whatever YAML holds
    return yaml.safe_load((find_root() / OVERLAY).read_text(encoding="utf-8"))


def test_the_api_and_the_worker_count_into_one_folder(overlay: Any) -> None:
    for service in (overlay["services"][name] for name in ("api", "worker")):
        folder = service["environment"]["PROMETHEUS_MULTIPROC_DIR"]
        assert service["volumes"] == [f"numbers:{folder}"]
    assert "numbers" in overlay["volumes"]


def test_a_scrape_by_the_name_of_the_service_is_let_in(overlay: Any) -> None:
    environment = overlay["services"]["api"]["environment"]

    assert environment["METRICS_TOKEN"].startswith("${METRICS_TOKEN:?")
    assert "api" in environment["ALLOWED_HOSTS"].split(",")
