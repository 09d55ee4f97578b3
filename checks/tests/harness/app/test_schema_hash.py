"""The key of a template database: the same for two trees only if all their files are."""

from pathlib import Path

import pytest

from checks.harness.app.schema_hash import schema_key

FILES = {
    "app/core/config.py": b"A = 1\n",
    "migrations/env.py": b"run()\n",
    "migrations/versions/0001_x.py": b"up()\n",
}


def tree(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("contained", [False, True])
def test_a_file_that_joins_to_the_bytes_of_two_has_another_key(
    tmp_path: Path, *, contained: bool
) -> None:
    (first, a), (second, b), (third, c) = FILES.items()
    joined = {first: a, second: b + third.encode() + b"\0" + c}

    keys = {
        schema_key(tree(tmp_path / str(number), files), contained=contained)
        for number, files in enumerate([FILES, joined, {first: a, second: b, f"{third}y": c}])
    }

    assert len(keys) == 3


def test_the_same_files_have_the_same_key(tmp_path: Path) -> None:
    one, two = tree(tmp_path / "one", FILES), tree(tmp_path / "two", FILES)

    assert schema_key(one, contained=True) == schema_key(two, contained=True)
    assert schema_key(one, contained=True) != schema_key(one, contained=False)
