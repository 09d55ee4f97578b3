"""The accesses to files in a source, found in its syntax tree: text, line, enclosing function.

A function of a module is known by any name under which a source imports it, and counts also where
it is handed on and not called.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CHANGES = frozenset(
    (
        *("write_text", "write_bytes", "touch", "unlink", "rmdir", "rmtree", "mkdir", "chmod"),
        *("lchmod", "symlink_to", "hardlink_to", "rename", "copy_into", "move_into"),
    )
)
"""Methods of a path that no other object of the checker has: handed on, they count too."""
OF_A_PATH = CHANGES | frozenset(
    (
        *("read_text", "read_bytes", "open", "bind", "stat", "lstat", "exists", "is_file"),
        *("is_dir", "is_symlink", "is_socket", "readlink", "iterdir", "glob", "rglob"),
        *("replace", "resolve", "walk", "samefile", "owner", "is_mount"),
    )
)
OF_OS = frozenset(
    (
        *("open", "truncate", "unlink", "remove", "rename", "renames", "replace", "rmdir"),
        *("removedirs", "mkdir", "makedirs", "chmod", "lchmod", "chown", "lchown", "symlink"),
        *("link", "mkfifo", "mknod", "stat", "lstat", "access", "statvfs", "readlink", "utime"),
        *("listdir", "scandir", "walk", "fwalk", "setxattr", "removexattr", "chroot", "chdir"),
    )
)
OF_SHUTIL = frozenset(
    (
        *("copy", "copy2", "copyfile", "copymode", "copystat", "copytree", "move", "rmtree"),
        *("chown", "make_archive", "unpack_archive"),
    )
)
OF_OS_PATH = frozenset(
    (
        *("exists", "lexists", "isfile", "isdir", "islink", "ismount", "realpath", "samefile"),
        *("getsize", "getmtime", "getatime", "getctime"),
    )
)
FUNCTIONS = frozenset(
    (
        *("open", "io.open", "builtins.open", "codecs.open", "tarfile.open", "glob.glob"),
        *("glob.iglob", "zipfile.ZipFile", "sqlite3.connect", "fileinput.input", "remove_tree"),
        *("logging.FileHandler", "contextlib.chdir", "runpy.run_path"),
        *(f"os.{name}" for name in OF_OS),
        *(f"shutil.{name}" for name in OF_SHUTIL),
        *(f"os.path.{name}" for name in OF_OS_PATH),
        *(f"pathlib.Path.{name}" for name in OF_A_PATH),
    )
)
ASKED_BY_NAME = frozenset(("os", "os.path", "shutil", "pathlib.Path", "io", "builtins"))
"""Of these nobody takes a function by `getattr`: its name would not be seen."""
ARGUMENTS = {
    "is_file": 0,
    "read_bytes": 0,
    "write_bytes": 1,
    "replace": 1,
    "rename": 1,
    "copy": 1,
    "move": 1,
    "walk": 0,
    "owner": 0,
}
"""Of a path they take so many; texts and the checker's own folders have methods of these names."""
KNOWN_NAMES = {
    **{name: name for name in ("os", "shutil", "io", "builtins", "open", "remove_tree")},
    "Path": "pathlib.Path",
}


@dataclass(frozen=True)
class FileAccess:
    """An access such as `file.unlink`, and the qualified name of the function around it."""

    function: str
    call: str
    line: int


def file_accesses(source: str) -> list[FileAccess]:
    """Every place in a source that may act on a path."""
    module = ast.parse(source)
    return list(_accesses(module, (), {**KNOWN_NAMES, **_imported(module)}))


def scratch_paths(source: str) -> list[FileAccess]:
    """Every `….scratch / name`: the beginning of a path that learner code may have changed."""
    return [
        FileAccess("", ast.unparse(node), node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.expr)
        and (found := _joined(node)) is not None
        and any(isinstance(each, ast.Attribute) and each.attr == "scratch" for each in found)
    ]


def _joined(node: ast.expr) -> list[ast.expr] | None:
    """The first parts of a path that is made here: by `/`, by `joinpath`, by Path(…)."""
    match node:
        case ast.BinOp(left=left, op=ast.Div()):
            return [left]
        case ast.Call(func=ast.Attribute(value=value, attr="joinpath" | "with_name")):
            return [value]
        case ast.Call(func=ast.Name(id="Path"), args=[first, _, *_]):
            return [first]
    return None


def _imported(module: ast.Module) -> dict[str, str]:
    """By each name that an import binds anywhere in the module, what it stands for."""
    names = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for each in node.names:
                names[each.asname or each.name.partition(".")[0]] = (
                    each.name if each.asname else each.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            own = (node.module or "").startswith("checks.")
            for each in node.names:
                names[each.asname or each.name] = each.name if own else f"{node.module}.{each.name}"
    return names


def _accesses(
    node: ast.AST, around: tuple[str, ...], names: Mapping[str, str]
) -> Iterator[FileAccess]:
    for child in ast.iter_child_nodes(node):
        inner = around
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = (*around, child.name)
        called = isinstance(node, ast.Call) and child is node.func
        if isinstance(child, ast.Call) and _is_access(child, names):
            yield FileAccess(".".join(around), ast.unparse(child.func), child.lineno)
        elif not called and _is_handed_on(child, names):
            yield FileAccess(".".join(around), ast.unparse(child), getattr(child, "lineno", 0))
        yield from _accesses(child, inner, names)


def _is_access(call: ast.Call, names: Mapping[str, str]) -> bool:
    """Whether a called function may act on a path."""
    function, full = call.func, _full_name(call.func, names)
    if full == "getattr":
        return bool(call.args) and _full_name(call.args[0], names) in ASKED_BY_NAME
    if full in FUNCTIONS:
        return True
    if not isinstance(function, ast.Attribute) or full.partition(".")[0] in ("os", "shutil"):
        return False
    name = function.attr
    return name in OF_A_PATH and len(call.args) == ARGUMENTS.get(name, len(call.args))


def _is_handed_on(node: ast.AST, names: Mapping[str, str]) -> bool:
    """Whether a function that may act on a path is a value here."""
    if not isinstance(node, (ast.Attribute, ast.Name)) or not isinstance(node.ctx, ast.Load):
        return False
    if _full_name(node, names) in FUNCTIONS:
        return True
    return isinstance(node, ast.Attribute) and node.attr in CHANGES


def _full_name(node: ast.AST, names: Mapping[str, str]) -> str:
    """The dotted name of what a name, or an attribute of a module, stands for; else ""."""
    match node:
        case ast.Name(id=name):
            return names.get(name, name if name == "getattr" else "")
        case ast.Attribute(value=value, attr=attr):
            full = _full_name(value, names)
            return f"{full}.{attr}" if full else ""
    return ""
