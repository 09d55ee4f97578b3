"""The images that this run has made: each carries its label, and only these are removed."""

import contextlib
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from checks.bench.docker_check.commands import Outcome, Shell

KEY = "eventure.docker-check"
OVERLAY = """x-image: &image
  image: {image}
  build:
    labels: ["{label}"]

services:
  migrate: *image
  api: *image
  worker: *image
"""
"""Laid over a Compose file: the image has a name of its own, so a user's image keeps its name."""


@dataclass(frozen=True)
class RunLabel:
    """The label of one run, by which its images are found again."""

    value: str = field(default_factory=lambda: secrets.token_hex(8))

    def __str__(self) -> str:
        return f"{KEY}={self.value}"


@contextlib.contextmanager
def made_images_removed(shell: Shell, label: RunLabel) -> Iterator[None]:
    """After the block the images with the label are gone. An engine's error removes none."""
    try:
        yield
    finally:
        if reason := remove_made(shell, label):
            print(f"docker-check: {reason}", file=sys.stderr)


def remove_made(shell: Shell, label: RunLabel) -> str:
    """Remove the images with the label; "", or a sentence that says why some of them stay.

    An image goes after those that were made from it, so the rest is asked again.
    """
    listing = ("docker", "images", "--quiet", "--no-trunc", "--filter", f"label={label}")
    before: set[str] = set()
    while True:
        found = shell.run(*listing)
        if found.status:
            return _they_stay(label, found)
        if not (made := set(found.output.split())):
            return ""
        removed = shell.run("docker", "rmi", "--force", *sorted(made))
        if made == before:
            return _they_stay(label, removed)
        before = made


def _they_stay(label: RunLabel, outcome: Outcome) -> str:
    remedy = f"`docker images --filter label={label}` shows them, `docker rmi` removes them"
    return f"images of this run stay ({outcome.last_line}): {remedy}"
