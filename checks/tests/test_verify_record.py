"""`checks verify --record`: what it has just written down is no problem any more."""

import contextlib
import json
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks import cli, maintain
from checks import verify as verify_module
from checks.cases import Signature, load_signatures, save_signatures
from checks.tests.workbook import solution
from checks.verified import Verified
from checks.verify import TaskReport

MISTAKE = "1.1/mistakes/late"


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue with one mistake, which is recorded as failing otherwise than it does now."""
    file = tmp_path / "signatures.json"
    (tmp_path / MISTAKE).parent.mkdir(parents=True)
    (tmp_path / f"{MISTAKE}.patch").write_text("")
    save_signatures({MISTAKE: Signature({"test_x": "fail 404"})}, file)
    seen = TaskReport("1.1", signatures={MISTAKE: Signature({"test_x": "fail 200"})})
    monkeypatch.setattr(maintain, "verify_day", lambda *_: [seen])
    monkeypatch.setattr(maintain, "warm", contextlib.nullcontext)
    monkeypatch.setattr(maintain, "validate_files", lambda *_: ())
    monkeypatch.setattr(maintain, "check_statements", lambda *_: ())
    monkeypatch.setattr(maintain, "save_signatures", partial(save_signatures, file=file))
    monkeypatch.setattr(verify_module, "load_signatures", partial(load_signatures, file))
    solution(tmp_path, 1, {})
    monkeypatch.chdir(tmp_path)
    return file


def test_without_it_a_change_is_a_problem_and_nothing_is_written(recorded: Path) -> None:
    before = recorded.read_bytes()

    done = CliRunner().invoke(cli.app, ["verify"])

    assert f"{MISTAKE}: the signature changed" in done.stdout
    assert done.exit_code == 1
    assert recorded.read_bytes() == before


def test_with_it_the_change_is_written_and_no_problem(recorded: Path) -> None:
    done = CliRunner().invoke(cli.app, ["verify", "--record", "--json"])

    document = json.loads(done.stdout)
    assert [*document["problems"], *document["tasks"][0]["problems"]] == []
    assert done.exit_code == 0
    assert load_signatures(recorded)[MISTAKE].tests == {"test_x": "fail 200"}


class Chancy(Verified):
    """One of its runs held at the second try only."""

    def __init__(self, root: Path, folder: Path | None, *, tries: int = 2) -> None:
        super().__init__(root, folder, tries=tries)
        self.unsteady["1.1/mistakes/late"] = "every test passed"


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 1)])
def test_what_holds_by_chance_is_named_and_strictly_a_problem(
    recorded: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    save_signatures({MISTAKE: Signature({"test_x": "fail 200"})}, recorded)
    monkeypatch.setattr(maintain, "Verified", Chancy)

    done = CliRunner().invoke(cli.app, ["verify", *words])

    assert f"{MISTAKE} held only at the second try: every test passed" in done.stdout
    assert done.exit_code == code


def test_what_is_recorded_was_seen_at_the_first_try(
    recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    monkeypatch.setattr(maintain, "Verified", partial(_noted, tries))

    CliRunner().invoke(cli.app, ["verify", "--record"])
    CliRunner().invoke(cli.app, ["verify"])

    assert tries == [1, 2]


def _noted(seen: list[int], root: Path, folder: Path | None, *, tries: int) -> Verified:
    seen.append(tries)
    return Verified(root, folder, tries=tries)
