"""Where learner code may write, the trusted side acts through `LearnerFolder` and nowhere else.

A path is followed through the links that a backup script, an app or a suite has put there, as root
on a grader. So the harness and the exercises act on paths only in the functions that are listed
here, each with the reason why no learner code can have changed its paths.
"""

from pathlib import Path

import pytest

from checks.harness.app.border import HARNESS, SCRIPTS
from checks.tests.repository.file_accesses import FileAccess, file_accesses, scratch_paths
from checks.tests.support.repository import ROOT

OWN = "a folder that only the checker writes to"
TREE = "the tree under test, which learner code sees read-only"
FRESH = "a copy in which no learner code has run yet"
PROC = "the kernel's files"
PROBE = "the text of a probe, which runs on the learner's side"
DESCRIPTOR = "by descriptor, and no link is followed"
ALLOWED = {
    "app/cpu_wait.py": PROC,
    "app/disk_watch.py": "folders of the checker's own, opened to ask for their free space",
    "app/double_sockets.py": OWN,
    "app/environment.py:_make_scratch": OWN,
    "app/environment.py:AppEnvironment.close": DESCRIPTOR,
    "app/imported_packages.py": TREE,
    "app/learner_tree.py": TREE,
    "app/memory_usage.py": PROC,
    "app/mypy_cache.py": "only uncontained, where learner code is this user's own",
    "app/oom_watch.py": PROC,
    "app/resource_limits.py:exceeds_disk_limit": DESCRIPTOR,
    "app/resource_limits.py:_unlinked_bytes": PROC,
    "app/schema_hash.py": TREE,
    "app/scratch_copy.py:copy_tree": FRESH,
    "app/scratch_copy.py:_ignored_names": TREE,
    "app/scratch_copy.py:ScratchCopy.write": FRESH,
    "app/scratch_copy.py:ScratchCopy._chown_to_sandbox": FRESH,
    "app/tmpfs.py:_is_single_threaded": PROC,
    "app/tmpfs.py:_unshare_mounts": PROC,
    "app/tmpfs.py:mount": "the folder itself, which learner code cannot replace",
    "app/tmpfs.py:usage": "the folder itself, which learner code cannot replace",
    "app/tmpfs.py:remove": DESCRIPTOR,
    "artefacts/build_context.py:context_files": OWN,
    "artefacts/deployment.py:deployment": TREE,
    "artefacts/docker_engine.py:engine": TREE,
    "artefacts/dockerfile.py:Dockerfile.script_at": TREE,
    "artefacts/dockerfile_user.py:_is_written_as_root": TREE,
    "artefacts/nginx.py:_parse": TREE,
    "artefacts/repository_reading.py": TREE,
    "artefacts/deployment.py:Deployment.status": "a request, and no file",
    "artefacts/yaml_schema.py": OWN,
    "doubles/celery_worker.py:parent_pids": PROC,
    "external_server/row_backup.py": OWN,
    "external_server/row_swap.py": OWN,
    "fixtures/collected_session.py:serve": OWN,
    "fixtures/environments.py:tree_of": "what a person has named on the command line",
    "fixtures/sharding.py:wait_for_start": OWN,
    "probes/migrated_rows.py": PROBE,
    "reporting/learner_code.py:code_lines": TREE,
    "reporting/record.py": OWN,
    "suites/bytecode.py:replace_source": FRESH,
    "suites/canary_runs.py:CanaryRuns.run": OWN,
    "suites/contained_mypy_cache.py:_made_by_mypy": FRESH,
    "suites/contained_mypy_cache.py:_is_folder": OWN,
    "suites/contained_mypy_cache.py:_keep": OWN,
    "suites/contained_mypy_cache.py:_copy": FRESH,
    "suites/disguise.py:disguise": FRESH,
    "suites/drawn_commits.py:_module": TREE,
    "suites/coverage_settings.py": TREE,
    "suites/drawn_places.py": TREE,
    "suites/mypy_settings.py": TREE,
    "suites/planted_files.py:PlantedFiles.add_new": TREE,
    "suites/reference_day.py": TREE,
    "suites/suite_runner.py:SuiteRunner.__init__": OWN,
    "suites/suite_runner.py:SuiteRunner._copy": OWN,
    "suites/suite_runner.py:SuiteRunner.variant": FRESH,
    "suites/variants.py:read_variants": OWN,
    "test_7_2_compose.py": TREE,
}
"""A file of the harness or an exercise, or one function of it."""
SCRATCH_PATHS = {
    "app/border.py": "the source of a mount",
    "app/process.py": "the name of a socket, which LearnerFolder removes and connects to",
}
INSIDE = {*SCRIPTS.values(), "app/port_relay.py"}
"""These run on the learner's side of the border."""


