"""Commands that have ended, in words that follow a sentence of a message."""

from checks.harness.app.border import CommandResult
from checks.harness.app.process import last_error


def exit_summary(result: CommandResult) -> str:
    """`; exit code 1, it said: …`: the exit code, and the error that the command has named."""
    output = result.stderr.strip() or result.stdout.strip()
    return f"; exit code {result.returncode}, it said: {last_error(output)}"


def error_summary(*results: CommandResult) -> str:
    """`; it said: …`: the errors of the commands that failed, sorted; "" when none did."""
    errors = {last_error(result.stderr) for result in results if result.returncode != 0}
    return f"; it said: {'; '.join(sorted(errors))}" if errors else ""
