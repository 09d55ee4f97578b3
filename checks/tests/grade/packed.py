"""One learner's day, packed as the tools and systems of the world pack it.

Each packer writes a submission below a folder and returns what an instructor names.
"""

import io
import stat
import struct
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from checks.files import git_file
from checks.submission.bundle import Bundle
from checks.tests.grade.cohorts import DAY

WORK = {"app/main.py": b"mine\n", "app/core/errors.py": b"", "app/data/\u0439.txt": b"\xff\x00"}
"""A short day: a letter that has two forms in Unicode, bytes that are no text, an empty file."""
DAY_PATH = f"days/{DAY.folder}/"
Entries = Mapping[str, bytes]
Packer = Callable[[Path], Path]


def below(prefix: str, work: Entries = WORK) -> Entries:
    return {prefix + name: data for name, data in work.items()}


def zip_bytes(entries: Entries, *, windows: bool = False, comment: bytes = b"") -> bytes:
    """A compressed zip: as Info-ZIP writes it, or as Windows does, without permissions."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0))
            info.create_system = 0 if windows else 3
            info.external_attr = 0 if windows else (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return stream.getvalue()


def raw_names(data: bytes, encode: Callable[[str], bytes], separator: bytes = b"/") -> bytes:
    """The zip with its names in other bytes, of the same length, and without the flag for UTF-8."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist()]
    for name in names:
        data = data.replace(name.encode(), encode(name).replace(b"/", separator))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(signature)
        while position >= 0:
            (flags,) = struct.unpack_from("<H", data, position + offset)
            patch = struct.pack("<H", flags & ~0x800)
            data = data[: position + offset] + patch + data[position + offset + 2 :]
            position = data.find(signature, position + 4)
    return data


def written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def tree(folder: Path, entries: Entries) -> Path:
    for name, data in entries.items():
        written(folder / name, data)
    return folder


def tar(path: Path, entries: Entries, mode: str) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a str as given
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def github(folder: Path) -> Path:
    """Of `git archive`: the commit as comment, no permissions for plain files, solutions beside."""
    others = {f"eventure-main/solutions/{DAY.folder}/app/main.py": b"the course's"}
    data = zip_bytes(
        {**below(f"eventure-main/{DAY_PATH}"), **others}, windows=True, comment=b"a" * 40
    )
    return written(folder / "ann.zip", data)


def macos(folder: Path) -> Path:
    """Of the Finder: decomposed names without the flag, and the droppings of the system."""
    work = {unicodedata.normalize("NFD", name): data for name, data in WORK.items()}
    dirt = {
        f"__MACOSX/ann/{DAY_PATH}app/._main.py": b"\x00\x05\x16\x07",
        f"ann/{DAY_PATH}app/.DS_Store": b"Bud1",
        f"ann/{DAY_PATH}app/._main.py": b"\x00\x05\x16\x07",
    }
    data = zip_bytes({**below(f"ann/{DAY_PATH}", work), **dirt})
    return written(folder / "ann.zip", raw_names(data, str.encode))


def windows(folder: Path) -> Path:
    """Of an older tool on a Russian Windows: backslashes, code page 866."""
    work = {name.replace("\u0439", "~"): data for name, data in WORK.items()}
    letter = "\u0439".encode("cp866")  # one byte, as the one that stands for it
    stream = zip_bytes(below(f"ann/{DAY_PATH}", work), windows=True)
    data = raw_names(stream, lambda name: name.encode().replace(b"~", letter), b"\\")
    return written(folder / "ann.zip", data)


def submitted(folder: Path) -> Path:
    files = {DAY_PATH + name: git_file(data) for name, data in WORK.items()}
    return written(folder / "ann.zip", Bundle("1", "x", files, {}).data)


def repacked(folder: Path) -> Path:
    """What `checks submit` wrote, unpacked by Safari and packed again by the learner."""
    with zipfile.ZipFile(submitted(folder / "before")) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return written(folder / "s" / "ann.zip", zip_bytes(below("submission/", entries)))


def caches(folder: Path) -> Path:
    dirt = {
        f"{DAY_PATH}app/__pycache__/main.cpython-311.pyc": b"x",
        f"{DAY_PATH}app/.venv/lib/x.py": b"x",
        f"{DAY_PATH}app/node_modules/x.js": b"x",
        f"{DAY_PATH}app/Thumbs.db": b"x",
    }
    return written(folder / "ann.zip", zip_bytes({**below(DAY_PATH), **dirt}))


def zipped(entries: Entries, name: str = "ann.zip") -> Packer:
    return lambda folder: written(folder / name, zip_bytes(entries))


