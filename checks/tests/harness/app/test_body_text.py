"""A body in one line; no body takes more time than its length explains."""

import pytest

from checks.harness.app.body_text import one_line
from checks.harness.app.connections import SIZE_LIMIT
from checks.harness.app.pattern_time import within_limit


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('{"a": 1,\n "b": 2}', '{"a": 1, "b": 2}'),
        ("two\n lines", "two lines"),
        ("<!DOCTYPE html><title>Not\n found</title>", "an HTML page, 'Not found'"),
        ('<html><TITLE lang="en">Oh</TITLE>', "an HTML page, 'Oh'"),
        ("<html><title>no end", "an HTML page"),
        ("<html>", "an HTML page"),
        ('{"access_token": "eyJabcdefgh.ijk.lmn"}', '{"access_token": "eyJabcdefg…"}'),
        ("Bearer eyJabcdefgh.ijk.lmn, eyJ.no", "Bearer eyJabcdefg…, eyJ.no"),
    ],
)
def test_a_body_is_one_line(body: str, line: str) -> None:
    assert one_line(body) == line


@pytest.mark.parametrize("beginning", ["", "<html>"])
@pytest.mark.parametrize("repeated", ["eyJ", "eyJ.", "<title>", "<title", " ", "<html>", "[", "a"])
def test_no_body_keeps_the_checker_busy(beginning: str, repeated: str) -> None:
    body = beginning + repeated * (SIZE_LIMIT // len(repeated))

    assert len(within_limit(lambda: one_line(body), seconds=60)) <= len(body)
