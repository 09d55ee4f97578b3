"""What day 7's exercises read of a Dockerfile: its stages, its files, its commands."""

import re
from pathlib import Path

import pytest

from checks.harness.artefacts.build_context import context_files
from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.shell_script import commands

ROOT = Path(__file__).parents[4]
PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


class TestDockerfile:
    def test_a_here_document_is_no_instruction(self) -> None:
        dockerfile = Dockerfile("FROM a:1\nRUN <<END\nUSER root\nEND\nUSER app\n")

        user = dockerfile.last("USER")
        assert user is not None
        assert user.value == "app"
        assert [str(each) for each in dockerfile.stages[0].instructions[0].commands] == [
            "USER root"
        ]

    @pytest.mark.parametrize(
        ("run", "expected"),
        [
            ("RUN <<-END\n\tpip x\n\tEND", ["pip x"]),
            ("RUN <<A bash -e\npip x\nA", ["bash -e", "pip x"]),
            ("RUN cat <<A > /a\npip x\nA", ["cat > /a"]),
            ("RUN cat <<A <<'B' > /a\npip x\nA\nUSER x\nB", ["cat > /a"]),
            ("RUN <<A\ncat <<B\npip x\nB\npip y\nA", ["cat << B", "pip y"]),
            ("RUN cat <<< A", ["cat <<< A"]),
            ("RUN a && \\\n  cat <<A\nUSER x\nA", ["a", "cat"]),
        ],
    )
    def test_a_here_document_is_a_script_or_what_a_program_reads(
        self, run: str, expected: list[str]
    ) -> None:
        dockerfile = Dockerfile(f"FROM a:1\n{run}\nUSER app\n")
        first, user = dockerfile.stages[0].instructions

        assert [str(each) for each in first.commands] == expected
        assert user.value == "app"

    def test_what_comes_by_way_of_a_stage_is_content(self) -> None:
        dockerfile = Dockerfile(
            "FROM a AS b\nWORKDIR /x\nCOPY app ./app\nCOPY tests /t\nFROM a\nCOPY --from=b /x /x\n"
        )

        assert dockerfile.content({"app/main.py", "tests/t.py"}) == {"app/main.py"}

    def test_stages_that_copy_each_other_twice_are_read_once(self) -> None:
        stages = "".join(
            f"FROM a AS s{n + 1}\nCOPY --from=s{n} /x /x\nCOPY --from=s{n} /x /x\n"
            for n in range(40)
        )
        dockerfile = Dockerfile(f"FROM a AS s0\nCOPY app /x\n{stages}")

        assert dockerfile.content({"app/main.py", "tests/t.py"}) == {"app/main.py"}

    def test_five_thousand_stages_are_no_recursion(self) -> None:
        copies = "".join(f"FROM a AS s{n + 1}\nCOPY --from=s{n} /x /x\n" for n in range(5000))
        bases = "".join(f"FROM t{n} AS t{n + 1}\n" for n in range(5000))

        for stages in (
            f"FROM a AS s0\nCOPY app /x\n{copies}",
            f"FROM a AS t0\nCOPY app /x\n{bases}",
        ):
            dockerfile = Dockerfile(stages)
            assert dockerfile.content({"app/main.py", "tests/t.py"}) == {"app/main.py"}
            assert dockerfile.last("USER") is None

    def test_places_that_double_are_bounded(self) -> None:
        stages = "".join(
            f"FROM a AS s{n + 1}\nCOPY --from=s{n} / /c\nCOPY --from=s{n} / /d\n" for n in range(40)
        )
        dockerfile = Dockerfile(f"FROM a AS s0\nCOPY app /x\n{stages}")

        with pytest.raises(AssertionError, match=r"^Dockerfile:\d+ is a Dockerfile \("):
            dockerfile.content({"app/main.py"})

    @pytest.mark.parametrize(
        "stages",
        [
            (
                "FROM a AS b\nCOPY tests /t\nFROM a AS c\nCOPY --from=b /t /x\n"
                "FROM a\nCOPY --from=c /x /y"
            ),
            "FROM a AS b\nCOPY tests /t\nFROM b AS c\nFROM a\nCOPY --from=c /t /t",
            "FROM a\nCOPY tests /t\nFROM a\nCOPY --from=00 /t /t",
            "FROM a AS b\nCOPY tests /t\nFROM a\nCOPY --from=B /t /t",
        ],
    )
    def test_a_file_is_followed_by_its_new_place(self, stages: str) -> None:
        assert Dockerfile(stages).content({"tests/t.py"}) == {"tests/t.py"}

    def test_a_part_of_a_copied_folder_is_that_part(self) -> None:
        dockerfile = Dockerfile(
            "FROM a AS b\nCOPY app /x/app\nCOPY tests /x/tests\nFROM a AS c\nCOPY --from=b /x /y\n"
            "FROM a\nCOPY --from=c /y/app /app\n"
        )

        assert dockerfile.content({"app/main.py", "tests/t.py"}) == {"app/main.py"}

    def test_a_number_of_any_length_names_an_image(self) -> None:
        assert Dockerfile(f"FROM {'9' * 5000}\n").bases == ["9" * 5000]
        assert Dockerfile(f"FROM a\nCOPY --from={'9' * 5000} /x /x\n").content({"a"}) == set()

    def test_an_open_here_document_is_refused(self) -> None:
        with pytest.raises(SyntaxError) as refusal:
            Dockerfile("FROM a\nRUN <<END\nUSER app\n")

        assert refusal.value.lineno == 2

    def test_the_exec_form_is_a_list_of_strings(self) -> None:
        assert Dockerfile('FROM a\nCMD ["b", 1]\n').process is None

    def test_an_install_after_a_copy_is_run_anew_when_the_file_changes(self) -> None:
        dockerfile = Dockerfile(
            "FROM a\nCOPY lock.txt .\nRUN pip install -r lock.txt\nCOPY app ./app\n"
            "RUN pip install pytest\n"
        )

        assert dockerfile.installs_after_copy("app/main.py") == ["pip install pytest"]
        assert dockerfile.installs(lambda command: "-r" in command.words) == [
            "pip install -r lock.txt"
        ]

    def test_an_argument_names_the_base(self) -> None:
        assert Dockerfile("ARG V=3.11\nFROM python:${V}-slim\n").bases == ["python:3.11-slim"]

    def test_a_shell_that_gives_its_place_away_is_no_process(self) -> None:
        assert Dockerfile('FROM a\nCMD ["sh", "-c", "exec b c"]\n').process == ["b", "c"]
        assert Dockerfile('FROM a\nCMD ["sh", "-c", "b; c"]\n').process is None
        assert Dockerfile("FROM a\nCMD b c\n").process is None

    def test_the_context_is_what_dockerignore_lets_through(self, tmp_path: Path) -> None:
        (tmp_path / "tree").mkdir()
        (tmp_path / "tree" / ".dockerignore").write_text("# all\n*\n!app\n**/__pycache__\n")
        planted = ("app/a.py", "app/__pycache__/a.pyc", ".env")

        files = context_files(tmp_path / "tree", planted, tmp_path / "scratch")

        assert files - {".dockerignore"} == {"app/a.py"}


def test_the_operator_behind_a_command_is_known() -> None:
    parsed = commands("a 'b;c' || true\nd \\\n  e | f  # g")

    assert [(str(each), each.operator) for each in parsed] == [
        ("a b;c", "||"),
        ("true", ""),
        ("d e", "|"),
        ("f", ""),
    ]


def test_the_image_gets_the_versions_that_the_course_is_tested_with() -> None:
    course = dict(PINNED.findall((ROOT / "requirements.lock").read_text()))
    image = dict(PINNED.findall((ROOT / "solutions/day7-deployment/requirements.lock").read_text()))

    assert image
    assert image.items() <= course.items()
