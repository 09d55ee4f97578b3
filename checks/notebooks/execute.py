"""Run a notebook from its plain source, in a Python of its own."""

import base64
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.errors import CourseError
from checks.files import File, write_file
from checks.notebooks.source import Notebook, in_language, tidied

SECONDS_PER_CELL = 120
PNG = "image/png"
COLOURS = 64


def execute(source: Path, lang: str, scratch: Path) -> Notebook:
    """The notebook of one language with its outputs; it runs where its file will stand.

    `scratch` takes what may be kept for the next run. Raises CourseError when a cell fails: what
    the text claims no longer holds.
    """
    import jupytext

    notebook = in_language(jupytext.read(source), lang, source.name)
    folder = source.parent / lang
    folder.mkdir(exist_ok=True)
    with _jupyter_kept_in(scratch) as short:
        executed = tidied(_run(notebook, folder, short, f"{source.name} ({lang})"), source.name)
    for output in (out for cell in executed["cells"] for out in cell.get("outputs", [])):
        if PNG in output.get("data", {}):
            output["data"][PNG] = _smaller(output["data"][PNG])
    return executed


def _run(notebook: Notebook, folder: Path, sockets: str, name: str) -> Notebook:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from traitlets.config import Config

    client = NotebookClient(
        nbformat.from_dict(notebook),
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        coalesce_streams=True,  # how many pieces a cell's text comes in, is chance
        resources={"metadata": {"path": str(folder)}},
        config=Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/kernel"}),
    )
    try:
        executed: Notebook = client.execute()
    except (CellExecutionError, TimeoutError, RuntimeError) as error:
        raise CourseError(f"{name}: {_complaint(error)}") from error
    return executed


def _smaller(png: str) -> str:
    """A plot has few colours: with a palette it takes a third of the bytes."""
    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        image.convert("RGB").quantize(COLOURS).save(made, "PNG", optimize=True)
    return base64.b64encode(made.getvalue()).decode() + "\n"


def save(notebook: Notebook, path: Path) -> None:
    """Write the file as Jupyter would."""
    import nbformat

    text = nbformat.writes(nbformat.from_dict(notebook)) + "\n"
    write_file(path, File(text.encode()).data)


@contextmanager
def _jupyter_kept_in(scratch: Path) -> Iterator[str]:
    """Jupyter, IPython and matplotlib write into the home folder unless they are told where."""
    kept = scratch / "matplotlib"
    kept.mkdir(parents=True, exist_ok=True)
    # A folder with a short name: sockets lie in it, and their paths may have 104 bytes.
    with tempfile.TemporaryDirectory() as short:
        folders = dict.fromkeys(("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"), short)
        # Without the last one, debugpy warns of Python's frozen modules in the first output.
        quiet = {"MPLCONFIGDIR": str(kept), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        before = dict(os.environ)
        os.environ |= folders | quiet
        try:
            yield short
        finally:
            os.environ.clear()
            os.environ |= before


def _complaint(error: Exception) -> str:
    """The line of the cell that failed, and why; what libraries it went through is left out."""
    told = re.sub(r"\x1b\[[0-9;]*m", "", getattr(error, "traceback", "")).splitlines()
    why = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', error)}"
    arrows = [line.partition(" ")[2].strip() for line in told if line.startswith("-")]
    own = [arrow for arrow in arrows if arrow]
    return f"`{own[0].partition(' ')[2].strip()}`: {why}" if own else why
