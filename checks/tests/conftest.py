"""What all tests of the checker share."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from checks.zygote.client import running_zygote

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")  # a busy machine is no failure


def pytest_configure() -> None:
    """Let the tests' processes be interrupted, also those of a job that a shell has in background.

    Such a job ignores SIGINT and SIGQUIT, and so do its children (POSIX, Shell Command Language,
    2.12 "Signals and Error Handling").
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def zygote() -> Iterator[None]:
    """The processes of runs are forks of one that has the libraries loaded, as in a command."""
    with running_zygote():
        yield
