"""The list of all attacks, and the outcome of each of them on this machine."""

from collections.abc import Iterator

from checks.grade.attacks.attack import Attack, AttackOutcome, PlantedFile
from checks.grade.attacks.endless import ENDLESS, EndlessAttack
from checks.grade.attacks.files import FILES
from checks.grade.attacks.kernel import KERNEL, NETWORK
from checks.grade.attacks.neighbours import NEIGHBOURS, NeighbourAttack
from checks.grade.attacks.planted import PLANTED
from checks.grade.attacks.processes import PROCESSES
from checks.grade.attacks.run import (
    new_surroundings,
    run_attack,
    run_endless,
    run_neighbour,
    run_planted,
)
from checks.sandbox.stale_folders import sweep_once

AnyAttack = Attack | PlantedFile | EndlessAttack | NeighbourAttack
ATTACKS: tuple[AnyAttack, ...] = (
    *(*PROCESSES, *NETWORK, *FILES, *KERNEL),
    *(*PLANTED, *ENDLESS, *NEIGHBOURS),
)


def attack_all() -> Iterator[AttackOutcome]:
    """Run every attack in the sandbox of the submissions."""
    sweep_once()
    for attack in ATTACKS:
        yield outcome_of(attack)


def outcome_of(attack: AnyAttack) -> AttackOutcome:
    """Run one attack, in surroundings of its own."""
    with new_surroundings() as around:
        if isinstance(attack, Attack):
            return run_attack(attack, around)
        if isinstance(attack, PlantedFile):
            return run_planted(attack, around)
        if isinstance(attack, NeighbourAttack):
            return run_neighbour(attack, around)
        return run_endless(attack, around)
