"""The errors that a probe records: who raised them, wherever they are caught."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from checks.harness.probes.tracing import ErrorRecorder

WEB = """
class Refusal(Exception):
    def __init__(self, status, detail=None):
        self.status = status
"""
RULES = """
from web import Known, Refusal

class Own(Refusal):
    pass

READY = Refusal(404)

def refuse():
    raise Refusal(status=403)

def own():
    raise Own(400)

def known():
    raise Known(400)

def ready():
    raise READY

def again():
    raise READY

def caught():
    try:
        raise Refusal(404)
    except Refusal:
        return None

def above():
    refuse()

def made():
    return Refusal(403)

def others():
    raise ValueError
"""
HANDLERS = """
from app.services import rules

def raises():
    raise rules.made()

def drops():
    try:
        rules.refuse()
    except Exception as error:
        error.__traceback__ = None
"""


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> tuple[ErrorRecorder, Callable[[str], None]]:
    """A recorder, and a call of a function of the app, whatever that raises."""
    known: dict[str, ModuleType] = {}

    def load(name: str, source: str) -> None:
        known[name] = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, known[name])
        parent, _, child = name.rpartition(".")
        if parent in known:
            setattr(known[parent], child, known[name])
        exec(compile(source, f"{name}.py", "exec"), vars(known[name]))  # noqa: S102 - our own lines

    def call(name: str) -> None:
        module, _, function = name.rpartition(".")
        try:
            getattr(known[module], function)()
        except Exception:  # noqa: BLE001 - the app's server would go on, too
            return

    load("web", WEB + "class Known(Refusal): pass")
    errors = ErrorRecorder(["web"], ["app.services"])
    sources = {"app": "", "app.services": "", "app.services.rules": RULES, "app.api": HANDLERS}
    for name, source in sources.items():
        load(name, source)
    return errors, call


App = tuple[ErrorRecorder, Callable[[str], None]]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("refuse", "refuse raises Refusal"),
        ("own", "own raises Own"),
        ("known", "known raises Known"),
        ("ready", "ready raises Refusal"),
        ("caught", "caught raises Refusal"),
        ("above", "refuse raises Refusal"),
    ],
)
def test_the_first_function_that_had_it_is_named(app: App, name: str, sentence: str) -> None:
    errors, call = app

    call(f"app.services.rules.{name}")

    assert errors.raised() == [f"app.services.rules.{sentence}"]


@pytest.mark.parametrize("name", ["app.services.rules.others", "app.api.raises"])
def test_other_errors_and_other_packages_do_not_count(app: App, name: str) -> None:
    errors, call = app

    call(name)

    assert errors.raised() == []


def test_a_thread_that_began_before_is_seen(app: App) -> None:
    errors, call = app

    with ThreadPoolExecutor(1) as pool:
        pool.submit(call, "app.services.rules.refuse").result()

    assert errors.raised() == ["app.services.rules.refuse raises Refusal"]


def test_what_was_forgotten_is_seen_when_it_comes_again(app: App) -> None:
    errors, call = app
    call("app.services.rules.ready")

    errors.reset()

    assert errors.raised() == []
    call("app.services.rules.ready")
    assert errors.raised() == ["app.services.rules.ready raises Refusal"]


def test_who_drops_a_traceback_takes_nothing_away(app: App) -> None:
    errors, call = app

    call("app.api.drops")

    assert errors.raised() == ["app.services.rules.refuse raises Refusal"]


def test_each_error_is_told_and_one_that_comes_again_but_once(app: App) -> None:
    errors, call = app

    for name in ("own", "refuse", "ready"):
        call(f"app.services.rules.{name}")
    before = errors.raised()
    for error in errors.instances:
        error.__traceback__ = None
    call("app.services.rules.again")

    rules = "app.services.rules"
    sentence = [
        f"{rules}.own raises Own",
        f"{rules}.ready raises Refusal",
        f"{rules}.refuse raises Refusal",
    ]
    assert errors.raised() == before == sentence
