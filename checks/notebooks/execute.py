"""Run a notebook from its source, in a kernel of its own."""

import base64
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.errors import CourseError
from checks.files import File, write_file
from checks.notebooks.source import Notebook, in_language, normalize
from checks.services.temporary_folders import temporary_folder

SECONDS_PER_CELL = 120
PNG = "image/png"
COLOURS = 64


def execute(source: Path, lang: str, scratch: Path) -> Notebook:
    """The notebook of one language with its outputs; it runs in the folder of its file.

    `scratch` holds caches for the next run. Raises CourseError when a cell fails: the text
    then makes a claim that is no longer true.
    """
    import jupytext

    notebook = in_language(jupytext.read(source), lang, source.name)
    folder = source.parent / lang
    folder.mkdir(exist_ok=True)
    with _jupyter_folders(scratch) as runtime_folder:
        executed = normalize(
            _run(notebook, folder, runtime_folder, f"{source.name} ({lang})"), source.name
        )
    for output in (each for cell in executed["cells"] for each in cell.get("outputs", [])):
        if PNG in output.get("data", {}):
            output["data"][PNG] = _with_palette(output["data"][PNG])
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
        coalesce_streams=True,  # the number of chunks of an output varies from run to run
        resources={"metadata": {"path": str(folder)}},
        config=Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/kernel"}),
    )
    try:
        executed: Notebook = client.execute()
    except (CellExecutionError, TimeoutError, RuntimeError) as error:
        raise CourseError(f"{name}: {_failure(error)}") from error
    return executed


def _with_palette(png: str) -> str:
    """The PNG with a palette: a plot has few colours, and takes a third of the bytes so."""
    from PIL import Image

    compressed = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        image.convert("RGB").quantize(COLOURS).save(compressed, "PNG", optimize=True)
    return base64.b64encode(compressed.getvalue()).decode() + "\n"


def save(notebook: Notebook, path: Path) -> None:
    """Write the file as Jupyter would."""
    import nbformat

    text = nbformat.writes(nbformat.from_dict(notebook)) + "\n"
    write_file(path, File(text.encode()).data)


@contextmanager
def _jupyter_folders(scratch: Path) -> Iterator[str]:
    """Keep the files of Jupyter, IPython and matplotlib out of the home folder."""
    matplotlib_folder = scratch / "matplotlib"
    matplotlib_folder.mkdir(parents=True, exist_ok=True)
    # A folder with a short name: the path of a socket in it may have 104 bytes.
    with temporary_folder("jupyter") as folder:
        runtime_folder = str(folder)
        folders = dict.fromkeys(
            ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"), runtime_folder
        )
        # Without the last variable, debugpy warns of frozen modules in the first output.
        variables = {"MPLCONFIGDIR": str(matplotlib_folder), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        previous = dict(os.environ)
        os.environ |= folders | variables
        try:
            yield runtime_folder
        finally:
            os.environ.clear()
            os.environ |= previous


def _failure(error: Exception) -> str:
    """The line of the cell that failed, and the error, without the frames of libraries."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", getattr(error, "traceback", "")).splitlines()
    message = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', error)}"
    arrows = [line.partition(" ")[2].strip() for line in traceback if line.startswith("-")]
    cell_lines = [arrow for arrow in arrows if arrow]
    return f"`{cell_lines[0].partition(' ')[2].strip()}`: {message}" if cell_lines else message
