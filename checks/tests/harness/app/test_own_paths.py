"""Paths of copies, as a learner reads them."""

from pathlib import Path

import pytest

from checks.harness.app.own_paths import own_paths

COPY = "/tmp/eventure-workshop-0a1b2c3d/0123456789ab/tree"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f'File "{COPY}/tests/conftest.py", line 3', 'File "tests/conftest.py", line 3'),
        (f"rootdir: {COPY}", "rootdir: ."),
        ("/private" + COPY + "/app/main.py:1", "app/main.py:1"),
        ("/scratch/tree/.pre-commit-config.yaml", ".pre-commit-config.yaml"),
        ("/scratch/0123456789ab/tree/app/main.py", "app/main.py"),
        ("/submission/app/main.py:3 in f", "app/main.py:3 in f"),
        ("/home/ann/days/day4-testing/app/x.py", "app/x.py"),
        ("GET /api/submissions/1 and /tree/x", "GET /api/submissions/1 and /tree/x"),
    ],
)
def test_a_path_of_a_copy_is_one_of_the_days_folder(text: str, read: str) -> None:
    assert own_paths(text, Path("/home/ann/days/day4-testing")) == read
