"""A module that starts the server, run up to the moment at which it would serve."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from checks.harness.app.border import Border
from checks.harness.errors import AppHangs

TIMEOUT = 20.0
# `uvicorn` as a function, as a class, and as the program that the process becomes
CODE = """
import os, runpy, sys
import uvicorn

def stop(*_, **__):
    raise SystemExit(0)

def unless_it_serves(become):
    def call(path, words, *rest):
        if any(os.path.basename(os.fsdecode(word)) == "uvicorn" for word in (path, *words)):
            stop()
        return become(path, words, *rest)
    return call

uvicorn.run = uvicorn.Server.run = uvicorn.Server.serve = stop
os.execv, os.execve = unless_it_serves(os.execv), unless_it_serves(os.execve)
sys.path.insert(0, "")
sys.argv.pop(0)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def run_until_it_serves(border: Border, words: Sequence[str], env: Mapping[str, str]) -> None:
    """Run the module with its arguments; what it starts with is done then.

    A server that is not seen here is ended after `TIMEOUT` seconds.
    """
    with suppress(AppHangs):
        border.run(border.python("-c", CODE, *words), env, None, TIMEOUT)
