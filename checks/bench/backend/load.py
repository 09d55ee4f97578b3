"""Requests a second of one address: by `wrk` where it is installed, else by a client of our own."""

import re
import shutil
import subprocess
import sys

from checks.errors import CourseError

CONNECTIONS = 16
TIMEOUT_SECONDS = 120.0
ANSWER_SECONDS = 60.0
RATE = re.compile(r"^Requests/sec:\s+([\d.]+)", re.MULTILINE)
# wrk counts an answer that is no success among the others; either of these is no measurement.
FAILURES = re.compile(r"^\s*(Non-2xx or 3xx responses|Socket errors): .*", re.MULTILINE)


def program() -> str:
    """The name of the client, as the table and the docs give it."""
    return f"wrk -t1 -c{CONNECTIONS}" if shutil.which("wrk") else f"{CONNECTIONS} connections"


def requests_per_second(url: str, seconds: float, headers: tuple[str, ...] = ()) -> float:
    """Ask for `url` over 16 connections for `seconds`; each asks again when it has its answer.

    Where no answer comes in that time it is asked for longer: two, four, eight times as long.
    Raises CourseError when an answer is no success, or still none comes.
    """
    for longer in (1, 2, 4, 8):
        if rate := _rate(url, seconds * longer, headers):
            return rate
    raise CourseError(f"GET {url} was not answered once in {seconds * 8:g} s")


def _rate(url: str, seconds: float, headers: tuple[str, ...]) -> float:
    """Requests per second; 0 where none was answered."""
    said = _run([*_client(seconds), *(word for each in headers for word in ("-H", each)), url])
    if failure := FAILURES.search(said):
        raise CourseError(f"GET {url} under load: {failure[0].strip()}")
    rate = RATE.search(said)
    return float(rate[1]) if rate else 0.0


def _client(seconds: float) -> list[str]:
    """The client's command line; wrk knows whole seconds only."""
    if wrk := shutil.which("wrk"):
        timed = [f"-d{max(1, round(seconds))}s", f"--timeout={ANSWER_SECONDS:g}s"]
        return [wrk, "-t1", f"-c{CONNECTIONS}", *timed]
    own = "checks.bench.backend.client"
    return [sys.executable, "-m", own, f"-c{CONNECTIONS}", f"-d{seconds}"]


def _run(argv: list[str]) -> str:
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"{argv[0]} did not end within {TIMEOUT_SECONDS:g} s") from None
    if done.returncode != 0:
        raise CourseError(f"{argv[0]} failed: {done.stderr.strip()[-200:]}")
    return done.stdout