def tarred(name: str, entries: Entries, mode: str) -> Packer:
    return lambda folder: tar(folder / name, entries, mode)


def in_folder(name: str, entries: Entries) -> Packer:
    """A folder of submissions, with these files in that one."""

    def pack(folder: Path) -> Path:
        tree(folder / "s" / name, entries)
        return folder / "s"

    return pack


INNER = zip_bytes(below(DAY_PATH))
OTHER_DAY = {"days/day2-database/app/main.py": b"day 2"}
MOODLE = "Анна Смит_12345_assignsubmission_file_"
CANVAS = "smithanna_67_8901_day1.zip"
GRADESCOPE = b"""---
submission_77:
  :submitters:
  - :name: Anna Smith
    :sid: '1001'
    :email: anna@example.org
  :created_at: 2026-03-01 20:51:26.468412000 Z
  :score: 1.0
"""
RUBY_TIME = GRADESCOPE.replace(
    b"2026-03-01 20:51:26.468412000 Z",
    b"!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-03-01 20:51:26.468412000 Z",
)
EXPORT = {"e/submission_metadata.yml": GRADESCOPE, **below(f"e/submission_77/{DAY_PATH}")}

SHAPES: Mapping[str, tuple[Packer, str]] = {
    "checks submit": (submitted, "ann"),
    "checks submit, packed again": (repacked, "ann"),
    "GitHub's Download ZIP": (github, "ann"),
    "macOS": (macos, "ann"),
    "Windows": (windows, "ann"),
    "with caches and a virtual environment": (caches, "ann"),
    "a zip of the workbook": (zipped(below(DAY_PATH)), "ann"),
    "a zip of days/": (zipped(below(f"{DAY.folder}/")), "ann"),
    "a zip in many folders": (zipped(below(f"a/b/c/{DAY_PATH}")), "ann"),
    "a zip in a zip": (zipped({"ann/inner.zip": INNER}), "ann"),
    "two days in two archives": (
        zipped({"day1.zip": INNER, "day2.zip": zip_bytes(OTHER_DAY)}),
        "ann",
    ),
    "a tar in a zip": (
        lambda folder: zipped({"x.tgz": tar(folder / "x", below(DAY_PATH), "w:gz").read_bytes()})(
            folder
        ),
        "ann",
    ),
    "tar.gz": (tarred("ann.tar.gz", below(DAY_PATH), "w:gz"), "ann"),
    "tar.bz2": (tarred("ann.tar.bz2", below(DAY_PATH), "w:bz2"), "ann"),
    "a clone": (in_folder("ann", below(DAY_PATH)), "ann"),
    "a clone in folders": (in_folder("ann", below(f"a/b/{DAY_PATH}")), "ann"),
    "a folder with an archive": (in_folder("ann", {"x/work.zip": INNER}), "ann"),
    "Moodle, unpacked": (in_folder(MOODLE, {"day1.zip": INNER}), "Анна Смит"),
    "Moodle, one file": (
        lambda f: written(f / "s" / f"{MOODLE}day 1.zip", INNER).parent,
        "Анна Смит",
    ),
    "Moodle's zip": (zipped({f"{MOODLE}/day1.zip": INNER}, "Day 1.zip"), "Анна Смит"),
    "Moodle's zip, files": (zipped(below(f"{MOODLE}/{DAY_PATH}"), "Day 1.zip"), "Анна Смит"),
    "Canvas, unpacked": (lambda f: written(f / "s" / CANVAS, INNER).parent, "smithanna"),
    "Canvas' zip": (zipped({CANVAS: INNER}, "submissions.zip"), "smithanna"),
    "Gradescope, unpacked": (in_folder("", EXPORT), "Anna Smith"),
    "Gradescope's zip": (zipped(EXPORT, "assignment_1_export.zip"), "Anna Smith"),
    "Gradescope, with a Ruby time": (
        in_folder("", {**EXPORT, "e/submission_metadata.yml": RUBY_TIME}),
        "Anna Smith",
    ),
    "GitHub Classroom": (in_folder("day1-annsmith", below(DAY_PATH)), "day1-annsmith"),
    "a zip of people's zips": (
        zipped({"cohort/ann.zip": INNER, "cohort/bob.zip": b"junk"}, "cohort.zip"),
        "ann",
    ),
}
ALONE: Mapping[str, Packer] = {
    "app/": zipped(WORK),
    "app/ in folders": zipped(below("ann/day one/")),
    "the content of app/": zipped({n.removeprefix("app/"): d for n, d in WORK.items()}),
    "a folder with app/": in_folder("ann", WORK),
    "a tar of app/": tarred("ann.tar", WORK, "w:"),
}
