"""The images that the day's files start from: present, pulled, or made from Debian's packages.

A stand-in has the file's name and Debian's version: it runs the same commands, and is named as a
stand-in in the table. Without a registry there is no other way to run the day's files unchanged.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from checks.bench.docker_check.commands import Shell
from checks.bench.docker_check.engine import cache_folder, missing_program
from checks.bench.docker_check.host_network import SYSTEM_PROGRAMS
from checks.bench.docker_check.made_images import RunLabel
from checks.errors import CourseError
from checks.services.temporary_folders import temporary_folder

STAND_INS = Path(__file__).parent / "images"
DEBIAN, SUITE = "eventure-check-debian", "bookworm"
LABEL = "eventure.stand-in"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
FILES = ("Dockerfile", "docker-compose.yml", "docker-compose.prod.yml")
PULL_TIMEOUT, BUILD_TIMEOUT = 300.0, 900.0
_NAME = re.compile(r"^(?:FROM|\s+image:)\s+([\w./-]+:[\w.-]+)", re.MULTILINE)


def named_images(texts: Sequence[str]) -> tuple[str, ...]:
    """The images with a tag that a Dockerfile and Compose files start from, each once, in order.

    An image without a tag is the day's own, or a stage of the Dockerfile.
    """
    return tuple(dict.fromkeys(name for text in texts for name in _NAME.findall(text)))


def images_of(folder: Path) -> tuple[str, ...]:
    """The images that the files of a day's folder name."""
    return named_images([(folder / name).read_text(encoding="utf-8") for name in FILES])


def stand_in(image: str) -> Path:
    """The Dockerfile of an image's stand-in. Raises CourseError for an image that has none."""
    file = STAND_INS / f"{image.partition(':')[0].rpartition('/')[2]}.Dockerfile"
    if not file.exists():
        raise CourseError(
            f"{image} cannot be pulled and has no stand-in: write {file.name} into {STAND_INS}"
        )
    return file


def base_images(shell: Shell, images: Sequence[str], label: RunLabel | None) -> tuple[str, ...]:
    """Have the images, each under its name; what each of them is, in a few words.

    A stand-in carries the label of the run that removes it; without one it is kept.
    """
    return tuple(_provide(shell, image, label) for image in images)


def is_there(shell: Shell, image: str) -> bool:
    """Whether the engine has the image. Raises CourseError where the engine does not say so.

    A stand-in would take the name from an image that is there.
    """
    outcome = shell.run("docker", "image", "inspect", image)
    if outcome.status and "no such" not in outcome.output.lower():
        raise CourseError(f"the engine does not say whether it has {image}: {outcome.last_line}")
    return outcome.status == 0


def _provide(shell: Shell, image: str, made_by: RunLabel | None) -> str:
    if not is_there(shell, image):
        if shell.run("docker", "pull", image, timeout=PULL_TIMEOUT).status == 0:
            return f"{image} pulled, and kept"
        _build(shell, image, made_by)
    form = f'{{{{ index .Config.Labels "{LABEL}" }}}}'
    label = shell.must("docker", "image", "inspect", "--format", form, image).strip()
    return f"{image} is {label}" if label else f"{image} was there"


def _build(shell: Shell, image: str, made_by: RunLabel | None) -> None:
    """Build the stand-in. Raises CourseError when Debian's packages cannot be had."""
    file = stand_in(image)
    if not is_there(shell, DEBIAN):
        _import_debian(shell, made_by)
    labels = ["--label", str(made_by)] if made_by else []
    argv = ["docker", "build", *labels, "--tag", image, "--file", str(file), str(STAND_INS)]
    shell.must(*argv, timeout=BUILD_TIMEOUT)


def _import_debian(shell: Shell, made_by: RunLabel | None) -> None:
    """Debian's smallest system as an image, by debootstrap. Needs root."""
    if reason := missing_program("debootstrap", "debootstrap", use="base images are made with it"):
        raise CourseError(reason)
    cache_folder().mkdir(parents=True, exist_ok=True)
    path = f"{shell.environment.get('PATH', '')}:{SYSTEM_PROGRAMS}"
    builder = shell.with_variables({"PATH": path})
    with temporary_folder("debian", cache_folder()) as root:
        options = ("--variant=minbase", "--include=ca-certificates")
        builder.must("debootstrap", *options, SUITE, str(root), timeout=BUILD_TIMEOUT)
        if CERTIFICATES.exists():  # a company's proxy signs with its own
            shutil.copyfile(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        change = f'--change "LABEL {made_by}"' if made_by else ""
        pipe = f'tar --create --directory "$1" . | docker import {change} - {DEBIAN}'
        shell.must("bash", "-o", "pipefail", "-c", pipe, "import", str(root), timeout=BUILD_TIMEOUT)
