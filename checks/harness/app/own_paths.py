"""Paths as a learner reads them: relative to the day's folder, wherever a copy of it lies."""

import re
from pathlib import Path

from checks.sandbox.bubblewrap import SCRATCH_MOUNT, TREE_MOUNT
from checks.services.temporary_folders import PREFIX

_FOLDER = rf"(?:(?:/[\w.-]+)+/{PREFIX}workshop-[0-9a-f]+|{SCRATCH_MOUNT})"
_TREE = re.compile(
    rf"(?<![\w.-])(?:{_FOLDER}(?:/[0-9a-f]{{12}})?/tree|{TREE_MOUNT})(?:(/)(?=\w|\.\w)|/?(?![\w-]))"
)


def own_paths(text: str, tree: Path | None = None) -> str:
    """The text, with each path of `tree`, of a copy or of the sandbox as one of the day's folder.

    The folder of a copy is called `.`, as its owner would call it in a terminal there.
    """
    if tree is not None:
        text = text.replace(f"{tree}/", "")
    return _TREE.sub(lambda match: "" if match[1] else ".", text)