def sources() -> dict[str, str]:
    """The text of each file of the harness and each exercise on the trusted side, by its name."""
    exercises = {path.name: path for path in ROOT.glob("solutions/*/exercises/*.py")}
    harness = {path.relative_to(HARNESS).as_posix(): path for path in HARNESS.rglob("*.py")}
    files: dict[str, Path] = {**harness, **exercises}
    return {name: path.read_text("utf-8") for name, path in files.items() if name not in INSIDE}


def place_of(name: str, access: FileAccess) -> str:
    """The entry of `ALLOWED` that an access would need: its file's, or its function's."""
    return name if name in ALLOWED else f"{name}:{access.function}"


def test_no_other_function_acts_on_a_path() -> None:
    found = {
        place_of(name, access): f"{name}:{access.line} {access.call}"
        for name, source in sources().items()
        for access in file_accesses(source)
    }

    others = [text for place, text in found.items() if place not in ALLOWED]
    assert others == [], "act through SharedFolder or LearnerFolder, or say why this path is safe"
    assert sorted(ALLOWED.keys() - found) == [], "these act on no path any more"


def test_no_other_file_makes_a_path_below_the_scratch_folder() -> None:
    found = {name for name, source in sources().items() if scratch_paths(source)}

    assert found == SCRATCH_PATHS.keys()


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("file.write_bytes(b'')", ["file.write_bytes"]),
        ("(border.scratch / 'x').unlink(missing_ok=True)", ["(border.scratch / 'x').unlink"]),
        ("folder.mkdir(); folder.chmod(0o777)", ["folder.mkdir", "folder.chmod"]),
        ("file.read_bytes()[: file.stat().st_size]", ["file.read_bytes", "file.stat"]),
        ("with open('x') as stream: stream.read()", ["open"]),
        ("path.open('w')", ["path.open"]),
        ("os.chmod('x', 0)", ["os.chmod"]),
        ("os.path.exists('x')", ["os.path.exists"]),
        ("shutil.copytree('x', 'y')", ["shutil.copytree"]),
        ("listener.bind(str(path))", ["listener.bind"]),
        ("file.rename(other)", ["file.rename"]),
        ("folder.is_file('a.dump') and folder.read_bytes('a.dump')", []),
        ("files.write_bytes('a', b'', 0o644)", []),
        ("text.replace('a', 'b')", []),
        ("names.remove('a'); os.getpid()", []),
        ("import os as o; o.unlink('x')", ["o.unlink"]),
        ("from os import unlink as gone; gone('x')", ["gone"]),
        ("from os import path; path.exists('x')", ["path.exists"]),
        ("from shutil import rmtree; rmtree('x')", ["rmtree"]),
        ("import pathlib; pathlib.Path.unlink(file)", ["pathlib.Path.unlink"]),
        ("from pathlib import Path as P; P.replace(a, b)", ["P.replace"]),
        ("import io; io.open('x')", ["io.open"]),
        ("from zipfile import ZipFile; ZipFile('x', 'w')", ["ZipFile"]),
        ("import sqlite3; sqlite3.connect('x')", ["sqlite3.connect"]),
        ("act = os.unlink; act('x')", ["os.unlink"]),
        ("for each in map(Path.unlink, files): pass", ["Path.unlink"]),
        ("stack.callback(file.unlink)", ["file.unlink"]),
        ("act = open; act('x')", ["open"]),
        ("getattr(os, 'unlink')('x')", ["getattr"]),
        ("file.touch(); file.symlink_to('x')", ["file.touch", "file.symlink_to"]),
        ("file.copy_into(folder); file.move_into(folder)", ["file.copy_into", "file.move_into"]),
        ("known = names.copy(); getattr(test, 'name')", []),
    ],
)
def test_an_access_to_a_file_is_recognised(source: str, calls: list[str]) -> None:
    assert [access.call for access in file_accesses(source)] == calls


def test_an_access_has_the_function_around_it() -> None:
    source = "class A:\n    def f(self):\n        def g():\n            open('x')\n"

    assert file_accesses(source) == [FileAccess("A.f.g", "open", 4)]


def test_a_path_below_the_scratch_folder_is_recognised() -> None:
    lines = (
        "folder = commands.border.scratch / 'metrics'",
        "file = self.scratch.joinpath('metrics')",
        "other = Path(border.scratch, 'metrics')",
        "mine = tree / 'scratch'",
        "whole = Path(border.scratch)",
    )

    assert [access.line for access in scratch_paths("\n".join(lines))] == [1, 2, 3]
