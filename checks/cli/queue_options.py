"""Where cells are sent, and where files and results travel: options of `grade` and `worker`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from checks.services.home import open_home

Queue = Annotated[
    str,
    typer.Option(
        "--queue",
        envvar="EVENTURE_QUEUE",
        help="The broker that cells are sent through: redis://HOST:6379/0, amqp://HOST.",
    ),
]
StoreUrl = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="EVENTURE_STORE",
        help="Where files and results travel, any URL of fsspec. Default: a folder of this user's.",
    ),
]


@dataclass(frozen=True)
class QueueOptions:
    """Where cells are sent and where their files lie; `store` "" is this user's own folder."""

    queue: str = ""
    store: str = ""


NO_QUEUE = QueueOptions()


def default_store() -> str:
    """The store of a grader and of workers that one user has on one machine."""
    return f"file://{open_home().root / 'cohort-store'}"
