"""A proof that believes nothing older: what it goes on with, and what of another it believes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.authoring.verify_cache import VerifyCache
from checks.runner.run import RunRequest
from checks.tests.support.cached_runs import Runs, run_in_new_process, run_request, runs

__all__ = ["run_request", "runs"]  # fixtures


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
    assert cache._kept
    assert cache._kept._proof
    os.close(cache._kept._proof._descriptor)


@pytest.mark.parametrize("words", [["verify", "1.1"], ["verify", "1.2"]])
def test_two_new_proofs_at_once_believe_nothing_of_each_other(
    words: list[str], run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first = VerifyCache(tmp_path, tmp_path / "build", anew=["verify", "1.1"])
    second = VerifyCache(tmp_path, tmp_path / "build", anew=words)

    first.run(run_request, lambda _: [])
    second.run(run_request, lambda _: [])

    assert runs.count == 2


def test_two_new_proofs_at_once_keep_what_both_have_seen(
    run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    def proof(clone: str) -> VerifyCache:
        return VerifyCache(tmp_path, tmp_path / "build", anew=["verify", clone])

    first, second = proof("one clone"), proof("another clone")
    for cache in (first, second):
        cache.run(run_request, lambda _: [])
        _end_of_process(cache)
    assert runs.count == 2

    for clone in ("one clone", "another clone"):
        proof(clone).run(run_request, lambda _: [])
    assert runs.count == 2


def _damage(mark: Path) -> None:
    mark.write_bytes(b"\xff\xfe\xff")


def _age_by_a_day(mark: Path) -> None:
    os.utime(mark, (0, mark.stat().st_mtime - 25 * 3600))


@pytest.mark.parametrize("change", [_damage, _age_by_a_day])
def test_a_mark_that_is_damaged_or_a_day_old_begins_anew(
    change: Callable[[Path], None], run_request: RunRequest, runs: Runs, tmp_path: Path
) -> None:
    first = VerifyCache(tmp_path, tmp_path / "build", anew=["verify"])
    first.run(run_request, lambda _: [])
    _end_of_process(first)
    (mark,) = (tmp_path / "build").glob("new-proof-*")
    change(mark)

    VerifyCache(tmp_path, tmp_path / "build", anew=["verify"]).run(run_request, lambda _: [])

    assert runs.count == 2
