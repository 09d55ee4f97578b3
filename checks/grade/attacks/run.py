"""Run the attacks in the sandbox of the submissions, with something beside it to be attacked."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from checks.course.course import Text
from checks.grade.attacks.attack import Attack, AttackOutcome, PlantedFile, Surroundings
from checks.grade.attacks.endless import EndlessAttack
from checks.grade.attacks.neighbours import NeighbourAttack
from checks.grade.attacks.surroundings import contents, surroundings
from checks.harness.app.border import Border
from checks.sandbox import bubblewrap
from checks.sandbox.learner_files import LearnerFolder
from checks.sandbox.process_tree import kill_sandbox
from checks.sandbox.sandbox_uid import another_uid
from checks.services.temporary_folders import SHORT_PATHS, temporary_folder

TIMEOUT_SECONDS = 120
"""Many times what an attack takes: a busy machine must not look like a sandbox that is none."""
THROUGH = "it got through"


def run_attack(attack: Attack, around: Surroundings) -> AttackOutcome:
    """Run one attack in the sandbox, with a tmpfs as its scratch folder."""
    sandboxed = contained_command(attack.source, around)
    argv = [sys.executable, "-I", "-m", "checks.harness.app.tmpfs", str(around.scratch), *sandboxed]
    return run_command(attack, argv, around.variables)


def run_command(attack: Attack, argv: Sequence[str], variables: dict[str, str]) -> AttackOutcome:
    """Run one attack; output that is still open after the timeout shows a leftover process."""
    try:
        result = _completed(argv, variables)
    except subprocess.TimeoutExpired:
        return _still_there(attack.name)
    words = result.stdout.split()
    # An attack that was killed before it printed anything has failed.
    blocked = words == ["false"] or (not words and result.returncode != 0)
    return AttackOutcome(attack.name, blocked, "" if blocked else result.stderr.strip() or THROUGH)


def _completed(
    argv: Sequence[str], variables: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    """What a contained program has printed. Raises TimeoutExpired while its output is open."""
    return subprocess.run(
        argv,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
        env=bubblewrap.environment(variables),
    )


def _still_there(name: Text) -> AttackOutcome:
    return AttackOutcome(
        name, blocked=False, reason=f"it was still there after {TIMEOUT_SECONDS} s"
    )


def run_planted(attack: PlantedFile, around: Surroundings) -> AttackOutcome:
    """Let the trusted side act while the source runs; nothing outside may change."""
    before = contents(around.outside)
    with _running(attack.source, around):
        taken = attack.act(LearnerFolder(around.scratch))
    blocked = not taken and contents(around.outside) == before
    return AttackOutcome(attack.name, blocked, "" if blocked else THROUGH)


def run_endless(attack: EndlessAttack, around: Surroundings) -> AttackOutcome:
    """Run an attack behind the border of the submissions."""
    blocked = not attack.run(Border(around.tree, around.scratch, contained=True), attack.source)
    return AttackOutcome(attack.name, blocked, "" if blocked else THROUGH)


def run_neighbour(attack: NeighbourAttack, around: Surroundings) -> AttackOutcome:
    """Run the neighbour's program in the sandbox of another checker process during the attack."""
    with _running(attack.source, around), another_uid():
        try:
            neighbour = _completed(contained_command(attack.neighbour, around), {})
        except subprocess.TimeoutExpired:
            return _still_there(attack.name)
    blocked = neighbour.stdout.split() == ["fine"]
    lines = neighbour.stderr.strip().splitlines() or [THROUGH]
    return AttackOutcome(attack.name, blocked, "" if blocked else lines[-1])


@contextmanager
def new_surroundings() -> Iterator[Surroundings]:
    """Surroundings for one attack: what an earlier one has left does not help it."""
    with temporary_folder("attacks", SHORT_PATHS) as folder, ExitStack() as stack:
        yield surroundings(folder, stack)


def contained_command(source: str, around: Surroundings) -> list[str]:
    """The command line of an attack in the sandbox of the submissions."""
    return bubblewrap.wrap(
        [sys.executable, "-I", "-B", "-c", source],
        tree=around.tree,
        writable={
            around.scratch: bubblewrap.SCRATCH_MOUNT,
            around.room: f"{bubblewrap.SCRATCH_MOUNT}/room",
        },
        sockets=(around.sockets,),
    )


@contextmanager
def _running(source: str, around: Surroundings) -> Iterator[None]:
    """A contained process that has begun its attack; it is killed when the block ends."""
    process = subprocess.Popen(
        contained_command(source, around),
        env=bubblewrap.environment(around.variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        try:
            if process.stdout is not None:
                process.stdout.readline()
            yield
        finally:
            kill_sandbox(process.pid)
