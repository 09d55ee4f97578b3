"""A folder that a test and the learner's commands share."""

import subprocess
from pathlib import Path

from checks.harness.app.border import Border
from checks.harness.app.shared_folder import SharedFolder
from checks.harness.doubles.postgres_programs import OUTDATED_PG_DUMP, RECORDING, recorded_calls


def test_both_sides_see_the_same_files(tmp_path: Path) -> None:
    folder = SharedFolder(Border(tree=tmp_path, scratch=tmp_path))

    Path(folder.inside("a.dump")).write_text("a")

    assert folder.names() == ["a.dump"]
    assert folder.read_bytes("a.dump") == b"a"


def test_a_program_in_it_comes_before_the_real_one_and_is_no_file_of_its(tmp_path: Path) -> None:
    folder = SharedFolder(Border(tree=tmp_path, scratch=tmp_path))

    path = folder.search_path(pg_dump=OUTDATED_PG_DUMP)

    done = subprocess.run(["pg_dump"], env={"PATH": path}, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"server version mismatch" in done.stderr
    assert folder.names() == []


def test_a_recording_program_writes_down_its_arguments_and_calls_the_real_one(
    tmp_path: Path,
) -> None:
    folder = SharedFolder(Border(tree=tmp_path, scratch=tmp_path))

    path = folder.search_path(echo=RECORDING)
    assert recorded_calls(folder) == ""

    done = subprocess.run(["echo", "a b"], env={"PATH": path}, capture_output=True, check=True)
    assert done.stdout == b"a b\n"
    assert recorded_calls(folder).endswith("/echo a b\n")


def test_a_folder_of_the_session_keeps_its_files(tmp_path: Path) -> None:
    border = Border(tree=tmp_path, scratch=tmp_path)
    folder = Path(SharedFolder(border, "metrics").inside())
    (folder / "count").write_text("1")

    assert Path(SharedFolder(border, "metrics").inside()) == folder
    assert (folder / "count").read_text() == "1"
    assert folder.stat().st_mode & 0o777 == 0o777
