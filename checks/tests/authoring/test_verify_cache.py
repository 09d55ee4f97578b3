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


def test_a_new_proof_believes_nothing_and_goes_on_where_it_was_interrupted(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    def proof() -> VerifyCache:
        return VerifyCache(tmp_path, tmp_path / "build", anew=["verify", "1.1"])

    run_in_new_process(run_request, tmp_path)
    interrupted = proof()
    interrupted.run(run_request, lambda _: [])
    _end_of_process(interrupted)
    assert runs.count == 2
    VerifyCache(tmp_path, tmp_path / "build").finish()  # another proof comes to its end

    second = proof()
    second.run(run_request, lambda _: [])
    second.finish()
    assert runs.count == 2

    proof().run(run_request, lambda _: [])
    assert runs.count == 3


def _end_of_process(cache: VerifyCache) -> None:
    """What the kernel does with the locks of a process that has ended."""
    assert cache._proof
    os.close(cache._proof._descriptor)


@pytest.mark.parametrize("words", [["verify", "1.1"], ["verify", "1.2"]])
def test_two_new_proofs_at_once_believe_nothing_of_each_other(
    words: list[str], run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first = VerifyCache(tmp_path, tmp_path / "build", anew=["verify", "1.1"])
    second = VerifyCache(tmp_path, tmp_path / "build", anew=words)

    first.run(run_request, lambda _: [])
    second.run(run_request, lambda _: [])

    assert runs.count == 2


def test_a_mark_that_is_damaged_begins_anew(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first = VerifyCache(tmp_path, tmp_path / "build", anew=["verify"])
    first.run(run_request, lambda _: [])
    _end_of_process(first)
    (mark,) = (tmp_path / "build").glob("new-proof-*")
    mark.write_bytes(b"\xff\xfe\xff")

    VerifyCache(tmp_path, tmp_path / "build", anew=["verify"]).run(run_request, lambda _: [])

    assert runs.count == 2


def test_a_proof_that_was_left_for_a_day_begins_anew(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first = VerifyCache(tmp_path, tmp_path / "build", anew=["verify"])
    first.run(run_request, lambda _: [])
    _end_of_process(first)
    (mark,) = (tmp_path / "build").glob("new-proof-*")
    os.utime(mark, (0, mark.stat().st_mtime - 25 * 3600))

    VerifyCache(tmp_path, tmp_path / "build", anew=["verify"]).run(run_request, lambda _: [])

    assert runs.count == 2


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
