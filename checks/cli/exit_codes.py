"""How a command ends: its exit code, and a person's mistake as one sentence, never a traceback."""

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from checks.cli.help import in_language
from checks.errors import CourseError
from checks.messages.errors_ru import translate_error
from checks.messages.messages import language, translate

NOT_DONE, MISUSED, INTERRUPTED, CLOSED_PIPE = 1, 2, 130, 141
SCHEMA = "eventure/error/v1"


def run(command: TyperGroup, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command; its exit code, as docs/en/cli.md lists them.

    With `--json` the sentence about a mistake also stands on standard output, as a document.
    """
    lang = language(argv, environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may know no ✔ and no Cyrillic
            stream.reconfigure(errors="replace")
    try:
        code = command_code(in_language(command, lang), argv, lang)
        if sys.stdout:  # None where it was closed before the start
            sys.stdout.flush()
    except BrokenPipeError:
        os._exit(CLOSED_PIPE)  # as a program that SIGPIPE ends; nobody reads what is left
    except OSError as error:  # a full disk, a folder that may not be written
        where = f": {error.filename}" if error.filename else ""
        said = translate("{what}{where}; mend that, then try again", lang)
        return _give_up(said.format(what=error.strerror or error, where=where), MISUSED, argv)
    return code


def command_code(command: TyperGroup, argv: Sequence[str], lang: str) -> int:
    """The exit code of a command. Raises OSError for what the machine refuses."""
    try:
        return command.main(list(argv), prog_name="checks", standalone_mode=False) or 0
    except CourseError as error:
        return _give_up(translate_error(str(error), lang), error.exit_code, argv)
    except TyperException as error:
        return _misused(error, argv, lang)
    except typer.Abort:
        print()  # the question's line ends here
        return _give_up(translate("there was no answer; nothing was written", lang), NOT_DONE, argv)
    except SystemExit as ended:  # rich and typer end so when nobody reads any more
        if ended.code == NOT_DONE:
            raise BrokenPipeError from ended
        return int(ended.code or 0)


def _misused(error: TyperException, argv: Sequence[str], lang: str) -> int:
    """A word that no command takes: what is wrong with it, and which help to read."""
    context: typer.Context | None = getattr(error, "ctx", None)
    help_page = f"{context.command_path if context else 'checks'} --help"
    what = error.format_message()
    if "\n" in what:  # a group without a command answers with its whole help
        what = "Missing command."
    said = f"{translate_error(what, lang).rstrip('.')}; {translate('see', lang)} {help_page}"
    return _give_up(said, error.exit_code, argv)


def _give_up(said: str, exit_code: int, argv: Sequence[str]) -> int:
    print(f"checks: {said}", file=sys.stderr)
    if "--json" in argv:
        document = {"schema": SCHEMA, "error": said, "exit_code": exit_code}
        print(json.dumps(document, ensure_ascii=False))
    return exit_code
