"""Where a PostgreSQL service keeps its data: in a volume with a name, or in an anonymous one.

https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata
"""

import re
from pathlib import PurePosixPath

from checks.harness.artefacts.compose import Service

OFFICIAL = re.compile(r"(?:docker\.io/)?(?:library/)?postgres:(\d+)")
HOME = PurePosixPath("/var/lib/postgresql")
# Since this version the image declares HOME as its volume, and HOME/data before.
MOVED_IN = 18


def data_volume(service: Service) -> str:
    """The name of the volume that holds the data; "" when no named volume does."""
    if version := OFFICIAL.match(service.image):
        return _volume_of(service, int(version[1]))
    return _volume_of(service, MOVED_IN - 1) or _volume_of(service, MOVED_IN)


def _volume_of(service: Service, version: int) -> str:
    """The volume that is mounted deepest above the data, the image's anonymous one included."""
    declared = HOME if version >= MOVED_IN else HOME / "data"
    default = HOME / str(version) / "docker" if version >= MOVED_IN else declared
    data = PurePosixPath(service.environment.get("PGDATA") or default)
    volumes = {declared: ""}
    for mount in service.mounts:
        volumes[PurePosixPath(mount.target)] = mount.source if mount.kind == "volume" else ""
    above = [folder for folder in volumes if data.is_relative_to(folder)]
    return volumes[max(above, key=lambda folder: len(folder.parts))] if above else ""
