"""Attacks on the network of this machine and on its kernel."""

from checks.course.course import Text
from checks.grade.attacks.attack import Attack, attempt

NETWORK = (
    Attack(
        Text("reaches a server of this machine", "достаёт до сервера на этой машине"),
        attempt("socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), 2)"),
    ),
    Attack(
        Text("sees another network than its own", "видит сеть, кроме своей"),
        attempt("assert [name for _, name in socket.if_nameindex()] != ['lo']"),
    ),
    Attack(
        Text("reaches a Unix socket of this machine", "достаёт до Unix-сокета этой машины"),
        attempt("socket.socket(socket.AF_UNIX).connect(os.environ['OUTSIDE'] + '/server.sock')"),
    ),
    Attack(
        Text("reaches an abstract Unix socket", "достаёт до абстрактного Unix-сокета"),
        attempt("socket.socket(socket.AF_UNIX).connect('\\0' + os.environ['ABSTRACT'])"),
    ),
    Attack(
        Text(
            "opens a socket that no network namespace closes (AF_VSOCK, AF_ALG)",
            "открывает сокет, который сетевое пространство имён не закрывает (AF_VSOCK, AF_ALG)",
        ),
        attempt(
            "def opens(family):\n"
            "    try: socket.socket(family, socket.SOCK_STREAM).close()\n"
            "    except OSError:\n"
            "        try: socket.socket(family, socket.SOCK_SEQPACKET).close()\n"
            "        except OSError: return False\n"
            "    return True\n"
            "assert any(opens(family) for family in range(46) if family not in {1, 2, 10, 16})"
        ),
    ),
)
KERNEL = (
    Attack(
        Text("mounts a disk of its own", "монтирует свой диск"),
        attempt("assert ctypes.CDLL(None).unshare(0x10020000) == 0"),
    ),
    Attack(
        Text("holds memory that no process owns", "держит память, которой не видно у процессов"),
        "import ctypes, os\n"
        "got = ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600) >= 0\n"
        "try: got = os.memfd_create('x') >= 0\n"
        "except OSError: pass\n"
        "print(str(got).lower())",
    ),
    Attack(
        Text("keeps a key in the kernel", "хранит ключ в ядре"),
        attempt(
            "import platform\n"
            "add_key = {'x86_64': 248, 'aarch64': 217}[platform.machine()]\n"
            "call = ctypes.CDLL(None).syscall\n"
            "assert call(add_key, b'user', b'eventure', b'x', 1, -2) >= 0"
        ),
    ),
    Attack(
        Text(
            "makes system calls that no filter sees (io_uring)",
            "делает системные вызовы в обход фильтра (io_uring)",
        ),
        attempt("assert ctypes.CDLL(None).syscall(425, 1, ctypes.create_string_buffer(120)) >= 0"),
    ),
    Attack(
        Text(
            "takes what the whole machine has a fixed number of (fs.aio-max-nr)",
            "забирает то, чего на всю машину ограниченное число (fs.aio-max-nr)",
        ),
        attempt(
            "import platform\n"
            "io_setup = {'x86_64': 206, 'aarch64': 0}[platform.machine()]\n"
            "context = ctypes.c_ulong(0)\n"
            "assert ctypes.CDLL(None).syscall(io_setup, 128, ctypes.byref(context)) == 0"
        ),
    ),
    Attack(
        Text(
            "takes terminals, of which the machine has a fixed number (kernel.pty.max)",
            "забирает терминалы, которых на всю машину ограниченное число (kernel.pty.max)",
        ),
        attempt("os.openpty()"),
    ),
    Attack(
        Text("changes a setting of the kernel", "меняет настройку ядра"),
        attempt("open('/proc/sys/kernel/core_pattern', 'r+')"),
    ),
    Attack(
        Text("has core dumps written", "заставляет записать дамп памяти"),
        attempt("import resource\nresource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))"),
    ),
)
