"""Which tests of a learner assert something is read from their source."""

from pathlib import Path

from checks.harness.app.learner_tree import Tree
from checks.harness.suites import assertions

SOURCE = """
import pytest


def refused(answer):
    assert answer.status_code == 403


def check(answer):
    refused(answer)


class TestEvents:
    def test_asserts(self, number):
        assert number

    def test_expects_an_error(self):
        with pytest.raises(ValueError):
            int("x")


def test_calls_a_function_that_calls_one_that_asserts(client):
    check(client.get("/"))


def test_asserts_nothing(client):
    client.get("/")


def assert_nothing(answer):
    answer.json()


def test_asserts_by_name_only(client):
    assert_nothing(client.get("/"))


def test_cannot_fail(client):
    assert True
    assert client.get("/") or True
    assert 1 == 1


def expect(answer, wanted):
    assert answer is not None
    assert not answer is None and wanted == wanted


def test_expects_any_answer(client):
    expect(client.get("/").status_code, 200)


def test_expects_more_than_an_answer(client):
    user = client.get("/")
    assert user is not None and user.name == "Ann"


def test_asks_twice(client):
    assert client.get("/") == client.get("/")
"""


def tree_of(tmp_path: Path) -> Tree:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_events.py").write_text(SOURCE)
    (tmp_path / "tests" / "helpers.py").write_text("def test_of_no_test_file():\n    pass\n")
    return Tree(tmp_path)


class TestAssertions:
    def test_ids_are_those_that_pytest_takes_in_the_files_order(self, tmp_path: Path) -> None:
        assert assertions.read_test_ids(tree_of(tmp_path)) == [
            "tests/test_events.py::TestEvents::test_asserts",
            "tests/test_events.py::TestEvents::test_expects_an_error",
            "tests/test_events.py::test_calls_a_function_that_calls_one_that_asserts",
            "tests/test_events.py::test_asserts_nothing",
            "tests/test_events.py::test_asserts_by_name_only",
            "tests/test_events.py::test_cannot_fail",
            "tests/test_events.py::test_expects_any_answer",
            "tests/test_events.py::test_expects_more_than_an_answer",
            "tests/test_events.py::test_asks_twice",
        ]

    def test_an_assertion_may_stand_in_a_function_that_is_called(self, tmp_path: Path) -> None:
        idle = assertions.assertionless_tests(tree_of(tmp_path))

        assert idle == [
            "tests/test_events.py::test_asserts_nothing",
            "tests/test_events.py::test_asserts_by_name_only",
            "tests/test_events.py::test_cannot_fail",
            "tests/test_events.py::test_expects_any_answer",
        ]
