"""Submissions that take the machine's resources, or outlive their run."""

from checks.tests.support.hostile.submission import Hostile, at_a_request

DAEMON = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True: time.sleep(60)
    os._exit(0)
os.wait()
"""
FORK_BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: break\n"
THREADS = """
import threading, time
def sleep():
    while True: time.sleep(60)
try:
    for _ in range(2000): threading.Thread(target=sleep).start()
except RuntimeError: pass
"""
RESOURCES: dict[str, Hostile] = {
    "fork bomb at import": Hostile(before=FORK_BOMB),
    "fork bomb at a request": at_a_request(FORK_BOMB),
    "2000 threads that outlive": Hostile(before=THREADS),
    "memory at import": Hostile(before="held = b'x' * (4 << 30)\n"),
    "memory of ten processes": Hostile(
        before="import os, time\nfor _ in range(10):\n    if os.fork() == 0:\n"
        "        held = b'x' * (400 << 20)\n        time.sleep(600)\n"
    ),
    "disk": Hostile(
        before="for n in range(1000): open(f'/scratch/{n}', 'wb').write(bytes(16 << 20))\n"
    ),
    "files without names": Hostile(
        before="import os\nheld = []\nwhile True:\n"
        "    held.append(open('/scratch/x', 'wb', 0)); os.unlink('/scratch/x')\n"
        "    held[-1].write(bytes(1 << 20))\n"
    ),
    "30000 files": Hostile(before="for n in range(30000): open(f'/scratch/{n}', 'w').close()\n"),
    "folders of any depth": Hostile(
        before="import os\nos.chdir('/scratch')\nfor _ in range(1500):\n"
        "    os.mkdir('d' * 200); os.chdir('d' * 200)\nos.chdir('/submission')\n"
    ),
    "output without end": Hostile(before="while True: print('2 passed' * 8192)\n"),
    "sleep at import": Hostile(before="import time; time.sleep(3600)\n"),
    "endless loop at import": Hostile(before="while True: pass\n"),
    "sleep at a request": at_a_request("import time; time.sleep(3600)"),
    "daemon that ignores signals": Hostile(before=DAEMON),
    "kills its parent's group": Hostile(
        before="import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos.killpg(0, 9)\n"
    ),
    "kills everybody": Hostile(before="import os; os.kill(-1, 9)\n"),
    "stops itself": Hostile(before="import os, signal; os.kill(os.getpid(), signal.SIGSTOP)\n"),
    "stops its parent": Hostile(
        before="import os, signal; os.kill(os.getppid(), signal.SIGSTOP)\n"
    ),
    "server on each port": Hostile(
        before="import socket\nheld = []\nfor port in range(8000, 8100):\n"
        "    held.append(socket.socket())\n"
        "    held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)\n"
        "    held[-1].bind(('0.0.0.0', port)); held[-1].listen()\n"
    ),
    "link in the place of its socket": Hostile(
        before="import os, sys\nos.symlink('/etc/passwd', sys.argv[1])\n"
    ),
    "links in the scratch folder": Hostile(
        before="import os\nfor name in ('silent', 'relay', 'slow.sock', 'backup', 'bin'):\n"
        "    os.symlink('/etc', f'/scratch/{name}')\n"
    ),
}
