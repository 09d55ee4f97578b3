"""Whether the image that a Dockerfile describes has curl or wget."""

import posixpath
import re

from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.invocation import invocation

BUSYBOX = ("alpine", "busybox")
# Debian's image of Python has both programs, and neither where its tag says `slim` or `alpine`.
WITH_DOWNLOADERS = re.compile(r"(.*/)?python:(?!.*(slim|alpine)).*")
PACKAGE_MANAGERS = ("apt-get", "apt", "apk", "dnf", "microdnf", "yum", "tdnf", "zypper")


def has_program(dockerfile: Dockerfile, name: str) -> bool:
    """Whether it is installed, copied, or of the base: Alpine has wget."""
    base = dockerfile.chain[-1].base
    is_of_busybox = name == "wget" and any(word in base for word in BUSYBOX)
    copies = (each for stage in dockerfile.chain for each in stage.all("COPY", "ADD"))
    is_copied = any(posixpath.basename(path) == name for each in copies for path in each.paths)
    is_of_base = is_of_busybox or WITH_DOWNLOADERS.fullmatch(base) is not None
    return is_of_base or is_copied or _is_installed(dockerfile, name)


def _is_installed(dockerfile: Dockerfile, name: str) -> bool:
    """Whether a RUN of the final image has it installed, as in `apt-get install curl`."""
    started = (
        invocation(command.plain, {}).words
        for stage in dockerfile.chain
        for instruction in stage.all("RUN")
        for command in instruction.commands
    )
    return any("".join(words[:1]) in PACKAGE_MANAGERS and name in words[1:] for words in started)
