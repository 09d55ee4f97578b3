"""Submissions that forge the verdict: of pytest, of the records, of the client, of the manifest."""

from checks.tests.support.hostile.submission import Hostile, at_a_request

EQUAL = """
import builtins
class Equal(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
builtins.int = Equal
"""
PLUGIN = b"""
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = pytest.TestReport.from_item_and_call(item, call)
    report.outcome, report.longrepr = "passed", None
    return report
def pytest_sessionfinish(session): session.exitstatus = 0
"""
PASSING = b"def test_x(): pass\ndef test_another_number(): pass\n"
RECORD = (
    '{"task": "1.1", "name": "test_x", "verdict": "pass"}\\n'
    '{"task": "1.1", "name": "test_another_number", "verdict": "pass"}\\n{"ended": true}\\n'
)
EVERYWHERE = f"""
import os
for top in ("/tmp", "/scratch", "/submission", "/dev/shm", "."):
    for folder, _, files in os.walk(top):
        for name in [*files, "results.jsonl", "results-0.jsonl", "results.json", "junit.xml"]:
            try: open(os.path.join(folder, name), "a").write('{RECORD}')
            except OSError: pass
"""
FORGED: dict[str, Hostile] = {
    "exit at import": Hostile(before="import os; os._exit(0)\n"),
    "sys.exit at import": Hostile(before="import sys; sys.exit(0)\n"),
    "exit in the lifespan": Hostile(
        after="import os\nfrom starlette.routing import Router\n"
        "app.router.lifespan_context = lambda app: os._exit(0)\n"
    ),
    "exit at the interpreter's end": Hostile(
        before="import atexit, os, sys\natexit.register(os._exit, 0)\nsys.exit(1)\n"
    ),
    "exit at a request": at_a_request("import os; os._exit(0)"),
    "SystemExit at a request": at_a_request("raise SystemExit(0)"),
    "skip at a request": at_a_request("import pytest; pytest.skip('passed')"),
    "equal to everything": Hostile(before=EQUAL),
    "report of pytest patched": Hostile(
        before="import _pytest.reports as r\n"
        "r.TestReport.from_item_and_call = classmethod(lambda *_: None)\n"
    ),
    "client patched": Hostile(
        before="import httpx2\nhttpx2.Response.json = lambda self: {'double': 42}\n"
    ),
    "conftest.py at the top": Hostile(files={"conftest.py": PLUGIN}),
    "conftest.py in the app": Hostile(files={"app/conftest.py": PLUGIN}),
    "conftest.py in the exercises": Hostile(files={"exercises/conftest.py": PLUGIN}),
    "exercise replaced": Hostile(files={"exercises/test_1_1_double.py": PASSING}),
    "exercise in the app": Hostile(files={"app/test_1_1_double.py": PASSING}),
    "pytest.ini that collects only": Hostile(
        files=dict.fromkeys(("pytest.ini", "app/pytest.ini"), b"[pytest]\naddopts = --co\n")
    ),
    "pyproject.toml with a plugin": Hostile(
        files={
            "pyproject.toml": b'[tool.pytest.ini_options]\naddopts = "-p app.plugin"\n',
            "app/plugin.py": PLUGIN,
        }
    ),
    "pytest shadowed": Hostile(files={"pytest.py": PASSING, "app/pytest.py": PASSING}),
    "sitecustomize": Hostile(
        files=dict.fromkeys(
            ("sitecustomize.py", "app/sitecustomize.py", "app/usercustomize.py"),
            b"import os; os._exit(0)\n",
        )
    ),
    "pth file": Hostile(
        files=dict.fromkeys(("forged.pth", "app/forged.pth"), b"import os; os._exit(0)\n")
    ),
    "checker shadowed": Hostile(
        files={
            f"{folder}/__init__.py": b"raise SystemExit(0)" for folder in ("checks", "app/checks")
        }
    ),
    "manifest without tests": Hostile(files={"day.toml": b'day = 1\nlearner = ["**"]\n'}),
    "records printed": Hostile(
        before=f"print('{RECORD}', flush=True)\nprint('2 passed in 0.1s')\n"
    ),
    "records written everywhere": Hostile(before=EVERYWHERE),
    "records written to each descriptor": Hostile(
        before=f"import os\nfor number in range(3, 256):\n"
        f"    try: os.write(number, b'{RECORD}')\n    except OSError: pass\n"
    ),
    "bytecode without its source": Hostile(
        files={"app/__pycache__/main.cpython-311.pyc": b"\0" * 64}
    ),
    "same answer to everybody": Hostile(
        after="from fastapi.responses import JSONResponse\n"
        '@app.middleware("http")\nasync def first(request, call_next):\n'
        "    return JSONResponse({'double': 42, 'passed': True, 'verdict': 'pass'})\n"
    ),
}
