"""A learner's pattern has a second of CPU time, and what it ends comes to nobody else's harm."""

import re
import signal
from contextlib import suppress
from functools import partial

import pytest

from checks.harness.app.pattern_time import PatternTooSlow, within_limit

ENDLESS = partial(re.search, r"^(((a*)*)*)*!", "a" * 60)


def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(PatternTooSlow, match=r"longer than 0\.1 s"):
        within_limit(ENDLESS, 0.1)


def test_another_gives_its_answer() -> None:
    assert within_limit(lambda: re.search("b", "abc")) is not None


@pytest.mark.parametrize(
    "matcher", [ENDLESS, partial(re.search, "a", "a"), partial(re.search, "(", "")]
)
def test_the_timer_and_its_handler_are_as_before(matcher: "partial[object]") -> None:
    def handler(*_: object) -> None: ...

    previous = signal.signal(signal.SIGVTALRM, handler)
    try:
        with suppress(PatternTooSlow, re.error):
            within_limit(matcher, 0.1)

        assert signal.getsignal(signal.SIGVTALRM) is handler
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    finally:
        signal.signal(signal.SIGVTALRM, previous)
