"""`checks verify --record`: what it has just written down is no problem any more."""

import contextlib
import json
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks.authoring import claims
from checks.authoring.claims import TaskReport
from checks.cli import main, maintainer
from checks.results.catalogue import Signature, load_signatures, save_signatures
from checks.tests.support.workbook import solution

MISTAKE = "1.1/mistakes/late"


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue with one mistake, which is recorded as failing otherwise than it does now."""
    file = tmp_path / "signatures.json"
    (tmp_path / MISTAKE).parent.mkdir(parents=True)
    (tmp_path / f"{MISTAKE}.patch").write_text("")
    save_signatures({MISTAKE: Signature({"test_x": "fail 404"})}, file)
    seen = TaskReport("1.1", signatures={MISTAKE: Signature({"test_x": "fail 200"})})
    monkeypatch.setattr(maintainer, "verify_day", lambda *_: [seen])
    monkeypatch.setattr(maintainer, "warm", contextlib.nullcontext)
    monkeypatch.setattr(maintainer, "validate_files", lambda *_: ())
    monkeypatch.setattr(maintainer, "check_statements", lambda *_: ())
    monkeypatch.setattr(maintainer, "save_signatures", partial(save_signatures, file=file))
    monkeypatch.setattr(claims, "load_signatures", partial(load_signatures, file))
    solution(tmp_path, 1, {})
    monkeypatch.chdir(tmp_path)
    return file


def test_without_it_a_change_is_a_problem_and_nothing_is_written(recorded: Path) -> None:
    before = recorded.read_bytes()

    done = CliRunner().invoke(main.app, ["verify"])

    assert f"{MISTAKE}: the signature changed: test_x fail 200, was fail 404;" in done.stdout
    assert done.exit_code == 1
    assert recorded.read_bytes() == before


def test_with_it_the_change_is_written_and_no_problem(recorded: Path) -> None:
    done = CliRunner().invoke(main.app, ["verify", "--record", "--json"])

    document = json.loads(done.stdout)
    assert [*document["problems"], *document["tasks"][0]["problems"]] == []
    assert done.exit_code == 0
    assert load_signatures(recorded)[MISTAKE].tests == {"test_x": "fail 200"}
