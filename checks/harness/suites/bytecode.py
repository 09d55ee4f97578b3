"""An app without its source: each module of a folder becomes bytecode that names no file.

`inspect.getsource`, `linecache` and a search through the files then find no text of the program.
"""

import functools
import importlib.util
import marshal
from pathlib import Path


def replace_source(folder: Path) -> None:
    """Turn each `x.py` below the folder into `x.pyc`, which Python imports in its place."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder.parent).as_posix()
        path.with_suffix(".pyc").write_bytes(_bytecode(path.read_text(encoding="utf-8"), name))
        path.unlink()


@functools.lru_cache(maxsize=256)
def _bytecode(source: str, name: str) -> bytes:
    """A .pyc file, unchecked by its hash (PEP 552): there is no source to compare it with."""
    code = compile(source, f"<{name}>", "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(code)
