"""`make docker-check` without an engine: what it reads, what its table says, what it refuses."""

import json
import socket
from pathlib import Path

import pytest

from checks.bench.docker_check import base_images, leftovers
from checks.bench.docker_check.base_images import images_of, named_images, stand_in
from checks.bench.docker_check.commands import NOT_ENDED, Outcome, Shell
from checks.bench.docker_check.compose import PLUGIN, STANDALONE, Compose
from checks.bench.docker_check.engine import missing_program, refusal
from checks.bench.docker_check.exercise_tests import read_verdicts
from checks.bench.docker_check.leftovers import Inventory, refuse_busy_ports
from checks.bench.docker_check.load import DROPPED, REFUSED, Outcomes, outcome_of
from checks.bench.docker_check.runbook import EMAIL, parse_runbook
from checks.bench.docker_check.scenarios import differing_rows
from checks.bench.docker_check.stack import environment_file
from checks.bench.docker_check.table import Report, Row, Seen, as_table, exit_code
from checks.errors import CourseError
from checks.tests.support.repository import ROOT

DAY = ROOT / "solutions/day7-deployment"
STATEMENT = "# 7.6\n### Runbook? {{#hint-7}}\n\n```sh\n{block}\n```\n"
COMMANDS = (
    "export COMPOSE_FILE=a.yml # also for scripts/up.sh\nup --email …\nscripts/backup.sh x\n"
    "dropdb eventure\nscripts/restore.sh x"
)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH with nothing on it but `docker`."""
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\n")
    docker.chmod(0o755)
    return tmp_path


class TestRunbook:
    def test_the_statement_s_commands_come_in_their_order(self) -> None:
        runbook = parse_runbook((DAY / "exercises/7.6-deploy.md").read_text(encoding="utf-8"))

        assert runbook.commands[0] == "docker compose up --detach --build --wait"
        words = ("create-admin", "scripts/backup.sh", "dropdb", "createdb", "scripts/restore.sh")
        positions = [runbook.position(word) for word in words]
        assert positions == sorted(positions)

    def test_the_russian_statement_has_the_same_commands(self) -> None:
        english, russian = (
            parse_runbook((DAY / f"exercises/7.6-deploy{end}.md").read_text(encoding="utf-8"))
            for end in ("", ".ru")
        )

        def without_comments(commands: tuple[str, ...]) -> list[str]:
            return [command.partition(" #")[0] for command in commands]

        assert without_comments(russian.commands) == without_comments(english.commands)

    def test_a_command_runs_after_the_settings_and_with_an_address(self) -> None:
        runbook = parse_runbook(STATEMENT.format(block=COMMANDS))

        assert runbook.commands[0] == f"up --email {EMAIL}"
        assert runbook.script("up").startswith("export COMPOSE_FILE=a.yml")
        assert len(runbook.restore) == 3

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("# no hint", "has no ```sh block"),
            (STATEMENT.format(block="up"), "does not say `scripts/backup.sh`"),
            (STATEMENT.format(block=f"{COMMANDS}\nscp …"), "leaves a value open: scp …"),
        ],
    )
    def test_a_statement_without_a_whole_runbook_is_refused(self, text: str, sentence: str) -> None:
        with pytest.raises(CourseError, match=sentence):
            parse_runbook(text)


class TestRefusals:
    def test_without_docker_the_package_is_named(self, tmp_path: Path) -> None:
        sentence = missing_program("no-such-program", "docker.io", str(tmp_path))

        assert "apt-get install docker.io" in sentence

    def test_an_engine_that_answers_is_enough(self, programs: Path) -> None:
        assert refusal(answers=True, user=1000, platform="linux", path=str(programs)) == ""

    def test_only_root_starts_an_engine(
        self, programs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dockerd = programs / "dockerd"
        dockerd.write_text("#!/bin/sh\n")
        dockerd.chmod(0o755)

        sentence = refusal(answers=False, user=1000, platform="linux", path=str(programs))
        as_root = refusal(answers=False, user=0, platform="linux", path=str(programs))

        assert "only root starts one" in sentence
        assert as_root == ""

    def test_elsewhere_than_on_linux_docker_desktop_is_named(self, programs: Path) -> None:
        sentence = refusal(answers=False, user=0, platform="darwin", path=str(programs))

        assert "Docker Desktop" in sentence

    def test_a_taken_port_is_named(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]

            with pytest.raises(CourseError, match=f"Port {port} of this machine is taken"):
                refuse_busy_ports((port,))

    def test_an_image_without_a_stand_in_is_refused(self) -> None:
        with pytest.raises(CourseError, match=r"write mysql\.Dockerfile"):
            stand_in("mysql:8")

    def test_a_command_that_fails_is_told_with_its_last_line(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"PATH": "/usr/bin:/bin"})

        with pytest.raises(CourseError, match="ended with 3: the reason"):
            shell.must("sh", "-c", "echo first; echo the reason; exit 3")
        assert shell.run("no-such-program").status == 127
        assert shell.run("sleep", "60", timeout=0.01).status == NOT_ENDED


class TestImages:
    def test_each_image_of_the_files_is_found_once_and_has_a_stand_in(self) -> None:
        images = images_of(DAY)

        assert {name.partition(":")[0] for name in images} == {
            *("python", "postgres", "redis", "nginx")
        }
        assert all(stand_in(image).exists() for image in images)

    def test_the_day_s_own_image_and_a_stage_are_no_base(self) -> None:
        assert named_images(["FROM a:1 AS b\nFROM b\n", "  image: eventure\n  image: c:2\n"]) == (
            *("a:1", "c:2"),
        )

    def test_a_stand_in_says_that_it_is_one(self) -> None:
        texts = [file.read_text() for file in base_images.STAND_INS.glob("*.Dockerfile")]

        assert texts
        assert all(f"LABEL {base_images.LABEL}=" in text for text in texts)


class TestStack:
    def test_compose_1_is_another_program_and_knows_no_wait(self, tmp_path: Path) -> None:
        shell, typed = Shell(tmp_path, {}), "docker compose up --detach --wait"

        assert Compose(PLUGIN, "2.26", shell).command(typed) == typed
        assert Compose(STANDALONE, "1.29.2", shell).command(typed) == "docker-compose up --detach"

    def test_secrets_are_filled_in_and_all_else_stays(self) -> None:
        lines = environment_file("# a\nSECRET_KEY=\nPOSTGRES_PASSWORD=\nA=b").splitlines()

        assert lines[0] == "# a"
        assert lines[3] == "A=b"
        assert len({*lines[1:3]}) == 2
        assert all(len(line.partition("=")[2]) >= 32 for line in lines[1:3])

    def test_a_row_that_was_changed_is_on_both_sides(self) -> None:
        before = {"users": ("1|a", "2|b"), "events": ("1|x",)}

        assert differing_rows(before, before) == 0
        assert differing_rows(before, {"users": ("1|a", "2|c")}) == 3

    def test_what_is_new_on_the_engine_is_counted(self) -> None:
        empty = Inventory(frozenset(), frozenset(), frozenset())
        seen = empty.difference(Inventory(frozenset({"a"}), frozenset(), frozenset()))

        assert seen.held is False
        assert seen.text.startswith("1 containers, 0 volumes")
        assert empty.difference(empty).held is True
        assert leftovers.PORTS == (80, 443, 8000)


class TestLoad:
    def test_a_refused_request_is_no_dropped_one(self) -> None:
        def refused() -> int:
            raise ConnectionRefusedError

        def dropped() -> int:
            raise ConnectionResetError

        assert [outcome_of(ask) for ask in (refused, dropped, lambda: 503)] == [
            *(REFUSED, DROPPED, "503"),
        ]

    def test_no_request_is_not_all_answered(self) -> None:
        assert not Outcomes().are_all_200

    def test_one_other_answer_is_told_with_the_slowest(self) -> None:
        outcomes = Outcomes()

        outcomes.add("200", 0.1)
        outcomes.add("503", 2.0)

        assert str(outcomes) == "1 × 200, 1 × 503; slowest 2.0 s"
        assert not outcomes.are_all_200


class TestVerdicts:
    def test_a_skipped_test_does_not_hold(self) -> None:
        passed = {"name": "a::one", "verdict": "pass", "cause": None}
        skipped = {"name": "a::two", "verdict": "skipped", "cause": {"message": "no engine"}}

        def seen(*tests: object) -> Seen:
            return read_verdicts(Outcome(0, json.dumps({"days": [{"tasks": [{"tests": tests}]}]})))

        assert seen(passed) == Seen("1 pass", held=True)
        assert seen(passed, skipped) == Seen("1 pass, 1 skipped: two: no engine", held=False)
        assert seen().held is False

    def test_a_run_without_a_document_does_not_hold(self) -> None:
        assert read_verdicts(Outcome(2, "no such task")).held is False


class TestTable:
    def test_each_step_has_a_line_and_the_end_counts_them(self) -> None:
        rows = [
            Row("an engine", Seen("20.10", held=True), 1.5),
            Row("a second Compose", Seen("none\nhere", held=None), 0.0),
            Row("SIGTERM", Seen("x" * 200, held=False), 2.0),
        ]

        lines = as_table(rows).splitlines()

        assert lines[0].split() == ["an", "engine", "20.10", "1.5", "s", "held"]
        assert "none here" in lines[1]
        assert "…" in lines[2]
        assert lines[-1] == "1 held, 1 NOT HELD, 1 not asked"

    @pytest.mark.parametrize(("held", "code"), [(True, 0), (None, 0), (False, 1)])
    def test_only_what_was_seen_to_fail_fails(self, held: bool | None, code: int) -> None:
        assert exit_code([Row("a", Seen("b", held), 0.0)]) == code

    def test_an_error_is_what_a_step_has_shown_or_the_end(self) -> None:
        def fails() -> Seen:
            raise CourseError("the reason")

        report = Report()

        assert not report.ask("a step", fails)
        assert report.rows[0].seen == Seen("the reason", held=False)
        with pytest.raises(CourseError):
            report.ask("a step", fails, refuses=True)
