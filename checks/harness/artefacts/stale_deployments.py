"""Deployments that a killed run has left on the engine.

Their services restart by themselves, also after a reboot, and keep port 8000: whatever is started
next finds it taken. A deployment is a Compose project in a temporary folder; without an owner of
that folder it has none either.
"""

import re
from collections.abc import Callable
from pathlib import Path

from checks.services import temporary_folders

Docker = Callable[..., str]
"""Runs `docker` with these arguments; what it prints, "" where it fails."""

PREFIX = "eventurecheck"
PROJECT = re.compile(rf"{PREFIX}[0-9a-f]{{8}}")
LABEL, FOLDER_LABEL = "com.docker.compose.project", "com.docker.compose.project.working_dir"
FORMAT = f'{{{{.Label "{LABEL}"}}}}\t{{{{.Label "{FOLDER_LABEL}"}}}}'
KINDS = (
    (("ps", "--all", "--quiet"), ("rm", "--force", "--volumes")),
    (("volume", "ls", "--quiet"), ("volume", "rm", "--force")),
    (("network", "ls", "--quiet"), ("network", "rm")),
)
"""How each kind of thing is listed and removed; containers first, for they use the others."""


def remove_stale_deployments(docker: Docker) -> list[str]:
    """Remove every deployment without an owner; their projects' names."""
    lines = docker("ps", "--all", "--filter", f"label={LABEL}", "--format", FORMAT).splitlines()
    projects = dict(line.split("\t", 1) for line in lines if "\t" in line)
    stale = [name for name, folder in projects.items() if _is_stale(name, Path(folder).parent)]
    for name in stale:
        remove_project(docker, name)
    return stale


def _is_stale(project: str, folder: Path) -> bool:
    is_ours = PROJECT.fullmatch(project) and folder.name.startswith(temporary_folders.PREFIX)
    return bool(is_ours) and not temporary_folders.has_owner(folder)


def remove_project(docker: Docker, name: str) -> None:
    """Remove a project's containers, volumes and networks. Images stay."""
    for listing, removal in KINDS:
        found = docker(*listing, "--filter", f"label={LABEL}={name}").split()
        if found:
            docker(*removal, *found)
