"""How many submissions are graded at a time when nobody says it."""

import os
from typing import Annotated

import typer

from checks.services.available_memory import available_memory

MEMORY_OF_ONE = 2 << 30
"""Bytes: what one submission may hold while it is graded, its servers included."""
Jobs = Annotated[
    int,
    typer.Option(
        min=1,
        help="Submissions at a time.",
        show_default="one a processor, and 2 GiB of free memory for each",
    ),
]


def jobs_at_hand() -> int:
    """One for each processor as far as the memory goes; at least one."""
    return max(1, min(os.cpu_count() or 1, available_memory() // MEMORY_OF_ONE))


JOBS_AT_HAND = jobs_at_hand()
