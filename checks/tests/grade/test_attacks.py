"""Each attack fails in the sandbox, and succeeds without the protection that stops it.

Else `checks grade doctor` would praise a sandbox that is none.
"""

import os
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from checks.grade.attacks import endless, run
from checks.grade.attacks.all_attacks import ATTACKS, attack_all, outcome_of
from checks.grade.attacks.attack import Attack, PlantedFile
from checks.grade.attacks.endless import ENDLESS, EndlessAttack
from checks.grade.attacks.neighbours import NEIGHBOURS, NeighbourAttack
from checks.grade.attacks.run import contained_command, new_surroundings, run_command, run_endless
from checks.harness.app import resource_limits
from checks.tests.support.borders import needs_sandbox
from checks.tests.support.repository import ROOT
from checks.tests.support.weakened_sandbox import (
    FollowingFolder,
    Weakening,
    no_process_left,
    plain,
    under_a_terminal,
    with_a_large_tmp,
    with_privileges,
    with_terminals,
    without,
    without_filter,
    without_tmpfs,
)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do without these")
pytestmark = needs_sandbox
WEAKENINGS: dict[str, Weakening] = {
    "becomes root by a program of root's": with_privileges,
    "types into the terminal (TIOCSTI)": under_a_terminal,
    "starts 400 processes": without("--nproc=256"),
    "takes 4 GiB of memory": without("--as=2147483648"),
    "has core dumps written": without("--core=0"),
    "reaches a server of this machine": without("--unshare-net"),
    "sees another network than its own": without("--unshare-net"),
    "reaches an abstract Unix socket": without("--unshare-net"),
    "fills the disk": with_a_large_tmp,
    "fills the disk with files that have no name": without_tmpfs,
    "makes 30000 files": without_tmpfs,
    "holds memory that no process owns": without_filter,
    "keeps a key in the kernel": without_filter,
    "makes system calls that no filter sees (io_uring)": without_filter,
    "opens a socket that no network namespace closes (AF_VSOCK, AF_ALG)": without_filter,
    "takes terminals, of which the machine has a fixed number (kernel.pty.max)": with_terminals,
}
"""By an attack's name, the sandbox in which it succeeds; for any other: no sandbox at all."""
IN_THE_SANDBOX = [attack for attack in ATTACKS if isinstance(attack, Attack)]
RACES = 30
PLANTED = [attack for attack in ATTACKS if isinstance(attack, PlantedFile)]


def test_the_sandbox_holds_all_of_them_off() -> None:
    outcomes = list(attack_all())

    assert [outcome for outcome in outcomes if not outcome.blocked] == []
    assert len(outcomes) >= 24


def test_each_has_a_name_of_its_own_in_both_languages() -> None:
    for lang in ("en", "ru"):
        assert len({attack.name.in_(lang) for attack in ATTACKS}) == len(ATTACKS)


def test_each_weakening_is_of_an_attack_that_there_is() -> None:
    assert set(WEAKENINGS) <= {attack.name.en for attack in IN_THE_SANDBOX}


@needs_root
@pytest.mark.parametrize("attack", NEIGHBOURS, ids=lambda attack: attack.name.en)
def test_where_all_sandboxes_have_one_user_it_succeeds(
    attack: NeighbourAttack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "another_uid", nullcontext)

    assert not outcome_of(attack).blocked


@needs_root
@pytest.mark.parametrize("attack", IN_THE_SANDBOX, ids=lambda attack: attack.name.en)
def test_without_the_protection_it_succeeds(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    if attack.name.en.startswith("opens a socket") and not _has_other_families():
        pytest.skip("this kernel has no such socket")
    weaken = WEAKENINGS.get(attack.name.en, plain)
    monkeypatch.setattr(run, "TIMEOUT_SECONDS", 5)
    with new_surroundings() as around, no_process_left(around):
        if attack.name.en == "inherits an open file of the checker":
            monkeypatch.setattr(subprocess, "run", _run_with_all_files)
        argv = weaken(contained_command(attack.source, around), around)

        assert not run_command(attack, argv, around.variables).blocked


def _has_other_families() -> bool:
    for family in (socket.AF_VSOCK, socket.AF_ALG):
        with suppress(OSError), socket.socket(family, socket.SOCK_SEQPACKET):
            return True
    return False


def _run_with_all_files(
    argv: list[str], env: dict[str, str], **options: object
) -> "subprocess.CompletedProcess[str]":
    with (
        Path("/dev/null").open() as secret,
        subprocess.Popen(
            argv, env=env, stdout=subprocess.PIPE, text=True, pass_fds=[secret.fileno()]
        ) as process,
    ):
        output = process.communicate()[0]
    return subprocess.CompletedProcess(argv, 0, output, "")


@needs_root
@pytest.mark.parametrize("attack", PLANTED, ids=lambda attack: attack.name.en)
def test_where_links_are_followed_it_succeeds(
    attack: PlantedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LearnerFolder", FollowingFolder)

    def is_blocked() -> bool:
        with new_surroundings() as around:
            return run.run_planted(attack, around).blocked

    assert not all(is_blocked() for _ in range(RACES)), "a race is not won each time"


class TestEndless:
    def attack(self, name: str) -> EndlessAttack:
        return next(attack for attack in ENDLESS if name in attack.name.en)

    def test_without_a_limit_the_output_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(resource_limits, "OUTPUT_LIMIT", 1 << 40)
        with new_surroundings() as around:
            assert not run_endless(self.attack("prints"), around).blocked

    def test_a_signal_that_asks_does_not_end_the_sleeper(self) -> None:
        source = self.attack("signal").source.replace("while", "print('up', flush=True)\nwhile")
        with subprocess.Popen(
            [sys.executable, "-c", source], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "up\n"
            process.terminate()
            process.kill()

        assert process.returncode == -signal.SIGKILL

    def test_whoever_deletes_by_path_leaves_the_folders(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def by_path(folder: Path) -> None:
            with suppress(OSError, RecursionError):
                for path in reversed(list(folder.rglob("*"))):
                    path.rmdir()

        monkeypatch.setattr(endless, "remove_tree", by_path)
        with new_surroundings() as around:
            outcome = run_endless(self.attack("too deep"), around)
            monkeypatch.undo()

            assert not outcome.blocked

    def test_one_that_prints_nothing_and_stays_has_not_been_stopped(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(endless, "TIMEOUT_SECONDS", 1.0)
        silent = replace(self.attack("prints"), source="import time\ntime.sleep(60)")
        with new_surroundings() as around:
            assert not run_endless(silent, around).blocked


def test_a_neighbour_that_does_not_end_is_told_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "TIMEOUT_SECONDS", 1)
    hanging = replace(NEIGHBOURS[0], neighbour="import time\ntime.sleep(60)")
    with new_surroundings() as around:
        outcome = run.run_neighbour(hanging, around)

    assert (outcome.blocked, outcome.reason) == (False, "it was still there after 1 s")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_on_grading_names_each_of_them_and_how_many(lang: str) -> None:
    page = (ROOT / "docs" / lang / "grading.md").read_text(encoding="utf-8")

    assert [
        attack.name.in_(lang) for attack in ATTACKS if f"| {attack.name.in_(lang)} |" not in page
    ] == []
    assert f"checks grade doctor                  # {len(ATTACKS)} " in page
