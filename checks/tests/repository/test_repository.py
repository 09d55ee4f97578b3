"""What holds of the repository's own files: pinned workflows, no package index, no stray hosts."""

import json
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from checks.course.course import find_root

ROOT = find_root(Path(__file__))
LOCKS = tuple(
    ROOT / folder / "requirements.lock"
    for folder in (
        "",
        "notebooks",
        "notebooks/lab",
        "checks/site/browser",
        "checks/site/zensical",
        "checks/site/pyodide",
    )
)
# The browser loads packages that the first `make` installs too, built for WebAssembly.
OWN_LOCKS = LOCKS[1:-1]
NPM_LOCKS = tuple(
    ROOT / folder / "package-lock.json"
    for folder in ("checks/bench/redocly", "checks/site/pyodide")
)
# Each has an environment of its own, so it may have other versions.
SEPARATE_LOCKS = tuple(
    ROOT / "checks/bench" / name / "requirements.lock"
    for name in ("openapi_client", "other_graders")
)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# Assembled, so that this file does not hold what it looks for.
INDEX_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "registry." + "npmjs")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestWorkflows:
    def test_every_action_is_pinned_to_a_version(self, path: Path) -> None:
        used = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))

        pinned = re.compile(r"@(v\d+\.\d+\.\d+|[0-9a-f]{40})$")
        assert [action for action in used if not pinned.search(action)] == []

    def test_permissions_and_time_are_limited(self, path: Path) -> None:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))

        assert set(workflow["permissions"]) == {"contents"}
        assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def tracked() -> list[Path]:
    """The repository's files as git lists them; the folder's, where there is no git."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
        return [ROOT / name for name in done.stdout.split("\0") if name]
    folders = (".github", "checks", "docs", "solutions", "days")
    return [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]


def test_no_file_names_a_package_index() -> None:
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.is_file() and any(host.encode() in path.read_bytes() for host in INDEX_HOSTS)
    ]

    assert guilty == [], "a lock or a config that names an index works for its author only"


@pytest.mark.parametrize("path", LOCKS + SEPARATE_LOCKS, ids=lambda path: path.parent.name)
def test_the_lock_names_no_place_of_the_machine_that_wrote_it(path: Path) -> None:
    lock = path.read_text(encoding="utf-8")

    options = [line for line in lock.splitlines() if line.startswith("-")]
    assert options == [], "run `make lock`"


@pytest.mark.parametrize("path", LOCKS[1:], ids=lambda path: path.parent.name)
def test_two_locks_name_what_they_share_in_one_version(path: Path) -> None:
    ours, theirs = (dict(entry.split("==") for entry in _pins(lock)) for lock in (LOCKS[0], path))

    assert {name: ours[name] for name in ours.keys() & theirs.keys()} == {
        name: theirs[name] for name in ours.keys() & theirs.keys()
    }, "run `make lock`"


@pytest.mark.parametrize("path", OWN_LOCKS, ids=lambda path: path.parent.name)
def test_the_first_make_installs_nothing_that_only_another_command_needs(path: Path) -> None:
    requirements_in = path.with_suffix(".in").read_text(encoding="utf-8")

    names = re.findall(r"^[a-z][a-z-]*", requirements_in, flags=re.MULTILINE)
    installed = {entry.partition("==")[0] for entry in _pins(LOCKS[0])}
    assert names
    assert installed.isdisjoint(names)


@pytest.mark.parametrize("path", LOCKS + SEPARATE_LOCKS, ids=lambda path: path.parent.name)
def test_every_locked_package_has_a_hash(path: Path) -> None:
    lock = path.read_text(encoding="utf-8")

    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", lock, flags=re.MULTILINE))
    bare = [entry.split()[0] for entry in entries if "==" in entry and "--hash" not in entry]
    assert bare == []


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_every_package_of_npm_has_a_hash(lock: Path) -> None:
    """And no address: `npm ci` takes the registry that is configured where it runs."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]

    installed = {name: each for name, each in packages.items() if name}
    assert installed
    assert [name for name, each in installed.items() if "integrity" not in each] == []
    assert [name for name, each in installed.items() if "resolved" in each] == []


def test_an_extra_that_a_package_asks_for_is_locked_with_the_package() -> None:
    """Else pip 23.2 looks for the newest release, finds no hash for it here, and gives up.

    Source: pip's issues 9644 and 12345.
    """
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    locked = {(pin := Requirement(entry)).name: pin.extras for entry in _entries(lock)}
    requested = [
        requirement
        for name in locked
        for requirement in _requirements(name)
        if requirement.extras and requirement.name in locked
    ]
    assert [str(r) for r in requested if not r.extras <= locked[r.name]] == [], "run `make lock`"


def _entries(lock: str) -> list[str]:
    """The pins of a lock, without their hashes and markers."""
    return re.findall(r"^([a-z0-9][^\s;]*==[^\s;]+)", lock, flags=re.MULTILINE)


def _pins(lock: Path) -> list[str]:
    """Name and version of each, without extras."""
    return [re.sub(r"\[.*\]", "", entry) for entry in _entries(lock.read_text(encoding="utf-8"))]


def _requirements(name: str) -> list[Requirement]:
    """What an installed package asks for without an extra of its own; [] for one not installed."""
    try:
        requirements = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:
        return []
    return [r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]
