"""What `doctor`, `services`, `serve` and pytest's last lines say, in the reader's language."""

import inspect
import socket
import string
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from checks import services
from checks.cli import serve, services_and_doctor
from checks.cli.main import app
from checks.errors import CourseError
from checks.harness.external_server import row_swap
from checks.harness.reporting import summary
from checks.harness.reporting.record import Recorder
from checks.messages.messages import RUSSIAN
from checks.results.model import Verdict
from checks.sandbox import bubblewrap
from checks.sandbox.bubblewrap import Containment


@pytest.fixture(autouse=True)
def running_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fake servers that run."""
    running = SimpleNamespace(
        postgres=SimpleNamespace(external=True),
        redis=SimpleNamespace(kind="simulated", url=lambda number: f"unix:///r?db={number}"),
    )
    monkeypatch.setattr(services, "ensure", lambda progress=None: running)
    known = {"PostgreSQL": "running", "Redis": "stopped", "home": "/x"}
    monkeypatch.setattr(services, "status", lambda: known)


def output_of(*words: str, lang: str) -> str:
    return CliRunner().invoke(app, words, env={"EVENTURE_LANG": lang}).output


class TestDoctor:
    def test_it_speaks_both_languages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        containment = Containment("none", ("bwrap is missing: sudo apt-get install bubblewrap.",))
        monkeypatch.setattr(bubblewrap, "probe", lambda: containment)

        russian, english = output_of("doctor", lang="ru"), output_of("doctor", lang="en")

        assert "серверы      PostgreSQL внешний, Redis имитация" in russian
        assert "нет bwrap: sudo apt-get install bubblewrap." in russian
        assert "services     PostgreSQL external, Redis simulated" in english
        assert "bwrap is missing: sudo apt-get install bubblewrap." in english

    def test_for_a_program_it_stays_english(self) -> None:
        assert '"PostgreSQL external, Redis simulated"' in output_of("doctor", "--json", lang="ru")


class TestServices:
    def test_up(self) -> None:
        assert output_of("services", "up", lang="ru").split() == [
            *("PostgreSQL", "внешний", "Redis", "имитация", "unix:///r?db=0")
        ]

    def test_status(self) -> None:
        russian = output_of("services", "status", lang="ru")

        assert [line.split()[1] for line in russian.splitlines()] == [
            "работает",
            "остановлен",
            "/x",
        ]
        assert '"running"' in output_of("services", "status", "--json", lang="ru")

    def test_path_is_where_the_servers_own_tools_are(self) -> None:
        [folder] = output_of("services", "path", lang="en").splitlines()

        names = {program.name for program in Path(folder).iterdir()}
        assert {"pg_dump", "pg_restore", "psql", "postgres"} <= names


def test_serve_says_in_russian_that_a_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        result = CliRunner().invoke(app, ["serve", "day1", "--port", port, "--lang", "ru"])

    assert isinstance(result.exception, CourseError)
    assert f"Порт {port} занят" in str(result.exception)


class TestSummary:
    @pytest.fixture
    def lines(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The last lines of a run in Russian in which 1.1 passes and 1.2 does not."""
        monkeypatch.setenv("EVENTURE_LANG", "ru")
        cause = {"message": "GET /x: 200\nmore"}
        recorder = Recorder(None)
        recorder.records["a"] = {"task": "1.1", "verdict": Verdict.PASS, "cause": None}
        recorder.records["b"] = {"task": "1.2", "verdict": Verdict.FAIL, "cause": cause}
        written: list[str] = []
        terminal = SimpleNamespace(section=written.append, write_line=written.append)
        summary.write(terminal, recorder)
        return written

    def test_it_speaks_russian(self, lines: list[str]) -> None:
        assert lines == [
            "Eventure по заданиям",
            "1.1   решено   1/1",
            "1.2   не проходит 0/1  GET /x: 200",
            "дальше: задание 1.2; `checks hint 1.2` задаст вопрос",
        ]

    def test_it_speaks_english_unless_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("EVENTURE_LANG", raising=False)

        assert summary.task_line("1.1", [{"verdict": Verdict.PASS}]) == "1.1   pass     1/1"


def test_a_translation_fills_in_what_the_english_sentence_does() -> None:
    fields = {
        text: [{name for _, name, _, _ in string.Formatter().parse(each) if name} for each in pair]
        for text, each_russian in RUSSIAN.items()
        for pair in [(text, each_russian)]
    }

    assert {text: pair for text, pair in fields.items() if pair[0] != pair[1]} == {}


def test_the_words_of_the_tools_are_translated() -> None:
    """Each constant that `translate` is given in these modules has its Russian."""
    modules = (services_and_doctor, serve, row_swap)
    source = "".join(map(inspect.getsource, modules))

    missing = [
        word
        for part in source.split("translate(")[1:]
        if part[0] in "\"'" and (word := part[1:].split(part[0])[0]) not in RUSSIAN
    ]
    assert missing == []
