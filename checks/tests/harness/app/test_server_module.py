"""What a module does before it serves is done; serving itself never begins."""

from pathlib import Path

import pytest

from checks.harness.app.border import Border
from checks.harness.app.server_module import run_until_it_serves

WRITES = "import os, sys\nfrom pathlib import Path\nPath(os.environ['OUT']).write_text({})\n"
BEFORE, MAIN = WRITES.format("sys.argv[1]"), WRITES.format("'it serves'")
SERVING = {
    "a function": "import uvicorn\nuvicorn.run('app.main:app')\n",
    "a server": "import uvicorn\nuvicorn.Server(uvicorn.Config('app.main:app')).run()\n",
    "a program": "os.execvp('uvicorn', ['uvicorn', 'app.main:app'])\n",
}


@pytest.mark.parametrize("serving", SERVING)
def test_it_runs_up_to_the_server(tmp_path: Path, serving: str) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "serve.py").write_text(BEFORE + SERVING[serving])
    (tmp_path / "app" / "main.py").write_text(MAIN)
    out = tmp_path / "out"

    run_until_it_serves(Border(tmp_path, tmp_path), ["app.serve", "migrated"], {"OUT": str(out)})

    assert out.read_text() == "migrated"
