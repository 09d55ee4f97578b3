"""A learner's file that a parser cannot read is a failure with file and line, never a crash."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.app.mypy_cache import mypy_cache
from checks.harness.artefacts import yaml_schema
from checks.harness.artefacts.build_context import context_files
from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.instruction import Instruction
from checks.harness.artefacts.nginx import Nginx
from checks.harness.suites.suppressions import line_count, suppressions
from checks.messages.errors_ru import translate_error

BOM = b"\xef\xbb\xbf"
CP1251 = "# -*- coding: cp1251 -*-\nx = 'привет'  # noqa\n".encode("cp1251")
MERGES = "a0: &a0 {k: v}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 9)
)

ENDLESS_NGINX = b"""server {
# a pattern that matches nothing in more ways than anybody can try
location ~ "^(((([a-z0-9/_.-]*)*)*)*)*!" { return 404; } }
"""

Read = Callable[[Tree], object]


def python(tree: Tree) -> object:
    return tree.python()


def toml(tree: Tree) -> object:
    return tree.toml("app/a.toml")


def yaml(tree: Tree) -> object:
    return yaml_schema.load(tree, "app/a.yml")


def dockerfile(tree: Tree) -> object:
    return Dockerfile(tree.text("app/Dockerfile"))


def nginx(tree: Tree) -> object:
    return Nginx(tree.root / "app" / "nginx.conf").server("80").location("/api/v1/events/")


def ignore_file(tree: Tree) -> object:
    return context_files(tree.root, ("a" * 80,), tree.root.parent / "scratch")


def tree_with(folder: Path, name: str, data: bytes) -> Tree:
    file = folder / "tree" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    return Tree(folder / "tree")


@pytest.mark.parametrize(
    ("read", "name", "data", "line", "language"),
    [
        (python, "app/a.py", b"x = 1\ny = " + b"-" * 100_000 + b"1\n", None, "Python"),
        (python, "app/a.py", b"x = 1\ny = x" + b".a" * 500 + b"\n", 2, "Python"),
        (python, "app/a.py", b"x = 1\ny = " + b"[" * 100_000, 2, "Python"),
        (python, "app/a.py", b"x = 1\ny = (\n", 2, "Python"),
        (python, "app/a.py", b"x = 1\n\0\n", None, "Python"),
        (python, "app/a.py", b"# coding: none-such\n", None, "Python"),
        (python, "app/a.py", b"x = 1\ny = '\xef\xf0'\n", None, "Python"),
        (toml, "app/a.toml", b"a = 1\nb = " + b"[" * 100_000, 2, "TOML"),
        (toml, "app/a.toml", b"a = 1\nb" + b".b" * 60_000 + b" = 1\n", 2, "TOML"),
        (toml, "app/a.toml", b"a = 1\nb = \xef\n", 2, "TOML"),
        (toml, "app/a.toml", b"a = 1\nb = \0\n", 2, "TOML"),
        (toml, "app/a.toml", b"a = 1\nb =\n", 2, "TOML"),
        (yaml, "app/a.yml", b"a: 1\nb: " + b"[" * 100_000, 2, "YAML"),
        (yaml, "app/a.yml", b"a: 1\nb: " + b"[" * 60 + b"]" * 60, 2, "YAML"),
        (yaml, "app/a.yml", b"a: 1\nb: \0\n", 2, "YAML"),
        (yaml, "app/a.yml", b"a: 1\nb: \xef\n", 2, "YAML"),
        (yaml, "app/a.yml", b"a: 1\nb: !!python/name:os.system x\n", 2, "YAML"),
        (dockerfile, "app/Dockerfile", b"FROM a\n# \xef\n", 2, "UTF-8"),
        (nginx, "app/nginx.conf", b"server { }\n# \xef\n", 2, "UTF-8"),
        (nginx, "app/nginx.conf", b"a " + b"{ a " * 50_000, None, "nginx's"),
        (nginx, "app/nginx.conf", b"server {\nlocation ~ (a { return 404; } }", 2, "a pattern"),
        (nginx, "app/nginx.conf", b"server {\nlocation ~ { return 404; } }", 2, "a pattern"),
        (nginx, "app/nginx.conf", ENDLESS_NGINX, 3, "a pattern"),
        (ignore_file, ".dockerignore", b"# a\n" + b"*a" * 30 + b"!\n", 2, "Docker's"),
        (ignore_file, ".dockerignore", b"a\n\xef\n", 2, "UTF-8"),
    ],
)
def test_whatever_a_parser_raises_names_the_file_and_the_line(
    tmp_path: Path, read: Read, name: str, data: bytes, line: int | None, language: str
) -> None:
    tree = tree_with(tmp_path, name, data)

    with pytest.raises(AssertionError) as failure:
        read(tree)

    message = str(failure.value)
    place = re.match(r"(?P<where>.+):(?P<line>\d+) is (?P<language>.+?) \((?P<why>.+)\)$", message)
    assert place, message
    assert language in place["language"]
    assert line is None or (place["where"], int(place["line"])) == (name, line)
    assert translate_error(message, "ru") != message


@pytest.mark.parametrize(
    ("read", "name", "data"),
    [
        (python, "app/a.py", BOM + b"x = 1\n"),
        (python, "app/a.py", CP1251),
        (toml, "app/a.toml", BOM + b"a = 1\n"),
        (toml, "app/a.toml", b"# " + b"." * 500 + b"\na = '" + b"a." * 90 + b"'\n"),
        (yaml, "app/a.yml", BOM + b"a: 1\n"),
        (dockerfile, "app/Dockerfile", BOM + b"FROM a\n"),
        (ignore_file, ".dockerignore", BOM + b"a\n"),
    ],
)
def test_a_byte_order_mark_and_a_declared_encoding_are_read(
    tmp_path: Path, read: Read, name: str, data: bytes
) -> None:
    assert read(tree_with(tmp_path, name, data)) is not None


def test_comments_are_found_in_a_declared_encoding(tmp_path: Path) -> None:
    tree = tree_with(tmp_path, "app/a.py", CP1251)

    assert [str(each) for each in suppressions(tree)] == ["app/a.py:2"]
    assert line_count(tree) == 2


def test_merged_mappings_are_counted_before_they_are_copied(tmp_path: Path) -> None:
    tree = tree_with(tmp_path, "app/a.yml", MERGES.encode())

    with pytest.raises(AssertionError, match="holds less than 50,000 values"):
        yaml_schema.load(tree, "app/a.yml")


def test_a_nested_exec_form_is_a_shell_form() -> None:
    assert Instruction("RUN", "[" * 100_000).exec_form is None


@pytest.mark.parametrize("data", [b"a = " + b"[" * 100_000, b"tool = 1\n", b"\xef"])
def test_a_cache_for_settings_that_cannot_be_read(
    tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_HOME", str(tmp_path / "home"))
    tree = tree_with(tmp_path, "pyproject.toml", data)

    with mypy_cache(tree.root) as variables:
        assert variables["MYPY_CACHE_DIR"]
