"""Runs the sections of a page's program; `worker.mjs` calls it in the browser."""

import contextlib
import io
import sys
import traceback
from collections.abc import Sequence

PAGE = "<this page>"


def run_sections(sources: Sequence[str]) -> bool:
    """Run all sections in one new namespace, and print what the last one prints.

    An exception ends the run: its traceback, without the frames of this module, is printed. Returns
    whether there was none.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    *earlier, last = sources
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for source in earlier:
                exec(compile(source, PAGE, "exec"), names)  # noqa: S102, the reader's own code
        exec(compile(last, PAGE, "exec"), names)  # noqa: S102
    except BaseException as error:  # noqa: BLE001, SystemExit too is told in the page
        shown = error.__traceback__.tb_next if error.__traceback__ else None
        print("".join(traceback.format_exception(type(error), error, shown)), end="")
        return False
    finally:
        sys.stdout.flush()
    return True
