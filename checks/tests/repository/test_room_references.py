"""A room names a room above it neither in an import nor in a text that becomes one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.site.room_graph import read_rooms
from checks.tests.repository.room_references import upward_references
from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write

PACKAGE = ROOT / "checks"
DEPTHS = {
    room.name.removesuffix(".py"): depth
    for depth, layer in enumerate(read_rooms(ROOT).layers)
    for room in layer
}
INNER_DEPTHS = {
    room.name.removesuffix(".py"): depth
    for harness in read_rooms(ROOT).rooms
    for depth, layer in enumerate(harness.inner)
    for room in layer
}
EXCEPTIONS = {
    "verdict_sources.py": "the one place where the plugin is named for rooms that load it by name",
}
EXCEPTIONS_IN_THE_HARNESS = {
    "app/border.py": "the files that are copied for the learner's side; nothing here loads them",
}


ROOMS = upward_references(PACKAGE, DEPTHS)
ROOMS_OF_THE_HARNESS = upward_references(PACKAGE / "harness", INNER_DEPTHS, "checks.harness")


@pytest.mark.parametrize(
    ("references", "exceptions"),
    [(ROOMS, EXCEPTIONS), (ROOMS_OF_THE_HARNESS, EXCEPTIONS_IN_THE_HARNESS)],
    ids=["checks", "harness"],
)
def test_no_text_names_a_room_above_and_every_exception_is_needed(
    references: Iterator[str], exceptions: dict[str, str]
) -> None:
    found_references = list(references)

    assert [each for each in found_references if each.partition(":")[0] not in exceptions] == []
    assert {each.partition(":")[0] for each in found_references} == {*exceptions}


@pytest.mark.parametrize(
    "code",
    [
        'command = ["-m", "checks.cli.main", "run"]\n',
        'plugin = "checks.harness.plugin"\n',
        'function = "checks.cli.read:read"\n',
        "ini = PACKAGE / 'harness' / 'pytest.ini'\n",
        "ini = Path(__file__).parents[1] / 'harness'\n",
        'ini = "checks/harness/pytest.ini"\n',
        'def main() -> None:\n    return "cli/main.py"\n',
    ],
)
def test_a_planted_one_is_found(tmp_path: Path, code: str) -> None:
    write(tmp_path, {"runner/run.py": code, "cli/main.py": '"checks.runner.run"\n'})

    (reference,) = upward_references(tmp_path, DEPTHS)

    assert reference.startswith("runner/run.py:")
