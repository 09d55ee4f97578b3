"""What a verdict is made by: the rooms that decide it, and the plugin that pytest is given.

Three rooms ask which files of the checker count: `zygote` (is it stale?), `grade` (is a
cell's key still the same?) and `authoring` (does a proof still hold?). `runner` and `zygote` name
the plugin, which stands above them, to the process that loads it.
"""

from pathlib import Path, PurePosixPath

PACKAGE = Path(__file__).parent
DECIDING_ROOMS = (
    *("harness", "runner", "results", "services", "zygote", "sandbox", "course", "workspace"),
    *("errors.py", "files.py", "programs.py", "verdict_sources.py"),
)
"""The plugin, the runner and all that they import; the other rooms show, pack or write."""
TEXT_ROOMS = ("messages",)
"""Loaded with the plugin, for what it prints: no verdict depends on them."""
PYTEST_PLUGIN = "checks.harness.plugin"
PYTEST_SETTINGS = PACKAGE / "harness" / "pytest.ini"


def decides_verdict(name: PurePosixPath) -> bool:
    """Whether a verdict depends on this file of the package."""
    return name.parts[0] in DECIDING_ROOMS


def is_loaded(name: PurePosixPath) -> bool:
    """Whether a process of a run may have this file of the package in memory."""
    return name.parts[0] in DECIDING_ROOMS + TEXT_ROOMS
