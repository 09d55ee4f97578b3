"""What is drawn is a fault for ruff and mypy whatever is drawn, and the sound change is none."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.drawn_commits import SOUNDS, DrawnChanges
from checks.harness.suites.drawn_faults import SEED, FaultDraw
from checks.harness.suites.planted_files import Faults, Place, PlantedFiles

SEEDS = range(30)
RULES = {
    "F401": FaultDraw.unused_import,
    "I001": FaultDraw.unsorted_imports,
    "DTZ005": FaultDraw.naive_datetime,
    "E722": FaultDraw.bare_except,
    "B006": FaultDraw.mutable_default,
}


def draw_of(seed: object) -> FaultDraw:
    return FaultDraw(random.Random(str(seed)))  # noqa: S311 - the same draw each time


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )


def ruff_codes(folder: Path, rules: str) -> dict[str, set[str]]:
    options = ("--isolated", "--no-cache", "--output-format", "json", "--select", rules)
    found: dict[str, set[str]] = {}
    for entry in json.loads(run(folder, "ruff", "check", *options).stdout):
        found.setdefault(Path(entry["filename"]).name, set()).add(entry["code"])
    return found


def test_each_fault_breaks_its_rule(tmp_path: Path) -> None:
    names = {f"{rule}_{seed}.py": (rule, seed) for rule in RULES for seed in SEEDS}
    write(tmp_path, {name: RULES[rule](draw_of(seed), "") for name, (rule, seed) in names.items()})

    found = ruff_codes(tmp_path, ",".join(RULES))

    assert {name for name, (rule, _) in names.items() if rule not in found.get(name, ())} == set()


def test_an_unformatted_text_is_formatted_otherwise(tmp_path: Path) -> None:
    write(tmp_path, {f"x{seed}.py": draw_of(seed).unformatted() for seed in SEEDS})

    output = run(tmp_path, "ruff", "format", "--isolated", "--no-cache", "--check").stdout

    assert [seed for seed in SEEDS if f"x{seed}.py" not in output] == []


def test_mypy_finds_each_function(tmp_path: Path) -> None:
    faults = {f"a{seed}.py": draw_of(seed).untyped() for seed in SEEDS}
    faults |= {f"b{seed}.py": draw_of(seed).possible_none() for seed in SEEDS}
    write(tmp_path, faults)

    output = run(tmp_path, "mypy", "--strict", "--cache-dir=/dev/null", ".").stdout

    assert [name for name in faults if f"{name}:" not in output] == []


def test_the_sound_change_has_nothing_to_find_and_the_others_have(tmp_path: Path) -> None:
    write(tmp_path / "empty", {"mypy.ini": "[mypy]\nexplicit_package_bases = true\n"})
    for seed in SEEDS:
        drawn = DrawnChanges.draw(Tree(tmp_path / "empty"), draw_of(seed))
        sound = {path: text for name in SOUNDS for path, text in drawn.changes[name].items()}
        write(tmp_path / f"s{seed}", {**drawn.base, **sound})
        caller = "caller in tests" if seed % 2 else "caller"
        write(tmp_path / f"f{seed}", {**drawn.base, **drawn.changes[caller]})

    found = ruff_codes(tmp_path, "E,F,I,B,DTZ,D1,ANN,N,PLR,RUF,UP,S,A,T20,PIE,SIM,ERA")
    unformatted = run(tmp_path, "ruff", "format", "--isolated", "--no-cache", "--check").stdout
    typed = [run_mypy(tmp_path / f"s{seed}").returncode for seed in SEEDS[:4]]
    broken = [run_mypy(tmp_path / f"f{seed}").returncode for seed in SEEDS[:8]]

    assert found == {}
    assert "Would reformat" not in unformatted
    assert (typed, broken) == ([0] * 4, [1] * 8)


def test_neither_number_nor_files_tell_the_changes_apart(tmp_path: Path) -> None:
    drawn = [DrawnChanges.draw(Tree(tmp_path), draw_of(seed)) for seed in SEEDS]
    every = [files for each in drawn for files in each.changes.values()]
    paths = [path for files in drawn[0].changes.values() for path in files]
    paths += drawn[0].deleted.values()

    assert {tuple(sorted(Path(path).parts[0] for path in files)) for files in every} == {
        ("app", "app", "app", "app", "tests"),
        ("tests", "tests", "tests", "tests", "tests"),
    }
    assert len(paths) == len(set(paths))
    assert len({tuple(each.changes) for each in drawn}) > len(SEEDS) // 2


def run_mypy(folder: Path) -> "subprocess.CompletedProcess[str]":
    # One cache for the sound and one for the others: mypy knows a file by its size and its second.
    cache = folder.parent / f"cache-{folder.name[0]}"
    options = ("--strict", "--explicit-package-bases", f"--cache-dir={cache}")
    return run(folder, "mypy", *options, ".")


def test_a_seed_draws_the_same_once_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    FaultDraw.new()
    seed = capsys.readouterr().out.strip().rpartition("=")[2]
    monkeypatch.setenv(SEED, seed)

    assert FaultDraw.new().name() == FaultDraw.new().name()
    assert len({draw_of(seed).name() for seed in SEEDS}) > 20


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    own = {f"app/m{number:02}.py": "x = 1\n" for number in range(20)}
    write(tmp_path, {**own, "app/__init__.py": "", "tests/conftest.py": ""})
    return Tree(tmp_path)


def planted(tree: Tree) -> Faults:
    draw = draw_of(1)
    return Faults.plant(PlantedFiles(tree), draw, draw.unused_import, ["app"])


def test_a_fault_stands_in_a_new_file_and_in_each_of_the_learner_s(tree: Tree) -> None:
    faults = planted(tree)

    assert [place.folder for place in faults.in_folders] == ["app"]
    assert not tree.exists(faults.in_folders[0].path)
    assert [place.path for place in faults.in_files] == [f"app/m{n:02}.py" for n in range(20)]
    assert faults.in_files[0] == Place("app/m00.py", 4, 5)


def test_one_file_in_ten_may_be_an_exception(tree: Tree) -> None:
    faults = planted(tree)
    everything = {*faults.in_folders, *faults.in_files}

    assert faults.missed(everything) == "none"
    assert faults.missed(everything - set(faults.in_files[:2])) == "none"
    named = "app/m00.py, app/m01.py, app/m02.py"
    assert faults.missed(everything - set(faults.in_files[:4])) == named
    assert faults.missed(set(faults.in_files)) == "app"


def test_a_finding_counts_in_the_lines_of_the_fault(tree: Tree) -> None:
    faults = planted(tree)

    assert faults.found({("app/m00.py", 1), ("app/m01.py", 4)}) == {faults.in_files[1]}
