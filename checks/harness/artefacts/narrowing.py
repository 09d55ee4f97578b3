"""Arguments with which a tool looks at a part of the project only, or reads other settings.

A command with one of these gives a verdict on something else. Options that take a value are named
where the value could be taken for a path.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PROJECT = frozenset({".", "./", "$PWD", "$GITHUB_WORKSPACE", "${{ github.workspace }}"})
APP = PROJECT | {"app", "app/", "./app", "./app/"}
TESTS = PROJECT | {"tests", "tests/", "./tests", "./tests/"}
SETTINGS = frozenset(
    {"pyproject.toml", "ruff.toml", "mypy.ini", "pytest.ini", ".coveragerc", "alembic.ini"}
    | {"Dockerfile", ".pre-commit-config.yaml"}
)
OTHER_SETTINGS = frozenset({"COVERAGE_RCFILE", "ALEMBIC_CONFIG", "PYTEST_PLUGINS"})
"""Variables that give a tool other settings, or a plugin."""


@dataclass(frozen=True)
class Tool:
    """`narrow` are options that leave something out, `settings` take a file of settings.

    `valued` take another value. `paths` are those that hold the project, where it is not the
    default; `abbreviates` says that the tool takes the beginning of an option for the whole.
    """

    narrow: frozenset[str]
    settings: frozenset[str] = frozenset()
    valued: frozenset[str] = frozenset()
    paths: frozenset[str] = PROJECT
    abbreviates: bool = False
    subcommands: int = 0


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOOLS: Mapping[str, Tool] = {
    "ruff": Tool(
        _set(
            "--select --ignore --extend-ignore --exclude --extend-exclude --per-file-ignores"
            " --extend-per-file-ignores --isolated --fix-only --watch --range --stdin-filename"
            " --exit-zero -e -w -h -V -"
        ),
        _set("--config"),
        _set(
            "--output-format --target-version --line-length --cache-dir --output-file -o"
            " --extend-select --fixable --extend-fixable --unfixable --color"
        ),
        APP,
        subcommands=1,
    ),
    "mypy": Tool(
        _set(
            "-c --command -m --module --exclude --ignore-errors --disable-error-code"
            " --follow-imports --allow-untyped-defs --allow-untyped-calls --help --version -"
        ),
        _set("--config-file"),
        _set(
            "-p --package --python-version --platform --cache-dir --python-executable"
            " --junit-xml --enable-error-code --custom-typeshed-dir"
        ),
        APP,
        abbreviates=True,
    ),
    "pytest": Tool(
        _set(
            "-k -m --ignore --ignore-glob --deselect --lf --last-failed --sw --stepwise"
            " --noconftest --pyargs --cov-reset --setup-only --setup-plan --confcutdir"
        ),
        _set("-c --config-file --cov-config"),
        _set(
            "--cov --cov-report --tb --durations -n --maxfail --junitxml --junit-xml --color"
            " -W -r --basetemp --timeout -p --cov-context --cov-fail-under"
            " --dist --verbosity --capture -o --override-ini --rootdir"
        ),
        TESTS,
    ),
    "alembic": Tool(
        _set("--sql -n --name"), _set("-c --config"), _set("-x --tag"), abbreviates=True
    ),
    "pip-audit": Tool(_set("--dry-run -d"), abbreviates=True),
    "docker": Tool(
        _set("--check --call --print -"),
        _set("-f --file"),
        _set(
            "-t --tag --target --build-arg --build-context --cache-from --cache-to --platform"
            " --label --progress --secret --ssh --network --output --iidfile --builder --add-host"
            " --allow --annotation --attest --metadata-file --shm-size --ulimit"
        ),
    ),
}
LEAST_COVERAGE = 80.0  # the statement of 4.6
COVERED = APP | {"migrations"}
COLLECTED = ("testpaths", "python_", "norecursedirs", "addopts", "collect_", "pythonpath")
"""Beginnings of the settings that decide which tests pytest finds."""
SPARED = frozenset({"no:cacheprovider", "no:warnings", "no:logging", "no:randomly", "no:doctest"})
"""Plugins of pytest without which the same tests run."""
BUILDS = (("build",), ("buildx", "build"), ("image", "build"), ("builder", "build"))


def narrows(words: tuple[str, ...], env: Mapping[str, object]) -> bool:
    """Whether the command leaves out a part of the project, or has other settings."""
    tool = TOOLS.get("".join(words[:1]))
    if tool is None:
        return False
    if OTHER_SETTINGS & set(env) and words[0] in ("pytest", "alembic"):
        return True
    arguments = _after_subcommands(words)
    if arguments is None:  # `docker compose build`
        return False
    own = str(env.get("PYTEST_ADDOPTS") or "").split() if words[0] == "pytest" else []
    options = list(_options([*arguments, *own], tool))
    paths = {value for name, value in options if not name}
    is_narrow = any(_is_narrow(name, value, tool) for name, value in options)
    covered = {value for name, value in options if name == "--cov"} - {""}
    is_narrow |= bool(covered) and not covered & COVERED
    needs_path = words[0] == "docker"
    is_elsewhere = bool(paths or needs_path) and not paths & tool.paths
    return is_narrow or (is_elsewhere and words[0] not in ("alembic", "pip-audit"))


def _after_subcommands(words: tuple[str, ...]) -> list[str] | None:
    """What follows `ruff check` and `docker build`; None for what is judged by no path."""
    if words[0] == "ruff":
        checks = [word for word in words[1:] if word not in ("check", "format")]
        return ["-" if word == "--diff" and "check" in words else word for word in checks]
    if words[0] != "docker":
        return list(words[1:])
    plain = [word for word in words[1:] if word[:1] != "-"]
    for build in BUILDS:
        if tuple(plain[: len(build)]) == build:
            return list(words[words.index("build") + 1 :])
    return None if plain[:1] == ["compose"] else ["-"]


def _options(words: list[str], tool: Tool) -> Iterator[tuple[str, str]]:
    """Each option with its value, and each other word with no name; redirections are left out."""
    known = tool.valued | tool.settings
    skipped = False
    for word, following in zip(words, [*words, "-"][1:], strict=True):
        name, sign, value = word.partition("=")
        takes = not sign and following[:1] != "-" and name in known
        if skipped or word in ("1", "2"):
            skipped = False
        elif word[:1] in ("<", ">", "|", "&"):
            skipped = True
        elif word == "-" or word[:1] == "@":
            yield "-", ""
        elif word[:1] != "-":
            yield "", word
        else:
            yield name, following if takes else value
            skipped = takes


def _is_narrow(name: str, value: str, tool: Tool) -> bool:
    if name in tool.settings:
        return value.rpartition("/")[2] not in SETTINGS
    if name in ("-o", "--override-ini"):
        return value.startswith(COLLECTED)
    if name == "--rootdir":
        return value not in PROJECT
    if name == "--cov-fail-under":
        return not value.replace(".", "", 1).isdecimal() or float(value) < LEAST_COVERAGE
    if name in ("-p", "--package"):
        is_plugin = tool is TOOLS["pytest"]
        return value.startswith("no:") and value not in SPARED if is_plugin else value != "app"
    return name in tool.narrow or _stands_for_narrow(name, tool)


def _stands_for_narrow(name: str, tool: Tool) -> bool:
    """Whether it is the beginning of such an option, or several letters with one among them."""
    if name[:2] == "--":
        is_long = tool.abbreviates and len(name) > len("--x")
        return is_long and any(each.startswith(name) for each in tool.narrow)
    is_cluster = tool is TOOLS["ruff"] and name[:1] == "-"
    return is_cluster and any(f"-{letter}" in tool.narrow for letter in name[1:])
