"""Three days whose differences are recorded, and the sentences about those that are not."""

from pathlib import Path

import pytest

from checks.authoring.difference_record import record_all, unrecorded
from checks.tests.support.workbook import (
    BASE,
    LATER,
    THREE,
    TWO,
    change,
    commit,
    three_days,
)

PROGRAM = "app/main.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three days; day 2 begins with a line of its own, which day 3 has too."""
    three_days(tmp_path)
    change(tmp_path, f"own\n{LATER}", f"{TWO}/{PROGRAM}")
    change(tmp_path, f"own\n{BASE}", f"{THREE}/{PROGRAM}")
    record_all(tmp_path)
    commit(tmp_path)
    return tmp_path


def sentences(root: Path) -> list[str]:
    """A sentence for each difference that is not recorded."""
    return [each.sentence for each in unrecorded(root)]
