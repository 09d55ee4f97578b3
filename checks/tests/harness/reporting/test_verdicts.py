"""An error of the checker's own side is no error of the app's."""

import errno

import psycopg
import pytest

from checks.errors import CourseError, TamperedLogin
from checks.harness.reporting.verdicts import verdict_of
from checks.results.model import Verdict

CHECKERS = [
    psycopg.errors.AdminShutdown("terminating connection"),
    psycopg.errors.DiskFull("could not extend file"),
    psycopg.errors.OutOfMemory("out of shared memory"),
    psycopg.errors.IoError("could not read block"),
    OSError(errno.EMFILE, "Too many open files"),
    CourseError("PostgreSQL's log does not keep up"),
]
"""What the app cannot have caused."""
APPS = [
    psycopg.errors.LockNotAvailable("lock timeout"),
    psycopg.errors.TooManyConnections("too many connections for role"),
    FileNotFoundError(errno.ENOENT, "No such file"),
    TamperedLogin("the app has changed the login of the checker"),
]


@pytest.mark.parametrize("error", CHECKERS, ids=lambda error: type(error).__name__)
def test_what_the_app_cannot_have_caused_is_ours(error: Exception) -> None:
    assert verdict_of(error, acting=True) is Verdict.INFRA_ERROR


@pytest.mark.parametrize("error", APPS, ids=lambda error: type(error).__name__)
def test_what_it_may_have_caused_is_the_apps(error: Exception) -> None:
    assert verdict_of(error, acting=True) is Verdict.ERROR


def test_a_statement_beyond_its_limit_is_a_timeout_which_is_graded_again_alone() -> None:
    error = psycopg.errors.QueryCanceled("canceling statement due to statement timeout")

    assert verdict_of(error, acting=True) is Verdict.TIMEOUT
