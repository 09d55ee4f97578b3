"""A small cohort, as one command without workers grades it and as workers do."""

from pathlib import Path

import pytest

from checks.tests.grade.cohorts import Judge, gradebook_bytes, grading, hand_in, no_progress, rows
from checks.tests.grade.scale_out.queued_cohort import TEXTS, VERDICTS, Cohort


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        hand_in(tmp_path / "s", name, text)
    return tmp_path / "s"


@pytest.fixture
def alone(cohort: Path, tmp_path: Path) -> tuple[bytes, bytes]:
    """The gradebook of one command without workers."""
    grading(tmp_path / "alone", Judge(VERDICTS)).grade(rows(cohort), 1, no_progress)
    return gradebook_bytes(tmp_path / "alone", cohort)


@pytest.fixture
def graded(tmp_path: Path, cohort: Path) -> Cohort:
    return Cohort(tmp_path, cohort)
