"""The images that the day's files start from: present, pulled, or made from Debian's packages.

A stand-in has the file's name and Debian's version: it runs the same commands, and is named as a
stand-in in the table. Without a registry there is no other way to run the day's files unchanged.
"""

import contextlib
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from checks.bench.docker_check.commands import Shell
from checks.bench.docker_check.engine import SYSTEM_PROGRAMS, cache_folder, missing_program
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


@contextlib.contextmanager
def base_images(shell: Shell, images: Sequence[str], *, kept: bool) -> Iterator[tuple[str, ...]]:
    """The images, each under its name; what each of them is, in a few words.

    Every image that was not there before is removed after the block, also those that the block has
    built, unless they are to be kept.
    """
    before = image_ids(shell)
    try:
        yield tuple(_provide(shell, image) for image in images)
    finally:
        if not kept and (added := image_ids(shell) - before):
            shell.run("docker", "rmi", "--force", *sorted(added))


def image_ids(shell: Shell) -> set[str]:
    """The ids of all images, without names too."""
    return set(shell.run("docker", "images", "--all", "--quiet", "--no-trunc").output.split())


def _is_there(shell: Shell, image: str) -> bool:
    return shell.run("docker", "image", "inspect", image).status == 0


def _provide(shell: Shell, image: str) -> str:
    if not _is_there(shell, image):
        if shell.run("docker", "pull", image, timeout=PULL_TIMEOUT).status == 0:
            return f"{image} pulled"
        _build(shell, image)
    form = f'{{{{ index .Config.Labels "{LABEL}" }}}}'
    label = shell.must("docker", "image", "inspect", "--format", form, image).strip()
    return f"{image} is {label}" if label else f"{image} was there"


def _build(shell: Shell, image: str) -> None:
    """Build the stand-in. Raises CourseError when Debian's packages cannot be had."""
    file = stand_in(image)
    if not _is_there(shell, DEBIAN):
        _import_debian(shell)
    argv = ["docker", "build", "--tag", image, "--file", str(file), str(STAND_INS)]
    shell.must(*argv, timeout=BUILD_TIMEOUT)


def _import_debian(shell: Shell) -> None:
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
        pipe = f'tar --create --directory "$1" . | docker import - {DEBIAN}'
        shell.must("bash", "-o", "pipefail", "-c", pipe, "import", str(root), timeout=BUILD_TIMEOUT)
