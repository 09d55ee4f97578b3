"""`make docker-check` leaves a machine as it was: its images, and its network."""

import contextlib
from pathlib import Path

import pytest

from checks.bench.docker_check import host_network
from checks.bench.docker_check.base_images import base_images
from checks.bench.docker_check.commands import Shell
from checks.bench.docker_check.made_images import (
    RunLabel,
    made_images_removed,
    remove_made,
)
from checks.errors import CourseError

# A docker that writes down how it was called; `images` prints what is in the file of that name.
DOCKER = """#!/bin/sh
cd "$(dirname "$0")"
echo "$@" >>calls
case "$1" in
  images) cat images; exit $(cat status) ;;
  rmi) [ -e stuck ] || : >images ;;
  pull) exit 1 ;;
  image) grep -qx "$3" there || { echo "Error: $(cat answer)"; exit 1; } ;;
esac
"""
LABEL = RunLabel("r1")


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    """The folder of a docker that lists the images a and b."""
    files = {"images": "a\nb\n", "status": "0", "there": "", "answer": "No such image"}
    for name, text in {"docker": DOCKER, **files}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "docker").chmod(0o755)
    return tmp_path


def shell_of(fake: Path) -> Shell:
    return Shell(fake, {"PATH": f"{fake}:/usr/bin:/bin"})


def calls(fake: Path) -> list[str]:
    return (fake / "calls").read_text().splitlines()


class TestImages:
    def test_only_images_with_the_label_of_the_run_are_removed(self, fake: Path) -> None:
        with made_images_removed(shell_of(fake), LABEL):
            pass

        listing = "images --quiet --no-trunc --filter label=eventure.docker-check=r1"
        assert calls(fake) == [listing, "rmi --force a b", listing]

    def test_an_engine_s_error_removes_no_image(self, fake: Path) -> None:
        (fake / "status").write_text("1")

        reason = remove_made(shell_of(fake), LABEL)

        assert "stay" in reason
        assert [call for call in calls(fake) if call.startswith("rmi")] == []

    def test_images_that_cannot_be_removed_are_told_with_a_command(self, fake: Path) -> None:
        (fake / "stuck").touch()

        reason = remove_made(shell_of(fake), LABEL)

        assert "`docker images --filter label=eventure.docker-check=r1` shows them" in reason

    def test_two_runs_have_two_labels(self) -> None:
        assert str(RunLabel()) != str(RunLabel())

    def test_a_stand_in_carries_the_label_and_one_that_is_kept_does_not(self, fake: Path) -> None:
        (fake / "there").write_text("eventure-check-debian\n")

        for label in (LABEL, None):
            with contextlib.suppress(CourseError):  # this docker makes no image, so none is there
                base_images(shell_of(fake), ["python:3"], label)

        first, second = (call for call in calls(fake) if call.startswith("build"))
        assert first.startswith("build --label eventure.docker-check=r1 --tag python:3")
        assert second.startswith("build --tag python:3")

    def test_an_engine_s_error_takes_no_name_from_an_image(self, fake: Path) -> None:
        (fake / "answer").write_text("context deadline exceeded")
        (fake / "there").write_text("eventure-check-debian\n")

        with pytest.raises(CourseError, match="does not say whether it has python:3"):
            base_images(shell_of(fake), ["python:3"], None)

        assert [call for call in calls(fake) if call.startswith("build")] == []


class TestNetwork:
    @pytest.fixture
    def asked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Commands that were run; the policy of FORWARD is what the file `policy` says."""
        commands: list[str] = []

        def run(*argv: str) -> str:
            commands.append(" ".join(argv))
            return f"-P FORWARD {(tmp_path / 'policy').read_text()}\n-A FORWARD -j DOCKER-USER\n"

        (tmp_path / "policy").write_text("ACCEPT")
        monkeypatch.setattr(host_network, "_run", run)
        monkeypatch.setattr(host_network, "BRIDGE", tmp_path / "docker0")
        return commands

    def test_what_dockerd_has_set_is_put_back(self, tmp_path: Path, asked: list[str]) -> None:
        forwarding = tmp_path / "ip_forward"
        forwarding.write_text("0\n")

        with host_network.host_network_kept(forwarding):
            forwarding.write_text("1\n")
            (tmp_path / "policy").write_text("DROP")
            (tmp_path / "docker0").touch()

        assert forwarding.read_text() == "0\n"
        assert "iptables --wait --policy FORWARD ACCEPT" in asked
        assert "ip link delete docker0" in asked

    def test_what_has_not_changed_is_not_written(self, tmp_path: Path, asked: list[str]) -> None:
        forwarding = tmp_path / "ip_forward"
        forwarding.write_text("1\n")
        before = forwarding.stat().st_mtime_ns

        with host_network.host_network_kept(forwarding):
            pass

        assert forwarding.stat().st_mtime_ns == before
        assert [each for each in asked if "list-rules" not in each] == []

    def test_a_bridge_that_was_there_stays(self, tmp_path: Path, asked: list[str]) -> None:
        (tmp_path / "ip_forward").write_text("1\n")
        (tmp_path / "docker0").touch()

        with host_network.host_network_kept(tmp_path / "ip_forward"):
            pass

        assert "ip link delete docker0" not in asked
