"""Each change of a Dockerfile, YAML, nginx, shell or TOML file, and what is no change of it."""

import pytest
import yaml

from checks.mutation.generate import file_mutants
from checks.mutation.mutant import Mutant
from checks.mutation.syntax import meaning

EXEC = '["a", "b"]'


def mutants(answer: str, path: str) -> list[Mutant]:
    text = f"# region task 1.1\n{answer}\n# endregion\n"
    return list(file_mutants(text, path, "1.1"))


def changes(answer: str, path: str, operator: str) -> list[str]:
    return [mutant.change[1] for mutant in mutants(answer, path) if mutant.operator == operator]


@pytest.mark.parametrize(
    ("path", "answer", "operator", "expected"),
    [
        ("Dockerfile", "RUN pip install", "line dropped", [""]),
        ("Dockerfile", "RUN a --b", "word dropped", ["a --b", "RUN --b", "RUN a"]),
        ("Dockerfile", 'CMD ["a", "b"]', "word dropped", [EXEC, 'CMD ["b"]', 'CMD ["a", ]']),
        ("Dockerfile", "EXPOSE 8000", "number", ["EXPOSE 8001"]),
        ("a.yml", "a:\n  b: 1\n  c: true", "block dropped", [""]),
        ("a.yml", "a:\n  b: 1\n  c: true", "switch", ["c: false"]),
        ("a.yml", "a: 30s", "number", ["a: 31s"]),
        ("nginx.conf", "a b c;", "word dropped", ["b c;", "a c;", "a b;"]),
        ("nginx.conf", "server {\n  listen 80;\n}", "block dropped", [""]),
        ("nginx.conf", "gzip on;", "switch", ["gzip off;"]),
        ("a.sh", "set -eu", "word dropped", ["-eu", "set"]),
        ("a.toml", "a = true", "switch", ["a = false"]),
        ("a.toml", "a = 80", "number", ["a = 81"]),
        (".dockerignore", ".git", "line dropped", [""]),
    ],
)
def test_an_operator_changes_this(
    path: str, answer: str, operator: str, expected: list[str]
) -> None:
    assert changes(answer, path, operator) == expected


@pytest.mark.parametrize("path", ["Dockerfile", "a.yml", "a.sh", "nginx.conf", "a.toml"])
def test_comments_and_blank_lines_stay(path: str) -> None:
    assert mutants("# 3 words more\n\n", path) == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("a.yml", "a: [1, 2]\nb: {c: true}"),
        ("a.toml", 'a = ["x", "y"]\n[b]\nc = 1'),
        ("a.sh", 'if [ -n "$1" ]; then\n  echo a\nfi'),
        ("nginx.conf", "server {\n  listen 80;\n}"),
    ],
)
def test_what_its_parser_refuses_is_no_mutant(path: str, answer: str) -> None:
    found = mutants(answer, path)

    assert found
    assert all(meaning(mutant.text, path) is not None for mutant in found)


def test_a_spelling_of_yaml_that_means_the_same_is_no_mutant() -> None:
    found = mutants("a: {b: 1}\nc:\n  - 'd'", "a.yml")

    values = [repr(yaml.safe_load(mutant.text)) for mutant in found]

    assert repr({"a": {"b": 1}, "c": ["d"]}) not in values
    assert len(set(values)) == len(values)
