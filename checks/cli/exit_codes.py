"""A command's exit code; a person's mistake is one sentence, never a traceback."""

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from checks.cli.help import in_language
from checks.course.course import Text
from checks.errors import CourseError
from checks.messages.errors_ru import translate_error
from checks.messages.messages import language, translate

FAILURE, USAGE_ERROR, INTERRUPTED, CLOSED_PIPE = 1, 2, 130, 141
MEANINGS = {
    0: Text("all is well", "всё в порядке"),
    FAILURE: Text(
        "something does not pass, is missing, or was left unwritten because nobody said yes",
        "что-то не проходит, чего-то не хватает или без вашего «да» ничего не записано",
    ),
    USAGE_ERROR: Text(
        "the command was misused, or the machine refused; one sentence says what to do next",
        "команда вызвана неверно или машина отказала; одна фраза говорит, что делать",
    ),
    INTERRUPTED: Text("you pressed Ctrl-C", "вы нажали Ctrl-C"),
    CLOSED_PIPE: Text(
        "nobody read what it printed, as in `checks | head -1`",
        "вывод никто не дочитал, как в `checks | head -1`",
    ),
}
"""What each exit code of a command says; the site's page of the commands shows this table."""
SCHEMA = "eventure/error/v1"


def run(command: TyperGroup, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command; its exit code, as docs/en/cli.md lists them.

    With `--json` the sentence about a mistake is also a document on standard output.
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
        os._exit(CLOSED_PIPE)  # the exit code of a program that SIGPIPE ends
    except OSError as error:  # a full disk, a folder that may not be written
        file = f": {error.filename}" if error.filename else ""
        sentence = translate("{what}{where}; mend that, then try again", lang)
        sentence = sentence.format(what=error.strerror or error, where=file)
        return _report_error(sentence, USAGE_ERROR, argv)
    return code


def command_code(command: TyperGroup, argv: Sequence[str], lang: str) -> int:
    """The exit code of a command. Raises OSError for what the machine refuses."""
    try:
        return command.main(list(argv), prog_name="checks", standalone_mode=False) or 0
    except CourseError as error:
        return _report_error(translate_error(str(error), lang), error.exit_code, argv)
    except TyperException as error:
        return _usage_error(error, argv, lang)
    except typer.Abort:
        print()  # end the line of the question
        sentence = translate("there was no answer; nothing was written", lang)
        return _report_error(sentence, FAILURE, argv)
    except SystemExit as system_exit:  # rich and typer exit so when the pipe is closed
        if system_exit.code == FAILURE:
            raise BrokenPipeError from system_exit
        return int(system_exit.code or 0)


def _usage_error(error: TyperException, argv: Sequence[str], lang: str) -> int:
    """Report wrong usage: the message, and the help page to read."""
    context: typer.Context | None = getattr(error, "ctx", None)
    help_page = f"{context.command_path if context else 'checks'} --help"
    message = error.format_message()
    if "\n" in message:  # a group without a command answers with its whole help
        message = "Missing command."
    sentence = f"{translate_error(message, lang).rstrip('.')}; {translate('see', lang)} {help_page}"
    return _report_error(sentence, error.exit_code, argv)


def _report_error(sentence: str, exit_code: int, argv: Sequence[str]) -> int:
    print(f"checks: {sentence}", file=sys.stderr)
    if "--json" in argv:
        document = {"schema": SCHEMA, "error": sentence, "exit_code": exit_code}
        print(json.dumps(document, ensure_ascii=False))
    return exit_code
