"""The filter of system calls: memory of nobody and a namespace of one's own are refused."""

import platform
import socket

import pytest

from checks.sandbox import bubblewrap, seccomp
from checks.tests.support.sandboxed import Sandboxed

pytestmark = pytest.mark.skipif(
    bubblewrap.probe().kind == "none", reason="this machine cannot contain a process"
)


@pytest.mark.skipif(not seccomp.program(platform.machine()), reason="no filter for this machine")
class TestRefusedCalls:
    @pytest.mark.parametrize(
        "call",
        ["shmget(0, 4096, 0o1600)", "memfd_create(b'x', 0)", "unshare(0x10000000)"],
    )
    def test_memory_of_nobody_is_not_to_be_had(self, sandboxed: Sandboxed, call: str) -> None:
        source = f"""
import ctypes
c = ctypes.CDLL(None, use_errno=True)
print(json.dumps([c.{call}, ctypes.get_errno()]))
"""
        assert sandboxed.result(source) == [-1, 1]

    def test_a_new_process_gets_no_namespace_of_its_own(self, sandboxed: Sandboxed) -> None:
        number = seccomp.ARCHITECTURES[platform.machine()].clone
        source = f"""
import ctypes
c = ctypes.CDLL(None, use_errno=True)
print(json.dumps([c.syscall({number}, 0x10000011, 0, 0, 0, 0), ctypes.get_errno()]))
"""
        assert sandboxed.result(source) == [-1, 1]

    def test_a_socket_has_a_family_that_the_network_namespace_closes(
        self, sandboxed: Sandboxed
    ) -> None:
        source = """
import socket
opened = set()
for family in range(46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try: socket.socket(family, kind).close()
        except OSError: continue
        opened.add(family)
print(json.dumps(sorted(opened)))
"""
        opened = sandboxed.result(source)

        assert {socket.AF_UNIX, socket.AF_INET} <= set(opened) <= set(seccomp.SOCKET_FAMILIES)

    def test_threads_and_children_are(self, sandboxed: Sandboxed) -> None:
        source = """
import subprocess, threading
thread = threading.Thread(target=subprocess.run, args=(["/bin/true"],))
thread.start(); thread.join(); print('true')
"""
        assert sandboxed.result(source) is True

    def test_a_machine_that_is_unknown_has_no_filter(self) -> None:
        assert seccomp.program("pdp11") == b""
