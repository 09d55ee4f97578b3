"""What Compose makes of several files and of a service that extends another one."""

from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.compose import Compose
from checks.harness.artefacts.compose_documents import merged

BASE = """
services:
  image: {image: "app:1", environment: [A=1, B=$VALUE], restart: always, depends_on: [db]}
  db: {image: postgres}
"""
OWN = """
services:
  api: {extends: {file: base.yml, service: image}, environment: {B: own}, ports: ["80:80"]}
  worker: {extends: api, command: [celery]}
"""


def compose(folder: Path, own: str) -> Compose:
    (folder / "base.yml").write_text(BASE, encoding="utf-8")
    (folder / "own.yml").write_text(own, encoding="utf-8")
    return Compose(Tree(folder), "own.yml", variables={"VALUE": "given"})


def test_a_service_has_what_it_extends(tmp_path: Path) -> None:
    services = compose(tmp_path, OWN).services

    assert set(services) == {"api", "worker"}
    for service in services.values():
        assert (service.image, service.restart) == ("app:1", "always")
        assert service.environment == {"A": "1", "B": "own"}
        assert service.depends_on == {}  # docker-compose 1.29.2 does not take it over
    assert services["worker"].command == ["celery"]


@pytest.mark.parametrize(
    ("extends", "sentence"),
    [
        ("{file: base.yml, service: other}", "extends a service: `other`"),
        ("{file: none.yml, service: image}", "none.yml exists"),
        ("api", "comes to an end"),
    ],
)
def test_a_base_that_is_not_there_is_named(tmp_path: Path, extends: str, sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        compose(tmp_path, f"services: {{api: {{extends: {extends}}}}}")


@pytest.mark.parametrize("base", [["A=1", "B=2"], {"A": "1", "B": "2"}])
@pytest.mark.parametrize("override", [["B=3", "C"], {"B": "3", "C": None}])
def test_variables_are_put_together_in_either_spelling(base: object, override: object) -> None:
    both = merged({"environment": base}, {"environment": override})

    assert both == {"environment": {"A": "1", "B": "3", "C": None}}
