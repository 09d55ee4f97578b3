"""What `make openapi-client` makes of the generator, of the story and of their refusals."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks.bench.openapi_client import __main__ as command
from checks.bench.openapi_client.__main__ import ClientFault, generate, tell_story
from checks.course.course import find_root, load_course
from checks.errors import CourseError

COURSE = load_course(find_root(Path(__file__)), tree="solutions")
SERVED: Any = SimpleNamespace(
    url="http://127.0.0.1:1", users=SimpleNamespace(superuser=lambda: SimpleNamespace(token="t"))
)


def python(folder: Path, script: str) -> Path:
    """A Python that runs this shell script instead of what it is asked to run."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_the_generator_reads_the_document_and_stops_at_a_warning(tmp_path: Path) -> None:
    generate(python(tmp_path, 'echo "$@" >asked'), '{"openapi": "3.1.0"}', tmp_path)

    assert (tmp_path / "openapi.json").read_text(encoding="utf-8") == '{"openapi": "3.1.0"}'
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "--path openapi.json" in asked
    assert "--fail-on-warning" in asked


def test_what_the_generator_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    refusing = python(tmp_path, "echo 'WARNING parsing GET /events/'; exit 1")

    with pytest.raises(ClientFault, match="the generator: WARNING parsing GET /events/"):
        generate(refusing, "{}", tmp_path)


def test_the_story_gets_the_address_and_an_admins_token(tmp_path: Path) -> None:
    said = tell_story(python(tmp_path, 'shift; echo "told: $*"'), SERVED, tmp_path)

    assert said == "told: http://127.0.0.1:1 t"


def test_a_story_that_does_not_end_is_told_by_its_last_sentence(tmp_path: Path) -> None:
    stopped = python(tmp_path, "echo 'log in: Token was expected' >&2; exit 1")

    with pytest.raises(ClientFault, match="the story: log in: Token was expected"):
        tell_story(stopped, SERVED, tmp_path)


def test_a_generator_that_is_not_there_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PYTHON", tmp_path / "python")

    with pytest.raises(CourseError, match="`make openapi-client` installs it"):
        command.check_day(COURSE, "7")


def test_a_day_that_there_is_not_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PYTHON", python(tmp_path, "exit 0"))
    monkeypatch.setattr("sys.argv", ["openapi_client", "9"])

    assert command.main() == 2
    assert "Traceback" not in capsys.readouterr().err
