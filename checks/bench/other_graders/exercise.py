"""One exercise of five tests, written for each grader from one list of cases.

The submission is a FastAPI app that keeps notes in memory, so no grader needs a server of its own.
check50 and Otter ask it by starlette's test client, in the process that loads it; this checker
asks it over a socket, in its sandbox.
"""

import json
from dataclasses import dataclass
from pathlib import Path

SUBMISSION = '''"""Notes that are kept in memory."""

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

app = FastAPI()
notes = ["milk"]


class Note(BaseModel):
    text: str = Field(min_length=1)


@app.get("/notes")
def read_all() -> list[str]:
    return notes


@app.post("/notes", status_code=201)
def add(note: Note) -> Note:
    notes.append(note.text)
    return note


@app.get("/notes/{number}")
def read(number: int) -> Note:
    if not 0 < number <= len(notes):
        raise HTTPException(404)
    return Note(text=notes[number - 1])
'''


@dataclass(frozen=True)
class Case:
    """One test: the request, and the status that is right."""

    name: str
    method: str
    path: str
    status: int
    body: dict[str, str] | None = None

    @property
    def call(self) -> str:
        """The request as an argument list of a client's `request`."""
        body = "" if self.body is None else f", json={json.dumps(self.body)}"
        return f'"{self.method}", "{self.path}"{body}'


CASES = (
    Case("all_are_listed", "GET", "/notes", 200),
    Case("a_note_is_read", "GET", "/notes/1", 200),
    Case("an_unknown_one_is_not_found", "GET", "/notes/1000", 404),
    Case("a_new_one_is_kept", "POST", "/notes", 201, {"text": "bread"}),
    Case("an_empty_one_is_refused", "POST", "/notes", 422, {"text": ""}),
)


def write(files: dict[str, str], folder: Path) -> None:
    """Write each text below the folder, by its relative path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
