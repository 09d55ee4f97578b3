"""Whatever changes after a snapshot, restoring it gives the same folder."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.tests.support.tree_contents import tree_contents
from checks.workspace.snapshot import (
    restore_snapshot,
    take_snapshot,
)

file_sets = st.dictionaries(
    st.sampled_from(["a", "b/c", "b/d", "e/f/g"]),
    st.tuples(st.binary(max_size=4), st.sampled_from([0o644, 0o755, 0o600])),
)


@settings(max_examples=25, deadline=None)
@given(before=file_sets, after=file_sets)
def test_snapshot_change_restore_is_identity(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, tuple[bytes, int]],
    after: dict[str, tuple[bytes, int]],
) -> None:
    root = tmp_path_factory.mktemp("tree")
    write_files(root, before)
    start = tree_contents(root)
    snapshot_id = take_snapshot(root, ["a", "b/c", "b/d", "e/f/g"], "x")
    for path in (each for each in root.rglob("[!.]*") if each.is_file()):
        if ".checks" not in path.parts:
            path.unlink()
    write_files(root, after)

    restore_snapshot(root, snapshot_id)

    assert tree_contents(root) == start


def write_files(root: Path, files: dict[str, tuple[bytes, int]]) -> None:
    for name, (data, mode) in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
