"""The errors of a test other than a wrong answer: the app is down, hangs, uses too much."""

from checks.results.model import Verdict


class HarnessError(Exception):
    """Ends a test with `verdict`; the message is one sentence for the learner."""

    verdict = Verdict.ERROR


class AppDown(HarnessError):
    """The learner's app does not start, or has died."""


class AppHangs(HarnessError):
    """A start, a request or a command went on past its limit."""

    verdict = Verdict.TIMEOUT


class TooMuchOutput(HarnessError):
    """The app answered, printed or stored more than it may."""

    verdict = Verdict.OUTPUT_LIMIT


class OutOfMemory(HarnessError):
    """The app used more memory than it may."""

    verdict = Verdict.OOM


class UnusablePath(HarnessError):
    """Learner code has put something else in the place of a file that the test uses."""


class MachinePaused(HarnessError):
    """The whole machine stood still for a while, and with it every clock of app and server."""

    verdict = Verdict.INFRA_ERROR


class ServicesDown(HarnessError):
    """PostgreSQL or Redis does not run: no fault of the learner's."""

    verdict = Verdict.INFRA_ERROR
