"""What verify remembers: a run that held, whole, and only as long as it is to be believed."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.authoring import run_key, verify_cache
from checks.authoring.claims import Fault
from checks.authoring.verify_cache import VerifyCache
from checks.results.model import Results, Verdict
from checks.runner.run import RunRequest
from checks.tests.support.cached_runs import Runs, judged, run_in_new_process, run_request, runs
from checks.tests.support.workbook import write

__all__ = ["run_request", "runs"]  # fixtures
Runner = Callable[[RunRequest], Results]


def test_the_same_run_is_remembered_whole(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first, second = (
        run_in_new_process(run_request, tmp_path),
        run_in_new_process(run_request, tmp_path),
    )

    assert first == second == runs.results
    assert runs.count == 1


@pytest.mark.parametrize("anew", [(), ("verify",)])
def test_a_folder_that_cannot_be_written_to_ends_no_proof(
    anew: tuple[str, ...], run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    write(tmp_path, {"file": ""})
    cache = VerifyCache(tmp_path, tmp_path / "file/proved", anew=anew)

    assert cache.run(run_request, lambda _: []) == runs.results

    cache.finish()
    assert cache.problem == f"nothing more is remembered: Not a directory: {tmp_path}/file/proved"
    assert not cache.keeps


def test_a_claim_that_did_not_hold_is_tried_again(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path, holds=False)
    run_in_new_process(run_request, tmp_path, holds=False)

    assert runs.count == 4  # twice each


def test_what_was_remembered_and_is_not_expected_any_more_is_tried_again(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(run_request, tmp_path, holds=False)

    assert runs.count == 2


@pytest.mark.parametrize("verdict", [Verdict.INFRA_ERROR, Verdict.FLAKY, Verdict.NOT_RUN])
def test_a_run_that_broke_is_tried_again(
    verdict: Verdict, run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    runs.results = judged(verdict)
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_a_tree_that_changed_during_the_run_is_not_remembered(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    class Editing(Runs):
        def __call__(self, run_request: RunRequest, *_: object, **__: object) -> Results:
            write(tmp_path, {"tree/app/main.py": f"c = {self.count + 2}\n"})
            return super().__call__(run_request)

    editing = Editing(runs.results)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify_cache, "run", editing)
        VerifyCache(tmp_path, tmp_path / "build").run(run_request, lambda _: [])

    assert not list((tmp_path / "build").glob("*.json"))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (r".*", '{"day": "day1", "tasks": ['),
        (r".*", "[" * 100_000),
        (r".*", "\udcff"),
        (r'"cause": [^,}]*', '"cause": "x"'),
        (r'"tests": \[[^]]*\]', '"tests": []'),
    ],
    ids=["cut off", "nested", "no text", "another kind of value", "without tests"],
)
def test_a_kept_file_that_is_damaged_is_no_answer(
    was: str, now: str, run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    for kept in (tmp_path / "build").glob("*.json"):
        text, count = re.subn(was, lambda _: now, kept.read_text(), count=1)
        assert count
        kept.write_text(text, errors="surrogateescape")

    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_a_kept_file_of_other_tasks_is_no_answer(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    run_in_new_process(run_request, tmp_path)
    for kept in (tmp_path / "build").glob("*.json"):
        kept.write_text(json.dumps({**json.loads(kept.read_text()), "tasks": []}))

    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_a_run_beside_which_the_checker_changed_is_not_remembered(
    run_request: RunRequest, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = tmp_path / "checks"
    write(checker, {"harness/api.py": ""})
    monkeypatch.setattr(run_key, "PACKAGE", checker)
    cache = VerifyCache(tmp_path, tmp_path / "build")

    def edited(_: Results) -> list[Fault]:
        os.utime(checker / "harness/api.py", (2**33, 2**33))
        return []

    cache.run(run_request, edited)

    assert not list((tmp_path / "build").glob("*.json"))


@pytest.mark.parametrize("server", ["DATABASE_URL", "REDIS_URL"])
def test_on_somebody_elses_server_nothing_is_remembered(
    server: str,
    run_request: RunRequest,
    runs: Runs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(server, "postgresql://elsewhere")
    run_in_new_process(run_request, tmp_path)
    run_in_new_process(run_request, tmp_path)

    assert runs.count == 2


def test_what_another_proof_has_cleared_meanwhile_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "glob", lambda folder, _: iter([folder / "gone.json"]))

    VerifyCache(tmp_path, tmp_path)


def test_what_nobody_has_asked_for_in_a_month_is_deleted(tmp_path: Path) -> None:
    names = ("a.json", "new-proof-a", ".writing-a/0")
    for age in ("old", "new"):
        write(tmp_path, {name.replace("a", age, 1): "" for name in names})
    old = {tmp_path / "old.json", tmp_path / "new-proof-old", tmp_path / ".writing-old"}
    for path in old:
        os.utime(path, (0, 0))

    VerifyCache(tmp_path, tmp_path)

    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"new.json", "new-proof-new", ".writing-new"}
