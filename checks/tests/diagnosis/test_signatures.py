"""The signatures: what one has, and that the recorded ones hold nothing of one run."""

import re
from pathlib import Path

import pytest

from checks.diagnosis.signatures import Signature, load_signatures, save_signatures, signature
from checks.diagnosis.words import stable
from checks.results.model import Cause, Exchange, TestResult, Verdict

RECORDED = load_signatures()
VARIES = re.compile(
    r"0x[0-9a-f]{4,}"  # an object's address
    r"|\b\d+\.\d+ ?(?:s|ms|seconds)\b"  # a duration
    r"|/tmp/|%2Ftmp|/home/|/root/|site-packages"  # a folder of one machine
    r"|[0-9a-f]{8}-[0-9a-f]{4}-|\d{4}-\d\d-\d\dT\d\d:"  # a uuid, a timestamp
    r"|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b"  # a hash
)
SAYS_NOTHING = re.compile(r"(?:^|\n)assert (?:False|None|not True|\(False or False\))$")


def test_the_recorded_signatures_have_nothing_of_one_run() -> None:
    varying = {name: found[0] for name, each in RECORDED.items() if (found := _varies(each.says))}

    assert RECORDED
    assert varying == {}


def test_re_recording_the_same_words_changes_nothing() -> None:
    changed = [name for name, each in RECORDED.items() if stable(each.says) != each.says]

    assert changed == []


def _varies(says: str) -> re.Match[str] | None:
    return VARIES.search(says) or SAYS_NOTHING.search(says)


@pytest.mark.parametrize(
    "says",
    [
        "<User at 0x7f57df2e8450>",
        "no tests ran in 0.14s",
        "no such file: /tmp/x/app.py",
        "socket %2Ftmp%2Fx",
        "the report a1b2c3d4-0000-4000-8000-0123456789ab",
        "at 2026-01-01T10:00",
        "key 4004bfcb51cb82c4",
        "the commit is refused\nassert False",
    ],
)
def test_what_is_looked_for_in_them_is_found(says: str) -> None:
    assert _varies(says)


def test_a_signature_has_status_and_exception_and_nothing_that_changes_from_run_to_run() -> None:
    exchange = Exchange("GET", "/x", "", 500, "")
    frame = "app/x.py:3 in f: sqlalchemy.exc.NoResultFound: No row"
    token = "a token eyJhbGciOi.eyJzdWIi.abc at 2026-01-01T10:00:00"
    tests = (
        TestResult("1.2", "t0", Verdict.PASS),
        TestResult("1.2", "t1", Verdict.FAIL, cause=Cause(token, exchange, frame=frame)),
        TestResult("1.2", "t2", Verdict.BLOCKED, cause=Cause("blocked: t1")),
    )

    observed = signature(tests)

    assert observed.tests == {"t1": "fail 500 NoResultFound", "t2": "blocked"}
    assert observed.says == "a token … at …"
    assert (observed.shown, observed.judged) == ("t1", {"t1": "fail 500 NoResultFound"})


def test_what_an_older_checker_has_recorded_is_made_steady_when_the_file_is_written(
    tmp_path: Path,
) -> None:
    file = tmp_path / "signatures.json"
    known = Signature({"t": "fail"}, "it took 0.14 s\nassert False", alone=False)

    save_signatures({"1.2/starter": known}, file)

    assert load_signatures(file) == {
        "1.2/starter": Signature({"t": "fail"}, "it took … s", alone=False)
    }
