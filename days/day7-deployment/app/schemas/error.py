"""What every refusal looks like."""

from pydantic import BaseModel, Field


class InvalidField(BaseModel):
    """One thing that is wrong with a request. It never repeats the value that was sent."""

    type: str
    loc: list[str | int] = Field(examples=[["body", "title"]])
    msg: str


class Error(BaseModel):
    """`detail` is for people, `code` for programs; of a malformed request, what is wrong where."""

    detail: str | list[InvalidField]
    code: str
