"""Alembic revisions as data: their ids, their order, and the same file under another id.

Files are read with `ast`, never imported.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from checks.files import File

_IDS = ("revision", "down_revision")
_NONE = ("branch_labels", "depends_on")
_NUMBER = re.compile(r"\d{1,6}(?=_[^\W\d])")


class UnreadableChainError(ValueError):
    """The files are no single line of revisions that can be read without running them."""


@dataclass(frozen=True)
class Revision:
    """One file of `migrations/versions`; `down` is None for the first one."""

    path: str
    id: str
    down: str | None
    file: File


def read_chain(files: Mapping[str, File]) -> tuple[Revision, ...]:
    """The revisions from the first one to the only head. Raises UnreadableChainError."""
    revisions = [_revision(path, file) for path, file in files.items()]
    after = {revision.down: revision for revision in revisions}
    chain: list[Revision] = []
    while (chain[-1].id if chain else None) in after and len(chain) < len(revisions):
        chain.append(after[chain[-1].id if chain else None])
    if len(chain) != len(revisions) or len({each.id for each in chain}) != len(chain):
        raise UnreadableChainError
    return tuple(chain)


def renamed(revision: Revision, new_id: str, down: str | None) -> Revision:
    """The revision under another id, after another one; its file name follows the id."""
    if (revision.id, revision.down) == (new_id, down):
        return revision
    data = _with_ids(revision.file.data, {"revision": new_id, "down_revision": down})
    data = _with_docstring_ids(data, {"Revision ID": new_id, "Revises": down or ""})
    path = _renamed_path(revision.path, revision.id, new_id)
    result = _revision(path, File(data, revision.file.mode))
    if (result.id, result.down) != (new_id, down):
        raise UnreadableChainError
    return result


def new_ids(learner: Iterable[str], reference: Iterable[str]) -> tuple[str, ...]:
    """The reference's ids for the learner's revisions, in order.

    The head takes the id of the reference's head, so whatever later days put on top fits. Between
    two of the reference's ids there may be more revisions than ids: `0002`, `0002b`, `0003`.
    """
    ours, (*free, head) = list(learner)[:-1], list(reference)
    kept = _in_order(ours, free)
    result: list[str] = []
    for index, old in enumerate(ours):
        if old in kept:
            result.append(old)
            continue
        start = max((free.index(each) + 1 for each in result if each in free), default=0)
        end = min((free.index(each) for each in ours[index:] if each in kept), default=len(free))
        unused = free[start:end]
        result.append(unused[0] if unused else _next_letter(result, start, free))
    return (*result, head)


def _in_order(ours: Iterable[str], free: list[str]) -> frozenset[str]:
    """The ids that both have, as far as they stand in the reference's order."""
    kept: list[str] = []
    for each in ours:
        if each in free and (not kept or free.index(each) > free.index(kept[-1])):
            kept.append(each)
    return frozenset(kept)


def _next_letter(used: Iterable[str], start: int, free: list[str]) -> str:
    """The id before `start` with the next letter that is not used."""
    stem, taken = free[max(start - 1, 0)] if free else "0000", set(used)
    letters = (f"{stem}{chr(code)}" for code in range(ord("b"), ord("z") + 1))
    chosen = next((each for each in letters if each not in taken), None)
    if chosen is None:
        raise UnreadableChainError
    return chosen


def _revision(path: str, file: File) -> Revision:
    try:
        values = {name: ast.literal_eval(node) for name, node in _assigned(ast.parse(file.data))}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise UnreadableChainError from error
    own, down = (values.get(name) for name in _IDS)
    is_plain = isinstance(own, str) and isinstance(down, str | None)
    if not is_plain or any(values.get(name) is not None for name in _NONE):
        raise UnreadableChainError
    return Revision(path, str(own), down, file)


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The values of Alembic's variables at the top level."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in (*_IDS, *_NONE):
                yield target.id, value


def schema_words(file: File) -> frozenset[str]:
    """The words in its strings, without docstrings and ids: tables, columns, indexes, SQL.

    Raises UnreadableChainError for what is no Python.
    """
    try:
        tree = ast.parse(file.data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnreadableChainError from error
    left_out = {id(node) for node in _texts_of_no_schema(tree)}
    strings = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in left_out
    )
    return frozenset(word for text in strings for word in re.findall(r"\w+", text))


def _texts_of_no_schema(tree: ast.Module) -> Iterator[ast.AST]:
    yield from (value for _, value in _assigned(tree))
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


def _with_ids(data: bytes, values: Mapping[str, str | None]) -> bytes:
    """The file with other values of `revision` and `down_revision`."""
    lines = data.splitlines(keepends=True)
    places = [(node, values[name]) for name, node in _assigned(ast.parse(data)) if name in values]
    for node, value in sorted(places, key=lambda place: place[0].lineno, reverse=True):
        if node.end_lineno != node.lineno:
            raise UnreadableChainError
        line = lines[node.lineno - 1]
        text = "None" if value is None else f'"{value}"'
        changed = line[: node.col_offset] + text.encode() + line[node.end_col_offset :]
        lines[node.lineno - 1] = changed
    return b"".join(lines)


def _with_docstring_ids(data: bytes, values: Mapping[str, str]) -> bytes:
    """What Alembic's template says of the ids in the docstring."""
    for label, value in values.items():
        line = re.compile(rb"^(%s:)[^\r\n]*" % label.encode(), re.MULTILINE)
        data = line.sub(rb"\1 " + value.encode() if value else rb"\1", data, count=1)
    return data


def _renamed_path(path: str, old_id: str, new_id: str) -> str:
    place = PurePosixPath(path)
    number = _NUMBER.match(place.name)
    if place.name.startswith(old_id):
        return str(place.with_name(new_id + place.name[len(old_id) :]))
    if number is not None and new_id != old_id:
        return str(place.with_name(new_id + place.name[number.end() :]))
    return path
