"""What a killed run has left on an engine is removed; what somebody uses is not."""

from pathlib import Path

import pytest

from checks.harness.artefacts.stale_deployments import PREFIX, remove_stale_deployments
from checks.services.temporary_folders import has_owner, make_folder, release, temporary_folder

STALE, USED = f"{PREFIX}0123abcd", f"{PREFIX}4567cdef"


class FakeDocker:
    """Lists projects with their folders, and one thing of each kind; records what it removes."""

    def __init__(self, projects: dict[str, Path]) -> None:
        self.projects = projects
        self.removed: list[tuple[str, ...]] = []

    def __call__(self, *arguments: str) -> str:
        if "--format" in arguments:
            return "".join(f"{name}\t{folder}\n" for name, folder in self.projects.items())
        if "--quiet" in arguments:
            return f"{arguments[0]}-of-{arguments[-1].rpartition('=')[2]}\n"
        self.removed.append(arguments)
        return ""


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A folder as a killed run leaves it: there, and nobody holds its lock."""
    folder = make_folder("deployed", tmp_path)
    release(folder)
    return folder


def test_a_killed_runs_containers_go_first_and_then_its_volumes_and_networks(left: Path) -> None:
    docker = FakeDocker({STALE: left / "tree"})

    assert remove_stale_deployments(docker) == [STALE]

    assert docker.removed == [
        ("rm", "--force", "--volumes", f"ps-of-{STALE}"),
        ("volume", "rm", "--force", f"volume-of-{STALE}"),
        ("network", "rm", f"network-of-{STALE}"),
    ]


def test_a_folder_that_was_swept_away_has_no_owner_either(tmp_path: Path) -> None:
    docker = FakeDocker({STALE: tmp_path / "eventure-deployed-0a1b2c3d" / "tree"})

    assert remove_stale_deployments(docker) == [STALE]


def test_a_deployment_in_use_stays(tmp_path: Path) -> None:
    with temporary_folder("deployed", tmp_path) as folder:
        docker = FakeDocker({USED: folder / "tree"})

        assert remove_stale_deployments(docker) == []
        assert has_owner(folder)

    assert docker.removed == []


@pytest.mark.parametrize("name", ["eventure", f"{PREFIX}s", f"my-{STALE}"])
def test_a_project_of_another_name_stays(name: str, left: Path) -> None:
    docker = FakeDocker({name: left / "tree"})

    assert remove_stale_deployments(docker) == []
    assert docker.removed == []


def test_a_project_outside_a_temporary_folder_stays(tmp_path: Path) -> None:
    docker = FakeDocker({STALE: tmp_path / "workbook" / "tree"})

    assert remove_stale_deployments(docker) == []
