"""Attacks with what learner code puts in the place of a file that the trusted side touches."""

from contextlib import suppress

from checks.course.course import Text
from checks.grade.attacks.attack import PlantedFile
from checks.sandbox.learner_files import LearnerFolder

TRIES = 2000
UP = "print('true', flush=True)\n"
WAIT = UP + "import time; time.sleep(600)"
PLANT = "import os\nos.chdir(os.environ['SCRATCH'])\n"
SWAP = (
    "while True:\n"
    "    for old, new in ((name, 'away'), ('link', name), (name, 'link'), ('away', name)):\n"
    "        try: os.rename(old, new)\n"
    "        except OSError: pass\n"
)
BYTES = b"written by the checker"


def _cut(files: LearnerFolder) -> bool:
    """What 7.11 does to a backup."""
    with suppress(OSError):
        files.truncate("backup", 1)
    return False


def _cut_again(files: LearnerFolder) -> bool:
    for _ in range(TRIES):
        _cut(files)
    return False


def _fill_folder(files: LearnerFolder) -> bool:
    """What a test does in a folder of its own: it clears it, and writes files into it."""
    with suppress(OSError):
        files.make_folder("relay", 0o777)
    with suppress(OSError):
        files.remove("relay/victim")
    with suppress(OSError):
        files.write_bytes("relay/script", BYTES, 0o777)
    return False


def _fill_folder_again(files: LearnerFolder) -> bool:
    for _ in range(TRIES):
        _fill_folder(files)
    return False


def _read(files: LearnerFolder) -> bool:
    with suppress(OSError):
        files.read_bytes("report")
        return True
    return False


PLANTED = (
    PlantedFile(
        Text("plants a link in the place of a backup", "подкладывает ссылку вместо копии базы"),
        PLANT + "os.symlink(os.environ['OUTSIDE'] + '/victim', 'backup')\n" + WAIT,
        _cut,
    ),
    PlantedFile(
        Text("swaps a backup for a link in a race", "меняет копию базы на ссылку наперегонки"),
        PLANT
        + "os.symlink(os.environ['OUTSIDE'] + '/victim', 'link')\n"
        + f"name = 'backup'; open(name, 'w').close()\n{UP}{SWAP}",
        _cut_again,
    ),
    PlantedFile(
        Text("plants a link in the place of a folder", "подкладывает ссылку вместо каталога"),
        PLANT + "os.symlink(os.environ['OUTSIDE'], 'relay')\n" + WAIT,
        _fill_folder,
    ),
    PlantedFile(
        Text("swaps a folder for a link in a race", "меняет каталог на ссылку наперегонки"),
        PLANT
        + "os.symlink(os.environ['OUTSIDE'], 'link')\n"
        + f"name = 'relay'; os.mkdir(name); os.chmod(name, 0o777)\n{UP}{SWAP}",
        _fill_folder_again,
    ),
    PlantedFile(
        Text("plants a link to a secret", "подкладывает ссылку на секрет"),
        PLANT + "os.symlink(os.environ['OUTSIDE'] + '/victim', 'report')\n" + WAIT,
        _read,
    ),
    PlantedFile(
        Text("plants a pipe in the place of a report", "подкладывает канал вместо отчёта"),
        PLANT + f"os.mkfifo('report')\n{UP}while True: open('report', 'wb').write(b'x')",
        _read,
    ),
    PlantedFile(
        Text("plants a report without end", "подкладывает отчёт без конца"),
        PLANT + "os.truncate(open('report', 'w').name, 64 << 20)\nopen('report', 'ab')\n" + WAIT,
        lambda files: _read_within(files, 1 << 20),
    ),
)


def _read_within(files: LearnerFolder, limit: int) -> bool:
    with suppress(OSError):
        files.read_bytes("report", limit)
        return True
    return False
