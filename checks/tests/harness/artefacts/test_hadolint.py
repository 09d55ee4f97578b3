"""hadolint on the trusted side: it finds the same in every shell, and reads no file for ever."""

from pathlib import Path

import pytest

from checks.harness.artefacts import hadolint
from checks.harness.artefacts.hadolint import hadolint_warnings

SOUND = "FROM debian:12\nUSER 10001\n"
FAULTY = f"{SOUND}MAINTAINER nobody\n"
SETTINGS = "trustedRegistries:\n  - registry.example\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [("HADOLINT_TRUSTED_REGISTRIES", "registry.example"), ("HADOLINT_FORMAT", "json")],
)
def test_a_variable_of_the_shell_changes_no_finding(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    assert hadolint_warnings(SOUND) == []
    assert "DL4000" in "".join(hadolint_warnings(FAULTY))


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME"])
def test_settings_in_the_home_folder_change_no_finding(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".config" if variable == "HOME" else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "hadolint.yaml").write_text(SETTINGS)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))

    assert hadolint_warnings(SOUND) == []


@pytest.mark.parametrize("line", ["EXPOSE 80-", "STOPSIGNAL"])
def test_a_line_that_hadolint_cannot_read_hides_nothing(line: str) -> None:
    assert hadolint_warnings(f"{FAULTY}{line}\n") != []


def test_a_file_that_is_read_without_an_end_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hadolint, "CPU_SECONDS", 1)
    long = f"{SOUND}RUN true{' && echo a' * 60000}\n"

    with pytest.raises(AssertionError, match="within 1 s of CPU time"):
        hadolint_warnings(long)
