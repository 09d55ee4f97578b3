"""Attacks on files: those of the checker and of this machine, and the space on its disk."""

from checks.course.course import Text
from checks.grade.attacks.attack import Attack, attempt

FILES = (
    Attack(
        Text("reads the tests and the solutions", "читает тесты и решения"),
        attempt("os.stat(os.environ['WORKBOOK'] + '/checks/runner/run.py')"),
    ),
    Attack(
        Text("reads a home folder, or keys in it", "читает домашний каталог или ключи в нём"),
        attempt("assert os.listdir(os.environ['OUTSIDE'] + '/.ssh') or os.listdir('/root/.ssh')"),
    ),
    Attack(
        Text("reads the passwords of this machine", "читает пароли этой машины"),
        attempt("open('/etc/passwd'); open('/etc/shadow')"),
    ),
    Attack(
        Text("reads the shared memory of this machine", "читает общую память этой машины"),
        attempt("open(os.environ['SHARED_MEMORY'])"),
    ),
    Attack(
        Text("writes into the tree under test", "пишет в проверяемое дерево"),
        attempt("open(os.environ['TREE'] + '/new', 'w')"),
    ),
    Attack(
        Text("replaces a socket of the checker", "подменяет сокет проверяющей стороны"),
        attempt(
            "double = os.environ['SOCKETS'] + '/double.sock'\n"
            "os.unlink(double)\n"
            "socket.socket(socket.AF_UNIX).bind(double)"
        ),
    ),
    Attack(
        Text("replaces a folder of the checker by a link", "подменяет ссылкой каталог проверки"),
        attempt(
            "room = os.environ['SCRATCH'] + '/room'\n"
            "os.rename(room, room + '-away')\n"
            "os.symlink(os.environ['OUTSIDE'], room)"
        ),
    ),
    Attack(
        Text("makes a device", "создаёт файл устройства"),
        attempt(
            "import stat\n"
            "device = os.environ['SCRATCH'] + '/device'\n"
            "os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))\n"
            "open(device)"
        ),
    ),
    Attack(
        Text("fills the disk", "заполняет диск"),
        attempt(
            "with open('/tmp/big', 'wb') as f:\n    for _ in range(200): f.write(bytes(1 << 20))"
        ),
    ),
    Attack(
        Text("fills the disk with files that have no name", "заполняет диск файлами без имени"),
        attempt(
            "held, name = [], os.environ['SCRATCH'] + '/nameless'\n"
            "for _ in range(512):\n"
            "    held.append(open(name, 'wb', 0))\n"
            "    os.unlink(name)\n"
            "    held[-1].write(bytes(1 << 20))"
        ),
    ),
    Attack(
        Text("makes 30000 files", "создаёт 30000 файлов"),
        attempt(
            "for number in range(30000):\n"
            "    os.close(os.open(f\"{os.environ['SCRATCH']}/{number}\", os.O_CREAT))"
        ),
    ),
)
