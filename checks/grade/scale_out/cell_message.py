"""What a message of the queue says of a cell. It comes from outside and is checked as such."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from checks.errors import CourseError

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MarkName = Annotated[str, Field(pattern=r"^[0-9a-z-]{1,80}$")]


class BadMessage(CourseError):
    """A message that asks for nothing that can be graded."""


@dataclass(frozen=True)
class CellMessage:
    """A cell to grade: its key, the hash of the learner's files, the day's folder, CPU seconds.

    `dead` are the marks of workers that the sender knows to have died of the cell.
    """

    key: Hash
    learner: Hash
    day: Annotated[str, Field(max_length=80)]
    cpu_seconds: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)]
    dead: Annotated[tuple[MarkName, ...], Field(max_length=100)] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The message as JSON."""
        return {**asdict(self), "dead": list(self.dead)}


_ADAPTER = TypeAdapter(CellMessage)


def read_message(document: object) -> CellMessage:
    """Read a message. Raises BadMessage for anything else."""
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        raise BadMessage(f"a message names no cell: {error.errors()[0]['msg']}") from error
