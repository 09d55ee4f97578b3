"""A folder as data, to compare before and after."""

from pathlib import Path

TreeContents = dict[str, tuple[bytes, int] | None]


def tree_contents(root: Path) -> TreeContents:
    """Every path with its bytes and mode; None for a folder."""
    contents: TreeContents = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(".checks"):
            is_file = path.is_file()
            contents[name] = (path.read_bytes(), path.stat().st_mode & 0o7777) if is_file else None
    return contents
