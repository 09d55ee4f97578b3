"""A disguised program does the same, and its text is another each time."""

import random

from checks.harness.suites.disguise import disguised


class TestDisguise:
    SOURCE = '"""Doubles."""\n\ndef double(number):\n    """Twice."""\n    return number * 2\n'

    def test_it_looks_different_each_time(self) -> None:
        seen = {disguised(self.SOURCE, random.SystemRandom()) for _ in range(5)}

        assert len(seen) == 5

    def test_it_does_the_same(self) -> None:
        namespace: dict[str, object] = {}

        exec(disguised(self.SOURCE, random.SystemRandom()), namespace)  # noqa: S102 - our own text

        double = namespace["double"]
        assert callable(double)
        assert (double(4), double.__doc__) == (8, "Twice.")
