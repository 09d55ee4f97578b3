"""Borders for tests: a tree with one module, and a folder to write to."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from checks.harness.app.border import Border
from checks.harness.app.sandbox_zygote import SandboxZygote
from checks.sandbox import bubblewrap
from checks.sandbox.tree_removal import remove_tree

OPEN, OWN_SANDBOX, COMMON_SANDBOX = "open", "own sandbox", "common sandbox"
needs_sandbox = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)
_CONTAINED = [pytest.param(kind, marks=needs_sandbox) for kind in (OWN_SANDBOX, COMMON_SANDBOX)]
every_kind = pytest.mark.parametrize("kind", [OPEN, *_CONTAINED])
each_contained_kind = pytest.mark.parametrize("kind", _CONTAINED)


@contextmanager
def make_border(kind: str, source: str = "") -> Iterator[Border]:
    """A border around the source of `app.main`.

    Contained, each process has a sandbox of its own, or Python processes have one in common.
    """
    with TemporaryDirectory(prefix="eventure-border-", dir="/tmp") as name, ExitStack() as stack:
        tree, scratch = Path(name, "tree"), Path(name, "scratch")
        stack.callback(remove_tree, scratch)
        (tree / "app").mkdir(parents=True)
        scratch.mkdir()
        (tree / "app/main.py").write_text(source)
        for path, mode in ((Path(name), 0o755), (scratch, 0o777)):
            path.chmod(mode)
        zygote = SandboxZygote() if kind == COMMON_SANDBOX else None
        if zygote is not None:
            stack.callback(zygote.close)
        yield Border(tree, scratch, contained=kind != OPEN, zygote=zygote)
