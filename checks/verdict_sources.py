"""What a verdict is made by: the rooms that decide it, and the plugin that pytest is given.

Three rooms ask which files of the checker decide a verdict: `zygote` (is it stale?), `grade` (is a
cell's key still the same?) and `authoring` (does a proof still hold?). `runner` and `zygote` name
the plugin, which stands above them, to the process that loads it.
"""

from pathlib import Path, PurePosixPath

PACKAGE = Path(__file__).parent
DECIDING_ROOMS = (
    *("harness", "runner", "results", "services", "zygote", "sandbox", "course", "workspace"),
    *("messages", "errors.py", "files.py", "programs.py", "verdict_sources.py"),
)
"""The plugin, the runner and all that they import; the other rooms show, pack or write."""
PYTEST_PLUGIN = "checks.harness.plugin"
PYTEST_SETTINGS = PACKAGE / "harness" / "pytest.ini"


def decides_verdict(name: PurePosixPath) -> bool:
    """Whether a verdict depends on this file of the package."""
    return name.parts[0] in DECIDING_ROOMS
