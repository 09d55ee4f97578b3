"""A learner's JUnit report: what a hostile file cannot make the checker do."""

import os
from pathlib import Path

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
