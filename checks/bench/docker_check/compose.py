"""The Composes of this machine, and commands as each of them takes them.

`docker compose` is the plugin, version 2 or newer; `docker-compose` is 1.29.2, which Debian 12 has.
"""

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from checks.bench.docker_check.commands import Shell

PLUGIN, STANDALONE = ("docker", "compose"), ("docker-compose",)
NO_PLUGIN = (
    "no `docker compose`: Debian 12 has no package, Debian 13's docker-compose is 2.26;"
    " elsewhere docker-compose-plugin"
)
NO_STANDALONE = "no docker-compose 1.29.2: Debian 12's package docker-compose has it"
NEITHER = (
    "Neither `docker compose` nor `docker-compose` is installed:"
    " apt-get install docker-compose, then run it again."
)
# The day's script takes the plugin where it answers: for 1.29.2 it must not.
WITHOUT_PLUGIN = '#!/bin/sh\n[ "$1" = compose ] && exit 1\nexec {docker} "$@"\n'


@dataclass(frozen=True)
class Compose:
    """One Compose: the words that begin a command, its version, and a shell that has no other."""

    words: tuple[str, ...]
    version: str
    shell: Shell

    @property
    def name(self) -> str:
        return f"Compose {self.version}"

    def command(self, text: str) -> str:
        """A command line that is written for the plugin, as this Compose takes it.

        1.29.2 is another program, and does not know --wait.
        """
        if self.words == PLUGIN:
            return text
        return text.replace(" ".join(PLUGIN), STANDALONE[0]).replace(" --wait", "")


def plugin(shell: Shell) -> Compose | None:
    """The plugin; None without one."""
    outcome = shell.run(*PLUGIN, "version", "--short")
    return Compose(PLUGIN, outcome.output.strip(), shell) if outcome.status == 0 else None


def standalone(shell: Shell, scratch: Path) -> Compose | None:
    """docker-compose 1; None without one. Version 2 under the old name is the plugin again."""
    outcome = shell.run(*STANDALONE, "version", "--short")
    if outcome.status or not outcome.output.startswith("1."):
        return None
    path = shell.environment.get("PATH", "")
    docker = scratch / "without-plugin" / "docker"
    docker.parent.mkdir(exist_ok=True)
    real = shlex.quote(shutil.which("docker", path=path) or "docker")
    docker.write_text(WITHOUT_PLUGIN.format(docker=real), encoding="utf-8")
    docker.chmod(0o755)
    return Compose(
        STANDALONE,
        outcome.output.strip(),
        shell.with_variables({"PATH": f"{docker.parent}:{path}"}),
    )
