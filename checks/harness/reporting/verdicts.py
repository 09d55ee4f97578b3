"""Which verdict an error means, and whose fault it is: the app's or the checker's."""

import errno

import psycopg
import pytest

from checks.errors import CourseError, TamperedLogin
from checks.harness.app.service_health import is_lost_session
from checks.harness.errors import HarnessError
from checks.harness.reporting.evidence import EVIDENCE
from checks.harness.reporting.failure_report import SHAPE_ERRORS
from checks.results.model import Verdict

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""No descriptors, no memory. Whose a full disk is, `service_health` tells."""
SERVER_FAILURES = frozenset(
    {"53000", "53100", "53200", "57P01", "57P02", "57P03", "58000", "58030"}
)
"""No memory, locks or disk left; shutdown of the session or the server, its start; an
error of its system or disk.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""
PLPGSQL_SOURCE = "pl_exec.c"
"""The source file that PostgreSQL names for `RAISE` in a function."""


def verdict_of(error: BaseException, *, acting: bool) -> Verdict:
    """The verdict of a test that ended in this error.

    A wrong answer fails, and so does a body of another shape than asked. While the test is not
    `acting` on the app yet, only the harness's own assertions can be the app's fault: any other
    error is the checker's. So is a lost session of the tests, at any time.
    """
    if isinstance(error, HarnessError):
        return error.verdict
    if is_checkers_failure(error):
        return Verdict.INFRA_ERROR
    if not acting and not isinstance(error, AssertionError):
        return Verdict.INFRA_ERROR
    if isinstance(error, (AssertionError, *SHAPE_ERRORS)):
        return Verdict.FAIL
    if isinstance(error, psycopg.errors.QueryCanceled):  # by the limit of a statement of the tests
        return Verdict.TIMEOUT
    return Verdict.ERROR


def is_checkers_failure(error: BaseException) -> bool:
    """Whether an error in a test process can only be the checker's own.

    Its machine lacks something, its session was ended, which the app has no right to, or it says
    itself what it could not do. A trigger of the app's can raise any SQLSTATE, but that error comes
    from PL/pgSQL.
    """
    if isinstance(error, OSError):
        return error.errno in EXHAUSTED
    if is_lost_session(error):
        return True
    if isinstance(error, CourseError):
        return not isinstance(error, TamperedLogin)
    if not isinstance(error, psycopg.Error) or error.sqlstate not in SERVER_FAILURES:
        return False
    return error.diag.source_file != PLPGSQL_SOURCE


def app_has_answered(item: pytest.Item, error: BaseException) -> bool:
    """Whether the app answered a fixture before this error, which may come from that answer.

    An error of a service that cannot be reached does not: it has no SQLSTATE.
    """
    if is_lost_session(error) or isinstance(error, CourseError):
        return False
    return EVIDENCE in item.stash and bool(item.stash[EVIDENCE].exchanges())
