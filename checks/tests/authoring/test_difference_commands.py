"""`checks carry --check` and `--record`, as a maintainer types them."""

import json
from pathlib import Path

from checks.authoring.carry import carry
from checks.authoring.difference_record import record_all, recorded_lines
from checks.messages.authoring_ru import AUTHORING
from checks.messages.errors_ru import translate_error
from checks.tests.support.command_line import checks
from checks.tests.support.recorded_days import PROGRAM, root, sentences
from checks.tests.support.workbook import (
    LATER,
    MARKED,
    ONE,
    TWO,
    change,
    commit,
    text,
)

__all__ = ["root"]  # a fixture


class TestCommands:
    def test_check_fails_until_the_fix_is_carried(self, root: Path) -> None:
        change(root, MARKED.replace("e\n", "E\n"))

        failed = checks(root, "carry", "--check")
        carried = checks(root, "carry", "day1", "--check")

        assert failed.returncode == 1
        assert f"{ONE}/{PROGRAM}:8 and {TWO}/{PROGRAM}:6 differ" in failed.stdout
        assert carried.returncode == 0, carried.stdout

    def test_build_check_fails_too(self, root: Path) -> None:
        change(root, MARKED.replace("e\n", "E\n"))
        checks(root, "build")

        plain = checks(root, "build", "--check")
        document = json.loads(checks(root, "build", "--check", "--json").stdout)

        assert plain.returncode == 1
        assert "differ, and no record says so" in plain.stdout
        assert {"path": f"{TWO}/{PROGRAM}", "state": "unrecorded"} in document

    def test_build_check_names_what_a_task_lacks(self, root: Path) -> None:
        statement = f"{ONE}/exercises/task-1-one.md"
        checks(root, "build")

        plain = checks(root, "build", "--check")
        document = json.loads(checks(root, "build", "--check", "--json").stdout)

        assert plain.returncode == 1
        assert f"{statement} is missing; task 1.1 in day.toml names it" in plain.stdout
        assert {"path": statement, "state": "malformed"} in document

    def test_record_says_what_it_has_recorded(self, root: Path) -> None:
        change(root, MARKED.replace("e\n", "E\n"))

        done = checks(root, "carry", "--record", "--check")

        assert f"recorded: {TWO}/{PROGRAM}:6 differs from {ONE}/{PROGRAM}:8" in done.stdout
        assert done.returncode == 0

    def test_a_carry_fails_until_a_person_records_what_it_leaves(self, root: Path) -> None:
        change(root, f"own\n{LATER}".replace("e\n", "E\n"), f"{TWO}/{PROGRAM}")

        undecided = checks(root, "carry", "day2")
        recorded = checks(root, "carry", "day2", "--record")

        assert undecided.returncode == 1
        assert "mend day1 and carry from there" in undecided.stdout
        assert (recorded.returncode, "mend day1" in recorded.stdout) == (0, False)

    def test_without_a_day_and_an_option_it_is_misuse(self, root: Path) -> None:
        assert checks(root, "carry").returncode == 2

    def test_the_sentences_are_russian_where_it_is_asked_for(self, root: Path) -> None:
        change(root, MARKED.replace("e\n", "E\n"))

        said = checks(root, "carry", "--check", EVENTURE_LANG="ru").stdout

        assert "различаются, и это не записано" in said
        assert " differ" not in said


def test_every_sentence_of_a_maintainer_has_russian(root: Path) -> None:
    change(root, "gone\n", f"{ONE}/app/gone.py")
    change(root, "gone\n", f"{TWO}/app/gone.py")
    commit(root)
    change(root, None, f"{TWO}/app/gone.py")
    change(root, "new\n", f"{TWO}/app/new.py")
    change(root, f"own\n{LATER}".replace("e\n", "E\n"), f"{TWO}/{PROGRAM}")
    manifest = text(root, f"{TWO}/day.toml").replace('"app/**"', '"app/**", "tests/**"')
    change(root, manifest, f"{TWO}/day.toml")

    lines = [*sentences(root), *carry(root, "day2").lines(), *recorded_lines(record_all(root))]
    spoken = [line for line in lines if not line.startswith(("merged: ", "now run "))]

    kinds = (" exists ", " differ ", " differ,", "`learner`", " is deleted", " begins ", " ends ")
    assert all(any(kind in line for line in spoken) for kind in kinds)
    assert [line for line in spoken if translate_error(line, "ru") == line] == []
    assert all("{0}" in russian or "{" not in english for english, russian in AUTHORING.items())
