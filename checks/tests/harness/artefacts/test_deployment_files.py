"""The deployment files of day 7, read as Docker, Compose and nginx read them."""

import re
from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.build_context import context_files
from checks.harness.artefacts.compose import Compose, Mount
from checks.harness.artefacts.compose_networks import service_networks
from checks.harness.artefacts.compose_settings import secrets, url_setting
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

    def test_a_command_with_an_open_quote_is_told_with_its_line(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match=r"^c\.yml:4 is YAML \(.*a\.command.*quotation"):
            service(tmp_path, '    command: "it\'s"\n')

    def test_a_comment_of_a_health_check_may_have_an_apostrophe(self, tmp_path: Path) -> None:
        a = service(tmp_path, '    healthcheck: {test: "true # it\'s"}\n').service("a")

        assert a.healthcheck == ["true", "#", "it's"]

    @pytest.mark.parametrize(
        "networks",
        ["a: {ipam: {config: [{subnet: x}]}}", "a: {ipam: {config: [{subnet: 10.0.0.1/8}]}}"],
    )
    def test_an_address_that_is_none_is_told(self, tmp_path: Path, networks: str) -> None:
        compose = service(tmp_path, f"networks: {{{networks}}}\n")

        with pytest.raises(AssertionError, match=r"^c\.yml:\d+ is YAML"):
            service_networks(compose, "a")

    @pytest.mark.parametrize("key", ["1", "null", "1.5", "2001-01-01"])
    def test_a_key_that_is_no_string_is_told(self, tmp_path: Path, key: str) -> None:
        with pytest.raises(AssertionError, match=r"^c\.yml:4 is YAML \(the key"):
            service(tmp_path, f"    environment: {{{key}: x}}\n")

    def test_an_open_brace_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match=r"^c\.yml:1 is YAML \(.*brace"):
            service(tmp_path, '    command: "${A:-x"\n')

    def test_a_url_that_is_none_is_told(self, tmp_path: Path) -> None:
        a = service(tmp_path, '    environment: {REDIS_URL: "redis://[a"}\n').service("a")

        with pytest.raises(AssertionError, match=r"^c\.yml:\d+ is YAML \(.*REDIS_URL"):
            list(secrets(a))
        with pytest.raises(AssertionError, match=r"^c\.yml:\d+ is YAML \(.*REDIS_URL"):
            url_setting(a, "REDIS_URL")

    @pytest.mark.parametrize(
        "text", ["$A" * 40_000, "x" * 70_000, '"${A:-' + "b" * 60_000 + '}$A$A$A$A$A$A$A$A"']
    )
    def test_an_expanded_value_is_bounded(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "c.yml").write_text(f"services: {{a: {{image: {text}}}}}")

        with pytest.raises(AssertionError, match=r"^c\.yml:1 is YAML \(.*longer than"):
            Compose(Tree(tmp_path), "c.yml", variables={"A": "0123456789" * 1000})

    def test_all_expanded_values_together_are_bounded(self, tmp_path: Path) -> None:
        aliases = ", ".join(["*a"] * 1000)
        (tmp_path / "c.yml").write_text(f"x-a: &a '{'$$' * 30_000}'\nx-b: [{aliases}]\n")

        with pytest.raises(AssertionError, match="longer than"):
            Compose(Tree(tmp_path), "c.yml", variables={})


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

    @pytest.mark.parametrize(
        ("lines", "arriving"),
        [
            ("rewrite ^/(a) /$9; proxy_pass http://api;", "/"),
            ("rewrite ^/(a) /$1$2/; proxy_pass http://api;", "/a/"),
            ("rewrite ^/(a) '\\g<5>'; set $b http://api; proxy_pass $b$uri;", r"\g<5>"),
            ("set $a /x; set $ab /y; proxy_pass http://api$ab;", "/y"),
            ("set $a $b/z; set $b /x; proxy_pass http://api$a;", "/z"),
            ("set $a /x; set $b ${a}/y; proxy_pass http://api$b;", "/x/y"),
        ],
    )
    def test_a_request_arrives_as_nginx_sends_it(
        self, tmp_path: Path, lines: str, arriving: str
    ) -> None:
        (tmp_path / "n.conf").write_text(f"server {{ listen 80; location / {{ {lines} }} }}")

        location = Nginx(tmp_path / "n.conf").server("80").location("/a/b")

        assert location.forwarded_path("/a/b") == arriving

    def test_an_expanded_value_is_bounded(self, tmp_path: Path) -> None:
        lines = "\n".join(f"set $a{n + 1} $a{n}$a{n};" for n in range(40))
        (tmp_path / "n.conf").write_text(
            "server { listen 80; location / { set $a0 aaaaaaaa;\n"
            f"{lines}\nproxy_pass http://a/$a40; }} }}"
        )
        location = Nginx(tmp_path / "n.conf").server("80").location("/")

        with pytest.raises(AssertionError, match=r"n\.conf:\d+ is nginx's .*longer than"):
            location.forwarded_path("/")
        with pytest.raises(AssertionError, match=r"n\.conf:\d+ is nginx's .*longer than"):
            assert location.proxy_pass

    @pytest.mark.parametrize(
        ("location", "path"),
        [("=/a", "/a"), ("=", ""), ("~^/a", "/a"), ("~*^/A", "/a"), ("^~/a", "/ab")],
    )
    def test_a_modifier_may_touch_its_path(self, tmp_path: Path, location: str, path: str) -> None:
        block = f"location {location} {{ return 404; }}"
        (tmp_path / "n.conf").write_text(f"server {{ listen 80; {block} }}")

        assert Nginx(tmp_path / "n.conf").server("80").location(path).denies_access

    def test_an_upstream_has_settings_beside_its_servers(self, tmp_path: Path) -> None:
        text = "upstream u { least_conn; server api:8000; } server { listen 80; }"
        (tmp_path / "n.conf").write_text(text)

        assert Nginx(tmp_path / "n.conf").proxies_to("http://u", "api")
