"""What the attacks aim at: a server, a process, files and sockets of the checker's side."""

import secrets
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from checks.grade.attacks.attack import Surroundings
from checks.harness.app.double_sockets import bind_socket
from checks.sandbox import bubblewrap
from checks.sandbox.tree_removal import remove_tree
from checks.services.data_directory import SHARED_MEMORY
from checks.services.temporary_folders import temporary_folder

VICTIM = b"a file of the checker\n" * 64


def surroundings(folder: Path, stack: ExitStack) -> Surroundings:
    """Make all of it in the folder, which is empty; it ends with the stack."""
    folder.chmod(0o755)
    around = Surroundings(folder, {})
    for name, mode in (("scratch", 0o777), ("room", 0o777), ("sockets", 0o711), ("tree", 0o755)):
        (folder / name).mkdir()
        (folder / name).chmod(mode)
    (around.outside / ".ssh").mkdir(parents=True)
    (around.outside / ".ssh" / "id_ed25519").write_text("a key\n")
    (around.outside / "victim").write_bytes(VICTIM)
    stack.enter_context(bind_socket(around.sockets / "double.sock")).listen()
    stack.enter_context(bind_socket(around.outside / "server.sock")).listen()
    stack.callback(remove_tree, around.scratch)
    around.variables.update(
        PORT=str(_port(stack)),
        PID=str(_process(stack)),
        ABSTRACT=_abstract_socket(stack),
        SHARED_MEMORY=str(_shared_file(stack)),
        WORKBOOK=str(bubblewrap.PACKAGE.parent),
        OUTSIDE=str(around.outside),
        SOCKETS=str(around.sockets),
        SCRATCH=bubblewrap.SCRATCH_MOUNT,
        TREE=bubblewrap.TREE_MOUNT,
    )
    return around


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """The permissions of everything below a folder, with the bytes of the plain files."""
    return {
        str(path): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


def _port(stack: ExitStack) -> int:
    port: int = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
    return port


def _process(stack: ExitStack) -> int:
    """The pid of a process with a secret in its environment."""
    process = subprocess.Popen(
        ["/bin/sleep", "600"], stdin=subprocess.DEVNULL, env={"EVENTURE_ATTACKED": "secret"}
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process.pid


def _abstract_socket(stack: ExitStack) -> str:
    """The name of an abstract socket; without one (macOS) there is no sandbox either."""
    name = f"eventure-attacked-{secrets.token_hex(8)}"
    listener = stack.enter_context(socket.socket(socket.AF_UNIX))
    if sys.platform == "linux":
        listener.bind(f"\0{name}")
        listener.listen()
    return name


def _shared_file(stack: ExitStack) -> Path:
    """A file in the shared memory of this machine; a killed doctor's is swept at the next start."""
    if not SHARED_MEMORY.is_dir():
        return SHARED_MEMORY / "nothing"
    folder = stack.enter_context(temporary_folder("attacked", SHARED_MEMORY))
    folder.chmod(0o755)  # only the sandbox keeps it from whoever knows the path
    (folder / "file").touch(0o644)
    return folder / "file"
