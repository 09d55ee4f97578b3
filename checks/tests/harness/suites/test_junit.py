"""A learner's JUnit report: what a hostile file cannot make the checker do."""

import os
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from checks.harness.suites.junit import SIZE_LIMIT, read_report
from checks.sandbox.learner_files import LearnerFolder

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    '<testsuites><testcase name="&a;"/></testsuites>'
)


class TestReading:
    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real.xml").write_text("<testsuites><testcase name='x'/></testsuites>")
        (tmp_path / "link.xml").symlink_to(tmp_path / "real.xml")

        assert len(read_report(LearnerFolder(tmp_path), "real.xml")) == 1
        assert read_report(LearnerFolder(tmp_path), "link.xml") == ()

    def test_a_pipe_does_not_hold_us_up(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.xml")

        assert read_report(LearnerFolder(tmp_path), "pipe.xml") == ()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "not xml",
            ENTITIES,
            "<testsuites>" + " " * SIZE_LIMIT + "</testsuites>",
            ENTITIES.encode("utf-16"),
        ],
        ids=["empty", "no XML", "entities", "huge", "entities in UTF-16"],
    )
    def test_what_is_no_report_has_no_tests(self, tmp_path: Path, text: str | bytes) -> None:
        (tmp_path / "x.xml").write_bytes(text if isinstance(text, bytes) else text.encode())

        assert read_report(LearnerFolder(tmp_path), "x.xml") == ()


COPY = "/tmp/eventure-workshop-0a1b2c3d/0123456789ab/tree"
NO_FIXTURE = f"""file {COPY}/tests/test_checker.py, line 5
  def test_organizer(client, test_user, auth_headers):
E       fixture 'client' not found
>       available fixtures: anyio_backend, cache"""


class TestMessages:
    def test_a_missing_fixture_is_named_first(self, tmp_path: Path) -> None:
        message = f'failed on setup with "{NO_FIXTURE}"'

        assert sentence(tmp_path, "error", message, NO_FIXTURE) == "fixture 'client' not found"

    def test_a_path_is_one_of_the_days_folder(self, tmp_path: Path) -> None:
        message = f"FileNotFoundError: {COPY}/alembic.ini"

        assert sentence(tmp_path, "failure", message, "") == "FileNotFoundError: alembic.ini"


def sentence(folder: Path, kind: str, message: str, body: str) -> str:
    told = f"<{kind} message={quoteattr(message)}>{escape(body)}</{kind}>"
    (folder / "x.xml").write_text(f"<testsuites><testcase name='x'>{told}</testcase></testsuites>")
    return read_report(LearnerFolder(folder), "x.xml")[0].message
