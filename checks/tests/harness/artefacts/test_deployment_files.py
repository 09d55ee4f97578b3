"""The deployment files of day 7, read as Docker, Compose and nginx read them."""

import re
from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.compose import Compose, Mount
from checks.harness.artefacts.compose_networks import service_networks
from checks.harness.artefacts.compose_settings import secrets, url_setting
from checks.harness.artefacts.interpolation import Interpolation
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
        ("lines", "expected"),
        [("interval: 5s", False), ("test: [NONE]", True), ("disable: true", True)],
    )
    def test_other_times_are_no_health_check(
        self, tmp_path: Path, lines: str, *, expected: bool
    ) -> None:
        a = service(tmp_path, f"    healthcheck: {{{lines}}}\n").service("a")

        assert a.overrides_healthcheck is expected

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
