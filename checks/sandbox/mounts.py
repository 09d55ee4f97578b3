"""What a contained process sees of the machine: bubblewrap's options that mount it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
TMP_SIZE = str(64 << 20)
SYSTEM_PATHS = ("/usr", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl", "/etc/localtime")
MERGED_USR = (
    ("usr/lib", "/lib"),
    ("usr/lib64", "/lib64"),
    ("usr/bin", "/bin"),
    ("usr/sbin", "/sbin"),
)


def system_mounts() -> Iterator[str]:
    yield from ("--size", TMP_SIZE, "--perms", "1777", "--tmpfs", "/tmp")  # noqa: S108
    yield from _parent_folders(SYSTEM_PATHS)  # bubblewrap's own are for root alone
    for path in SYSTEM_PATHS:
        if Path(path).exists():
            yield from ("--ro-bind", path, path)
    for target, link in MERGED_USR:
        if Path(link).is_symlink():
            yield from ("--symlink", target, link)
        elif Path(link).exists():
            yield from ("--ro-bind", link, link)


def python_mounts() -> Iterator[str]:
    """The interpreter and the virtual environment, without a workbook that lies inside them.

    Outer paths come first: a checkout below /usr is hidden, and the environment inside that
    checkout is mounted again.
    """
    mounted = [Path("/usr")]
    base = Path(sys.base_prefix)
    prefixes = {base, base.resolve(), Path(sys.prefix)} - set(mounted)
    hidden_paths = {PACKAGE, _checkout()} - {Path("/")}
    for path in sorted(prefixes | hidden_paths, key=lambda path: len(path.parts)):
        if path in prefixes:
            yield from _parent_folders([str(path)])
            yield from ("--ro-bind", str(path), str(path))
            mounted.append(path)
        elif any(path.is_relative_to(parents) for parents in mounted):
            yield from ("--size", "1048576", "--perms", "0755", "--tmpfs", str(path))


def _checkout() -> Path:
    """The checkout that holds this package; the package itself where it is installed."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").exists() else PACKAGE


def _parent_folders(paths: Sequence[str]) -> Iterator[str]:
    """Create every missing folder above the mounts, with mode 0755."""
    parents = {str(p) for path in paths for p in Path(path).parents}
    for folder in sorted(parents - {"/", "/usr", "/tmp"}):  # noqa: S108
        yield from ("--perms", "0755", "--dir", folder)


def bind_mounts(kind: str, mount_points: Mapping[Path, str]) -> Iterator[str]:
    yield from _parent_folders(list(mount_points.values()))
    for path, mount_point in mount_points.items():
        yield from (kind, str(path), mount_point)
