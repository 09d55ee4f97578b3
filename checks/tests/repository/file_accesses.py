"""The accesses to files in a source, found in its syntax tree: call, line, enclosing function."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

OF_A_PATH = frozenset(
    (
        *("write_text", "write_bytes", "read_text", "read_bytes", "open", "touch", "bind"),
        *("unlink", "rmdir", "rmtree", "mkdir", "chmod", "lchmod", "symlink_to", "hardlink_to"),
        *("stat", "lstat", "exists", "is_file", "is_dir", "is_symlink", "is_socket", "readlink"),
        *("iterdir", "glob", "rglob", "rename", "replace", "resolve"),
    )
)
OF_A_MODULE = frozenset(
    (
        *("open", "truncate", "unlink", "remove", "rename", "renames", "replace", "rmdir"),
        *("removedirs", "mkdir", "makedirs", "chmod", "lchmod", "chown", "lchown", "symlink"),
        *("link", "mkfifo", "mknod", "stat", "lstat", "access", "statvfs", "readlink", "utime"),
        *("listdir", "scandir", "walk", "fwalk", "copy", "copy2", "copyfile", "copytree", "move"),
        *("rmtree", "exists", "isfile", "isdir", "lexists", "realpath", "setxattr", "chroot"),
    )
)
MODULES = ("os", "shutil", "os.path")
FUNCTIONS = ("open", "remove_tree")
ARGUMENTS = {"is_file": 0, "read_bytes": 0, "write_bytes": 1, "replace": 1, "rename": 1}
"""Of a path they take so many; texts and the checker's own folders have methods of these names."""


@dataclass(frozen=True)
class FileAccess:
    """A call such as `file.unlink(…)`, and the qualified name of the function around it."""

    function: str
    call: str
    line: int


def file_accesses(source: str) -> list[FileAccess]:
    """Every call in a source that may act on a path."""
    return list(_accesses(ast.parse(source), ()))


def scratch_paths(source: str) -> list[FileAccess]:
    """Every `….scratch / name`: the beginning of a path that learner code may have changed."""
    return [
        FileAccess("", ast.unparse(node), node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr == "scratch"
    ]


def _accesses(node: ast.AST, around: tuple[str, ...]) -> Iterator[FileAccess]:
    for child in ast.iter_child_nodes(node):
        inner = around
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = (*around, child.name)
        if isinstance(child, ast.Call) and (call := _call(child)):
            yield FileAccess(".".join(around), call, child.lineno)
        yield from _accesses(child, inner)


def _call(call: ast.Call) -> str:
    """The text of a called function that may act on a path; "" for any other."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id if function.id in FUNCTIONS else ""
    if not isinstance(function, ast.Attribute):
        return ""
    receiver, name = ast.unparse(function.value), function.attr
    if receiver in MODULES:
        return f"{receiver}.{name}" if name in OF_A_MODULE else ""
    has_other_arguments = len(call.args) != ARGUMENTS.get(name, len(call.args))
    if name not in OF_A_PATH or (receiver != "Path" and has_other_arguments):
        return ""
    return f"{receiver}.{name}"
