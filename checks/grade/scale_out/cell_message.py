"""What a message of the queue says of a cell. It comes from outside and is checked as such."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from checks.errors import CourseError
from checks.grade.cell_run import MAX_CPU_SECONDS

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MarkName = Annotated[str, Field(pattern=r"^[0-9a-z-]{1,80}$")]
MARKS_LIMIT = 100
MarkNames = Annotated[tuple[MarkName, ...], Field(max_length=MARKS_LIMIT)]


class BadMessage(CourseError):
    """A message that asks for nothing that can be graded."""


@dataclass(frozen=True)
class CellMessage:
    """A cell to grade: its key, the hash of the learner's files, the day's folder, CPU seconds.

    `dead` are the marks of workers that the sender knows to have died of the cell, `past` those
    that were there before it asked. `sender` is what a worker finds in the store that it shares
    with the sender; `refused` counts the workers that did not find it.
    """

    key: Hash
    learner: Hash
    day: Annotated[str, Field(max_length=80)]
    cpu_seconds: Annotated[float, Field(ge=1, le=MAX_CPU_SECONDS, allow_inf_nan=False)]
    dead: MarkNames = ()
    past: MarkNames = ()
    sender: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")] = ""
    refused: Annotated[int, Field(ge=0, le=100)] = 0

    @property
    def document(self) -> dict[str, Any]:
        """The message as JSON."""
        return {**asdict(self), "dead": list(self.dead), "past": list(self.past)}


REFUSALS = 3
"""So many workers may find that a cell's files are in no store of theirs."""
_ADAPTER = TypeAdapter(CellMessage)


def read_message(document: object) -> CellMessage:
    """Read a message. Raises BadMessage for anything else."""
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        raise BadMessage(f"a message names no cell: {error.errors()[0]['msg']}") from error


def refused_once_more(document: object) -> list[dict[str, Any]]:
    """The message for the next worker; none after the last refusal.

    Nothing is lost then: the grader that waits puts the files into the store and asks again.
    """
    message = read_message(document)
    again = replace(message, refused=message.refused + 1)
    return [again.document] if again.refused < REFUSALS else []
