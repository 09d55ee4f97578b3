"""What a file means to its own parser: two texts that mean the same are no mutants of each other.

A text that its parser refuses means nothing: a mistake of this kind is seen before any test.
"""

import ast
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml


def meaning(text: str, path: str) -> str | None:
    """A value that is equal for texts that mean the same; None for what does not parse."""
    pure = PurePosixPath(path)
    try:
        return READERS.get(pure.suffix, _lines)(text)
    except (SyntaxError, ValueError, RecursionError, yaml.YAMLError):
        return None


def _python(text: str) -> str:
    compile(text, "answer", "exec", dont_inherit=True)  # `return` outside a function parses
    return ast.dump(ast.parse(text))


def _toml(text: str) -> str:
    return repr(tomllib.loads(text))


def _yaml(text: str) -> str:
    """Tags and values in their order, duplicate keys too; quotes and flow style mean nothing."""
    return repr(_node(yaml.compose(text, Loader=yaml.SafeLoader)))


def _node(node: Any) -> Any:
    match node:
        case yaml.MappingNode():
            return {"map": [(_node(key), _node(value)) for key, value in node.value]}
        case yaml.SequenceNode():
            return [_node(item) for item in node.value]
        case yaml.ScalarNode():
            return node.tag, node.value
    return None


def _shell(text: str) -> str:
    shell = shutil.which("bash" if "bash" in text.partition("\n")[0] else "sh")
    if shell:
        done = subprocess.run(
            [shell, "-n"], input=text, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise SyntaxError(done.stderr)
    return _lines(text)


def _braces(text: str) -> str:
    """An nginx configuration: each brace has its partner, each directive its end."""
    lines = _lines(text)
    if lines.count("{") != lines.count("}"):
        raise SyntaxError("a brace has no partner")
    return lines


def _lines(text: str) -> str:
    """Each line that is more than a comment, without the spaces around it."""
    stripped = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in stripped if line and not line.startswith("#"))


READERS: Mapping[str, Callable[[str], str]] = {
    ".py": _python,
    ".toml": _toml,
    ".yml": _yaml,
    ".yaml": _yaml,
    ".sh": _shell,
    ".conf": _braces,
}
