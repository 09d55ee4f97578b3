"""The zygote inside a sandbox: loads the packages on its command line, then forks on request.

This file runs on the learner's side of the border. It imports nothing of the checker but
`python_program.py`, which is mounted beside it, and never loads learner code. Standard input is the
control socket; its end is the end of the zygote. A request is one packet there, with four
descriptors: the program's status socket and its three standard files. What to run is a line of
JSON on the status socket.

Each request gets a supervisor, to which whatever the program leaves behind is reparented. The
program writes one byte to its status socket, whose credentials are its pid. When the program has
ended, or the other end of the status socket is shut, the supervisor kills all that is left, and
writes the exit status when nothing is. The status is information, never a verdict.
"""

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from checks.zygote import python_program
else:  # python -I does not look beside the script
    sys.path.insert(0, str(Path(__file__).parent))
    import python_program

    del sys.path[0]

# <linux/prctl.h>
PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
DESCRIPTORS = 4
FAILURE = 70  # EX_SOFTWARE: a request that cannot be understood


def main() -> None:
    """Load the packages, then fork a supervisor for each request."""
    control = socket.socket(fileno=0)
    python_program.preload(sys.argv[1:])
    # No process of the same user can read or change the zygote and its supervisors.
    set_process_attribute(PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, 1, DESCRIPTORS)
        if not packet:
            return
        if os.fork() == 0:
            try:
                control.detach()
                supervise(*descriptors)
            finally:
                os._exit(FAILURE)  # never back into the loop of the zygote
        for descriptor in descriptors:
            os.close(descriptor)


def supervise(status_descriptor: int, *files: int) -> NoReturn:
    """Run one program; end its whole family when it ends or when nobody waits for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    set_process_attribute(PR_SET_CHILD_SUBREAPER, 1)
    status_socket = socket.socket(fileno=status_descriptor)
    request = read_request(status_socket)
    program = os.fork()
    if program == 0:
        run_program(status_socket, request, files)
    for descriptor in (0, *files):
        os.close(descriptor)
    ended = os.pidfd_open(program)
    select.select([status_socket.fileno(), ended], [], [])
    status = end_family(program)
    with contextlib.suppress(OSError):
        status_socket.sendall(f"{status}\n".encode())
    os._exit(0)


def read_request(status_socket: socket.socket) -> python_program.ProgramRequest:
    """The line of JSON that says what to run. Raises ValueError."""
    message = b""
    while not message.endswith(b"\n") and (more := status_socket.recv(1 << 16)):
        message += more
    request: python_program.ProgramRequest = json.loads(message)
    return request


def run_program(
    status_socket: socket.socket,
    request: python_program.ProgramRequest,
    files: tuple[int, ...],
) -> NoReturn:
    """Become the program, in a session of its own."""
    status = FAILURE
    try:
        os.setsid()
        set_process_attribute(PR_SET_DUMPABLE, 1)
        status_socket.sendall(b".")
        status_socket.close()
        python_program.prepare(request, files)
        status = python_program.run(request["argv"])
        python_program.finish()
    finally:
        os._exit(status & 0xFF)


def end_family(program: int) -> int:
    """Kill every descendant and wait until none is left; the exit status of the program.

    Each death may hand its children to this process, so it looks again after each.
    """
    program_status = -signal.SIGKILL.value
    while True:
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            pid, status = os.waitpid(-1, 0)
        except ChildProcessError:
            return program_status
        if pid == program:
            program_status = os.waitstatus_to_exitcode(status)


def descendants(pid: int) -> Iterator[int]:
    """The processes below this one, at any depth."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, file.read_text().split()):
                yield child
                yield from descendants(child)


def set_process_attribute(attribute: int, value: int) -> None:
    """Call prctl. Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(attribute, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    main()
