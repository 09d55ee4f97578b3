"""What may go wrong around a test that is not a wrong answer."""

from checks.results.model import Verdict


class HarnessError(Exception):
    """Ends a test with `verdict`; the message is one sentence for the learner."""

    verdict = Verdict.ERROR


class AppDown(HarnessError):
    """The learner's app does not start, or has died."""


class AppHangs(HarnessError):
    """A start, a request or a command went on past its limit."""

    verdict = Verdict.TIMEOUT


class AppFloods(HarnessError):
    """The app answered, printed or stored more than it may."""

    verdict = Verdict.OUTPUT_LIMIT


class OutOfMemory(HarnessError):
    """The app wanted more memory than it may have."""

    verdict = Verdict.OOM


class ServicesDown(HarnessError):
    """PostgreSQL or Redis could not be had: no fault of the learner's."""

    verdict = Verdict.INFRA_ERROR
