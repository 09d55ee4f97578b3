"""The outcome of one run of the learner's pytest."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from checks.harness.app.own_paths import own_paths
from checks.harness.suites.exchange_record import ExchangeRecord, app_answered_otherwise
from checks.harness.suites.junit import BAD_OUTCOMES, ReportedTest


@dataclass(frozen=True)
class SuiteReport:
    """One run of the learner's pytest; without `tests` there was no report to read.

    `exit_status` is None if the process was killed, and never a verdict.
    """

    tests: tuple[ReportedTest, ...]
    output: str
    exit_status: int | None
    exchanges: ExchangeRecord = field(default_factory=dict, compare=False)

    @property
    def green(self) -> bool:
        """At least one test, and every one of them passed: a skipped test has shown nothing."""
        return bool(self.tests) and all(test.outcome == "passed" for test in self.tests)

    @property
    def red(self) -> bool:
        """At least one test failed. A run that broke down is neither green nor red."""
        return any(test.outcome in BAD_OUTCOMES for test in self.tests)

    @property
    def names(self) -> frozenset[str]:
        """The tests in the report, as `tests.test_events.TestX::test_y`."""
        return frozenset(test.name for test in self.tests)

    def catches_fault(self, sound: Sequence["SuiteReport"]) -> bool:
        """Whether a test failed that passes on every sound app, and the app is what differs.

        The app has to have answered a request otherwise than the sound apps: a suite that asks
        nothing, or that reads the program, catches nothing.
        """
        passed = frozenset.intersection(*(report.names for report in sound))
        failed = any(test.outcome in BAD_OUTCOMES and test.name in passed for test in self.tests)
        records = [report.exchanges for report in sound]
        return failed and app_answered_otherwise(self.exchanges, records)

    def outcome(self, name: str) -> ReportedTest | None:
        """The test of that name in any class and file; None if the report has none."""
        return next((t for t in self.tests if t.name.rpartition("::")[2] == name), None)

    def summary(self) -> str:
        """The run in one line, for a message."""
        if not self.tests:
            return f"pytest ran no test and said: {_last_lines(self.output)}"
        not_passed = [test for test in self.tests if test.outcome != "passed"]
        shown = "; ".join(map(str, not_passed[:3]))
        return f"{len(not_passed)} of {len(self.tests)} did not pass: {shown}"


def _last_lines(output: str) -> str:
    lines = [
        line.strip("= ") for line in own_paths(output).splitlines() if "generated xml" not in line
    ]
    errors = [line for line in lines if line.startswith(("E ", "ERROR"))]
    return " / ".join((errors or list(filter(None, lines)))[-3:])[:400] or "nothing"
