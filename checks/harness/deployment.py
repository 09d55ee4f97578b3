"""The fixtures of day 7's files: read and judged as data, on the trusted side."""

import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.harness import context
from checks.harness.compose import Compose
from checks.harness.dockerfile import Image
from checks.harness.learner import Tree
from checks.harness.nginx import Nginx
from checks.harness.workflow import Workflow

COMPOSE, WORKFLOW = "docker-compose.yml", ".github/workflows/ci.yml"
TOOLS = Path(sysconfig.get_path("scripts"))


class Stack:
    """The application of one or more Compose files, with every variable that it asks for given."""

    def __init__(self, tree: Tree, names: tuple[str, ...]) -> None:
        asked = Compose(tree, *names, given={}).filling
        self.values = {name: f"given-for-{name}" for name in sorted(asked.missing)}
        """What stands for each variable without which Compose starts nothing."""
        self.compose = Compose(tree, *names, given=self.values)

    def is_given(self, text: str) -> bool:
        """Whether the text comes from a variable without which nothing starts."""
        return any(value in text for value in self.values.values())


@pytest.fixture
def stack(tree: Tree) -> Callable[..., Stack]:
    """`stack()` is docker-compose.yml alone; `stack(a, b)` are two files, b laid over a."""
    return lambda *names: Stack(tree, names or (COMPOSE,))


@pytest.fixture
def image(tree: Tree) -> Image:
    """The learner's Dockerfile."""
    return Image(tree.text("Dockerfile"))


@pytest.fixture
def sent(tree: Tree, tmp_path: Path) -> Callable[..., set[str]]:
    """`sent(*planted)`: the files that an engine is sent, with further ones planted."""
    return lambda *planted: context.sent(tree.root, planted, tmp_path)


@pytest.fixture
def hadolint(tree: Tree) -> list[str]:
    """What hadolint says of the Dockerfile, from warnings up."""
    # Debian's mirrors forget old versions: a pinned one is a build that breaks next month.
    passed_over = [word for rule in ("DL3008", "DL3018") for word in ("--ignore", rule)]
    done = subprocess.run(
        [TOOLS / "hadolint", "--no-color", "--failure-threshold", "none", *passed_over, "-"],
        input=tree.text("Dockerfile"),
        cwd="/",  # where no configuration of the learner's lies
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if " warning: " in line or " error: " in line]


@pytest.fixture
def workflow(tree: Tree) -> Workflow:
    """The learner's CI."""
    return Workflow(tree, WORKFLOW)


@pytest.fixture
def nginx(tree: Tree) -> Nginx:
    """The learner's proxy."""
    return Nginx(tree.root / "deploy" / "nginx.conf")
