"""`checks build`: days/ is what solutions/ makes, and nobody's work is overwritten."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.authoring.build import State, build
from checks.course.generated import MANIFEST
from checks.errors import CourseError
from checks.tests.support.workbook import commit, solution, write

DAY = Path("days/day1-architecture")
MAIN = "import os\n# region task 1.1\n#| start\nanswer\n# endregion\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    solution(tmp_path, 1, {"app/main.py": MAIN, "README.md": "# region task 9\r\n#| kept\n"})
    return tmp_path


def states(root: Path) -> dict[str, State]:
    return {finding.path.as_posix(): finding.state for finding in build(root, check=True)}


class TestWriting:
    def test_the_starter_has_no_answer(self, root: Path) -> None:
        build(root)

        text = (root / DAY / "app/main.py").read_text()
        assert text == "import os\n# region task 1.1\nstart\n# endregion\n"

    def test_files_without_regions_are_copied_byte_for_byte(self, root: Path) -> None:
        exercise = "# region of interest\n#| as it is\r\n"
        source = solution(root, 1, {"exercises/test_1.py": exercise, "data.json": "{}"})
        (source / "logo.png").write_bytes(b"\x89PNG\x00\xff")

        build(root)

        for name in ("README.md", "exercises/test_1.py", "logo.png", "data.json", "day.toml"):
            assert (root / DAY / name).read_bytes() == (source / name).read_bytes(), name

    def test_a_file_that_is_one_region_does_not_exist(self, root: Path) -> None:
        solution(root, 1, {"app/new.py": "# region task 1.1\nanswer\n# endregion\n"})

        build(root)

        assert not (root / DAY / "app/new.py").exists()

    def test_the_executable_bit_is_kept(self, root: Path) -> None:
        source = solution(root, 1, {"scripts/run.sh": "echo\n"})
        (source / "scripts/run.sh").chmod(0o755)

        build(root)

        assert os.access(root / DAY / "scripts/run.sh", os.X_OK)
        assert not os.access(root / DAY / "app/main.py", os.X_OK)

    def test_what_tools_leave_behind_is_not_copied(self, root: Path) -> None:
        junk = ("app/__pycache__/a.pyc", "a.db", ".pytest_cache/x", "e.egg-info/x", ".mypy_cache/y")
        solution(root, 1, dict.fromkeys(junk, "x"))

        build(root)

        assert not [name for name in junk if (root / DAY / name).exists()]

    def test_what_git_ignores_is_not_copied(self, root: Path) -> None:
        solution(root, 1, {".env": "SECRET=1\n", "kept.env": "A=1\n"})
        write(root, {".gitignore": ".env\n"})
        commit(root)

        build(root)

        assert not (root / DAY / ".env").exists()
        assert (root / DAY / "kept.env").exists()

    def test_a_day_without_manifest_is_not_built(self, root: Path) -> None:
        write(root / "solutions/day2-database", {"app/main.py": "x\n"})

        build(root)

        assert not (root / "days/day2-database").exists()

    def test_a_file_that_no_longer_comes_from_source_is_deleted(self, root: Path) -> None:
        source = solution(root, 1, {"app/deep/old.py": "x\n"})
        build(root)
        (source / "app/deep/old.py").unlink()

        findings = build(root)

        assert State.EXTRA in [finding.state for finding in findings]
        assert not (root / DAY / "app/deep").exists()

    def test_a_folder_may_take_the_place_of_a_file(self, root: Path) -> None:
        source = solution(root, 1, {"app/models": "x\n"})
        build(root)
        (source / "app/models").unlink()
        solution(root, 1, {"app/models/user.py": "y\n"})

        build(root)

        assert (root / DAY / "app/models/user.py").read_text() == "y\n"

    def test_broken_regions_stop_the_build_before_anything_is_written(self, root: Path) -> None:
        solution(root, 2, {"app/main.py": "# region task 2.1\n"})

        with pytest.raises(CourseError, match=r"solutions/day2-database/app/main\.py:1"):
            build(root)

        assert not (root / "days").exists()

    @pytest.mark.parametrize(
        ("task", "says"),
        [("1.9", "there is no task 1.9"), ("2.1", "task 2.1 belongs to day 2")],
    )
    def test_only_the_day_s_own_tasks_may_be_marked(self, root: Path, task: str, says: str) -> None:
        solution(root, 2, {})
        solution(root, 1, {"app/x.py": f"# region task {task}\n# endregion\n"})

        with pytest.raises(CourseError, match=says):
            build(root)

    def test_a_symbolic_link_is_refused(self, root: Path) -> None:
        (root / "solutions/day1-architecture/link.py").symlink_to("app/main.py")

        with pytest.raises(CourseError, match="not a plain file"):
            build(root)


class TestCheck:
    def test_after_a_build_nothing_is_stale(self, root: Path) -> None:
        build(root)

        assert build(root, check=True) == []

    def test_it_writes_nothing(self, root: Path) -> None:
        findings = build(root, check=True)

        assert not (root / "days").exists()
        assert {finding.state for finding in findings} == {State.MISSING}

    def test_it_names_what_is_missing_stale_extra_and_foreign(self, root: Path) -> None:
        source = solution(root, 1, {"app/old.py": "x\n"})
        build(root)
        (source / "app/old.py").unlink()
        solution(root, 1, {"app/main.py": MAIN + "more\n", "app/new.py": "y\n"})
        write(root / DAY, {"stray.txt": "mine"})

        findings = states(root)

        assert findings == {
            f"{DAY}/app/main.py": State.STALE,
            f"{DAY}/app/new.py": State.MISSING,
            f"{DAY}/app/old.py": State.EXTRA,
            f"{DAY}/stray.txt": State.FOREIGN,
            MANIFEST: State.STALE,
        }

    def test_a_lost_executable_bit_is_stale(self, root: Path) -> None:
        source = solution(root, 1, {"run.sh": "echo\n"})
        (source / "run.sh").chmod(0o755)
        build(root)
        (root / DAY / "run.sh").chmod(stat.S_IRUSR | stat.S_IWUSR)

        assert states(root) == {f"{DAY}/run.sh": State.STALE}

    def test_each_finding_says_what_to_do(self, root: Path) -> None:
        sentences = [finding.sentence for finding in build(root, check=True)]

        assert f"{DAY}/app/main.py does not exist yet; run `checks build`" in sentences


pieces = st.sampled_from(["a\n", "\n", "# region task 1.1\n#| s\nb\n# endregion\n", "    c\n"])
names = st.sampled_from(["a.py", "app/b.py", "app/c/d.toml", "Dockerfile", "e.md"])
trees = st.dictionaries(names, st.lists(pieces, max_size=4).map("".join), max_size=5)


@settings(max_examples=25, deadline=None)
@given(first=trees, second=trees)
def test_after_any_change_of_source_a_build_is_clean(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, str], second: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("workbook")
    for tree in (first, second):
        source = solution(root, 1, {})
        for path in [each for each in source.rglob("*") if each.is_file()]:
            path.unlink()
        solution(root, 1, tree)

        build(root)

        assert build(root, check=True) == []
        assert not any("b\n" in each.read_text() for each in (root / "days").rglob("*.py"))
