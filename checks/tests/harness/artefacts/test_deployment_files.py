"""The deployment files of day 7, read as Docker, Compose and nginx read them."""

import re
from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.build_context import context_files
from checks.harness.artefacts.compose import Compose, Mount
from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.interpolation import Interpolation
from checks.harness.artefacts.nginx import Nginx
from checks.harness.artefacts.shell_script import commands
from checks.harness.artefacts.yaml_schema import load

ROOT = Path(__file__).parents[4]
PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


def service(folder: Path, text: str) -> Compose:
    (folder / "c.yml").write_text(f"services:\n  a:\n    image: a:1\n{text}")
    return Compose(Tree(folder), "c.yml", variables={})


class TestCompose:
    @pytest.mark.parametrize(
        ("port", "published"),
        [
            ('"127.0.0.1:8000:80"', "127.0.0.1:8000"),
            ('"8000:80/tcp"', "0.0.0.0:8000"),
            ("80", "0.0.0.0:"),
            ('"[::1]:8000:80"', "[::1]:8000"),
            ("{target: 80, published: 8000}", "0.0.0.0:8000"),
        ],
    )
    def test_a_port_without_an_address_is_everybodys(
        self, tmp_path: Path, port: str, published: str
    ) -> None:
        a = service(tmp_path, f"    ports: [{port}]\n").service("a")

        assert a.published == [published]

    def test_a_folder_is_told_from_a_volume(self, tmp_path: Path) -> None:
        a = service(tmp_path, '    volumes: ["./x:/x:ro", "y:/y", "/z"]\n').service("a")

        assert a.mounts == [
            Mount("bind", "./x", "/x", True),
            Mount("volume", "y", "/y", False),
            Mount("volume", "", "/z", False),
        ]

    def test_a_second_file_adds_ports_and_replaces_a_command(self, tmp_path: Path) -> None:
        for name, more in (("a.yml", '"1:1"'), ("b.yml", '"2:2"')):
            text = f"services: {{a: {{image: a, command: [{more}], ports: [{more}]}}}}"
            (tmp_path / name).write_text(text)

        a = Compose(Tree(tmp_path), "a.yml", "b.yml", variables={}).service("a")

        assert a.published == ["0.0.0.0:1", "0.0.0.0:2"]
        assert a.command == ["2:2"]

    def test_a_word_from_after_2021_is_named(self, tmp_path: Path) -> None:
        compose = service(
            tmp_path, '    ports: [{target: 80, host_ip: "127.0.0.1"}]\n    attach: no\n'
        )

        assert compose.unsupported_keys() == ["a.attach", "a.ports.host_ip"]


class TestYaml:
    def test_aliases_that_make_a_billion_are_refused(self, tmp_path: Path) -> None:
        lines = ["a: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
        (tmp_path / "c.yml").write_text("\n".join(lines))

        with pytest.raises(AssertionError, match="aliases"):
            load(Tree(tmp_path), "c.yml")

    def test_on_is_a_word_and_true_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "c.yml").write_text("on: push\nyes: true\n")

        assert load(Tree(tmp_path), "c.yml") == {"on": "push", "yes": True}

    def test_what_is_no_yaml_is_told_with_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "c.yml").write_text("a: [")

        with pytest.raises(AssertionError, match=r"c\.yml:1 is YAML"):
            load(Tree(tmp_path), "c.yml")


class TestInterpolation:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("${A:-b}", "b"), ("${A-b}", ""), ("${B}$$C", "c$C"), ("${B:+d}", "d"), ("$B", "c")],
    )
    def test_defaults(self, text: str, value: str) -> None:
        assert Interpolation({"A": "", "B": "c"}).substitute(text) == value

    def test_what_must_be_there_is_named(self) -> None:
        interpolation = Interpolation({"EMPTY": ""})

        interpolation.substitute({"a": ["${GONE?}", "${EMPTY:?no}", "${EMPTY?}"]})

        assert interpolation.missing == {"GONE", "EMPTY"}


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


class TestNginx:
    @pytest.mark.parametrize(
        ("path", "status"),
        [("/", "200"), ("/a", "201"), ("/a/b", "202"), ("/ab", "203"), ("/c.txt", "204")],
    )
    def test_a_place_is_chosen_as_nginx_chooses(
        self, tmp_path: Path, path: str, status: str
    ) -> None:
        places = {"/": 200, "= /a": 201, "/a/": 202, "~ ^/ab": 203, "~* TXT$": 204, "/c": 205}
        blocks = "".join(f"location {each} {{ return {n}; }}" for each, n in places.items())
        (tmp_path / "n.conf").write_text(f"server {{ listen 80; {blocks} }}")

        nginx = Nginx(tmp_path / "n.conf")

        assert nginx.server("80").location(path).return_directive == status

    def test_headers_of_an_inner_block_hide_those_outside(self, tmp_path: Path) -> None:
        inner = "location /in { proxy_set_header B b; }"
        text = f"server {{ listen 80; proxy_set_header A a; {inner} }}"
        (tmp_path / "n.conf").write_text(text)

        server = Nginx(tmp_path / "n.conf").server("80")

        assert server.location("/").headers == {"a": "a"}
        assert server.location("/in").headers == {"b": "b"}
