"""Attacks on other processes, on privileges, and on the limits of processes and memory."""

from checks.course.course import Text
from checks.grade.attacks.attack import Attack, attempt

PROCESSES = (
    Attack(Text("becomes root", "становится root"), attempt("os.setuid(0)")),
    Attack(
        Text("becomes root by a program of root's", "становится root через программу root"),
        "import glob, os, subprocess, time\n"
        "programs = [p for p in glob.glob('/usr/bin/*') + glob.glob('/usr/lib/*/*')\n"
        "            if os.path.isfile(p) and os.access(p, 1) and os.stat(p).st_mode & 0o4000]\n"
        "became = False\n"
        "for program in programs:\n"
        "    child = subprocess.Popen([program], stdin=-3, stdout=-3, stderr=-3)\n"
        "    for _ in range(50):\n"
        "        how = os.WEXITED | os.WNOWAIT | os.WNOHANG\n"
        "        ended = os.waitid(os.P_PID, child.pid, how)  # its user stays in /proc\n"
        "        status = open(f'/proc/{child.pid}/status').read()\n"
        "        became |= status.partition('Uid:')[2].split()[1] == '0'\n"
        "        if became or ended: break\n"
        "        time.sleep(0.01)\n"
        "    try: child.kill()\n"
        "    except PermissionError: pass  # it has become root\n"
        "    child.wait()\n"
        "    if became: break\n"
        "print(str(became).lower())",
    ),
    Attack(
        Text("lifts its own limits", "снимает свои ограничения"),
        attempt(
            "import resource\n"
            "for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_AS):\n"
            "    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))"
        ),
    ),
    Attack(
        Text("sees the processes of this machine", "видит процессы этой машины"),
        "import os\n"
        "seen = [int(name) for name in os.listdir('/proc') if name.isdigit()]\n"
        "print(str(len(seen) > 8).lower())",
    ),
    Attack(
        Text("signals a process outside", "посылает сигнал чужому процессу"),
        attempt("os.kill(int(os.environ['PID']), 0)"),
    ),
    Attack(
        Text("traces a process outside", "трассирует чужой процесс (ptrace)"),
        attempt(
            "attach = 16\n"
            "trace = ctypes.CDLL(None).ptrace\n"
            "assert trace(attach, int(os.environ['PID']), None, None) == 0"
        ),
    ),
    Attack(
        Text("reads the environment of a process outside", "читает окружение чужого процесса"),
        attempt(
            "def variables(pid):\n"
            "    try: return open(f'/proc/{pid}/environ', 'rb').read()\n"
            "    except OSError: return b''\n"
            "others = [p for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()]\n"
            "assert any(b'EVENTURE_ATTACKED=' in variables(pid) for pid in others)"
        ),
    ),
    Attack(
        Text("reads the memory of a process outside", "читает память чужого процесса"),
        attempt("open(f\"/proc/{os.environ['PID']}/mem\", 'rb')"),
    ),
    Attack(
        Text("inherits an open file of the checker", "наследует открытый файл проверяющей стороны"),
        attempt(
            "def is_open(descriptor):\n"
            "    try: os.fstat(descriptor)\n"
            "    except OSError: return False\n"
            "    return True\n"
            "assert any(map(is_open, range(3, 1024)))"
        ),
    ),
    Attack(
        Text("types into the terminal (TIOCSTI)", "печатает в терминал (TIOCSTI)"),
        attempt(
            "import fcntl, termios\n"
            "with open('/dev/tty', 'rb', 0) as terminal:\n"
            "    fcntl.ioctl(terminal, termios.TIOCSTI, b'#')"
        ),
    ),
    Attack(
        Text("starts 400 processes", "запускает 400 процессов"),
        "import os, time\n"
        "made = 0\n"
        "try:\n"
        "    while made < 400:\n"
        "        if os.fork() == 0: time.sleep(60)\n"
        "        made += 1\n"
        "except OSError: pass\n"
        "print(str(made == 400).lower(), flush=True); os.kill(0, 9)",
    ),
    Attack(
        Text("takes 4 GiB of memory", "занимает 4 ГиБ памяти"),
        attempt("bytes(4 << 30)"),
    ),
    Attack(
        Text("leaves a process behind", "оставляет после себя процесс"),
        "import os, time\n"
        "print('false', flush=True)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0: time.sleep(3600)\n",
    ),
)
