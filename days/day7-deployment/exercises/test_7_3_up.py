"""Task 7.3: one command brings it up, and brings it up again."""

import re
import shlex

import pytest

SCRIPT = "scripts/up.sh"
# In the place of `docker`: records its arguments, and a copy of the .env that it finds.
RECORD_CALL = 'echo "$(basename "$0") $*" >>../calls; cp .env ../env_at_start 2>/dev/null; '
DOCKER = f'#!/bin/sh\n[ "$2" = version ] && exit 0\n{RECORD_CALL}exit "${{EXIT_CODE:-0}}"\n'
DOCKER_WITHOUT_COMPOSE = f'#!/bin/sh\n[ "$1" = compose ] && exit 1\n{RECORD_CALL}exit 0\n'
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD")
SAFE_IN_A_URL = re.compile(r"[A-Za-z0-9_.~-]{32,}")
# The options of `up` that docker-compose 1.29.2 knows and that a script would use.
OLD_OPTIONS = {
    *("-d", "--detach", "--build", "--no-color", "--quiet-pull", "--no-recreate", "--scale"),
    *("-t", "--timeout", "--no-log-prefix", "--remove-orphans"),
}
# What somebody may have written: all, a part, nothing, no end of line, another layout.
WRITTEN = {
    "complete": "SECRET_KEY=mine\nPOSTGRES_PASSWORD=mine\n",
    "incomplete": "POSTGRES_PASSWORD=mine\nALLOWED_HOSTS=a.example",
    "without-values": "# later\r\nSECRET_KEY=\r\nPOSTGRES_PASSWORD=\r\n",
    "empty": "",
}
TRY_EACH = """
for written in ../written/*; do
    cp "$written" .env
    bash scripts/up.sh
    cmp -s .env "$written" || basename "$written" >>../changed
done
"""
HARMLESS_COMMANDS = ("up", "build", "pull", "ps", "config", "version")


class Clone:
    """A fresh copy of the folder, with programs of ours where `docker` is looked for."""

    def __init__(self, copy, docker=DOCKER):
        self.copy = copy
        copy.write("../bin/docker", docker)
        copy.write("../bin/docker-compose", f"#!/bin/sh\n{RECORD_CALL}exit 0\n")

    def up(self, command="bash scripts/up.sh", exit_code="0"):
        """Run the script; what it printed and how it ended."""
        path = 'chmod +x ../bin/*; PATH="$(cd .. && pwd)/bin:$PATH"; '
        return self.copy.run("sh", "-c", path + command, env={"EXIT_CODE": exit_code})

    @property
    def calls(self):
        return [shlex.split(line) for line in self.copy.read("../calls").splitlines()]

    @property
    def settings(self):
        """What Compose would have found in .env."""
        lines = self.copy.read("../env_at_start").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


@pytest.fixture
def fresh_clone(suite_runner):
    return lambda **options: Clone(suite_runner.copy(), **options)


def up_calls(clone):
    """The arguments of each call that has the word `up`."""
    return [words for words in clone.calls if "up" in words]


class TestOneCommand:
    @pytest.mark.gate
    def test_it_starts_everything_in_the_background(self, fresh_clone):
        clone = fresh_clone()

        result = clone.up()

        output = " / ".join((result.stdout + result.stderr).splitlines()[-2:])
        assert result.returncode == 0, f"`{SCRIPT}` ends well; it said: {output}"
        calls = [set(words) for words in up_calls(clone)]
        assert calls, f"`{SCRIPT}` runs `docker compose up`"
        assert calls[-1] & {"-d", "--detach", "--wait"}, "it starts in the background: --detach"

    def test_the_image_is_built_anew(self, fresh_clone):
        clone = fresh_clone()

        clone.up()

        is_built = any("build" in words or "--build" in words for words in clone.calls)
        assert is_built, "changed code is in the image: `--build`"

    def test_it_comes_back_when_the_backend_answers(self, fresh_clone, compose_project):
        clone = fresh_clone()
        services = compose_project().compose.services

        clone.up()

        calls = [set(words) for words in up_calls(clone) if "--wait" in words]
        assert calls, "`docker compose up` has --wait"
        unchecked = {
            name
            for name, service in services.items()
            if service.overrides_healthcheck and not service.healthcheck
        }
        assert not any(unchecked & (words & services.keys() or unchecked) for words in calls), (
            "`up --wait` ends with 1 for a service whose health check is switched off: "
            f"{', '.join(sorted(unchecked))}"
        )

    def test_docker_compose_1_29_2_will_do(self, fresh_clone):
        clone = fresh_clone(docker=DOCKER_WITHOUT_COMPOSE)

        result = clone.up()

        calls = up_calls(clone)
        assert result.returncode == 0, "without `docker compose`, `docker-compose` is taken"
        assert [words[0] for words in calls] == ["docker-compose"], "`docker-compose up` runs"
        options = {word.partition("=")[0] for word in calls[0] if word.startswith("-")}
        unknown = sorted(options - OLD_OPTIONS)
        assert unknown == [], f"docker-compose 1.29.2 does not know {', '.join(unknown)}"
        assert options & {"-d", "--detach"}, "`docker-compose up` is in the background: --detach"
        is_built = any("build" in words or "--build" in words for words in clone.calls)
        assert is_built, "`docker-compose` builds the image anew, too: `--build`"

    def test_from_wherever_it_is_called(self, fresh_clone):
        clone = fresh_clone()

        result = clone.up("cd app && bash ../scripts/up.sh")

        assert result.returncode == 0, f"`{SCRIPT}` works from another folder, too"
        assert clone.settings, "it works in its own folder: .env stands there"

    def test_a_failure_is_a_failure(self, fresh_clone):
        result = fresh_clone().up(exit_code="17")

        assert result.returncode != 0, f"when Compose fails, `{SCRIPT}` fails"

    def test_it_takes_nothing_down(self, fresh_clone):
        clone = fresh_clone()

        clone.up()

        others = [words for words in clone.calls if not set(words) & set(HARMLESS_COMMANDS)]
        assert others == [], "nothing is stopped and nothing is deleted on the way up"


class TestSecrets:
    def test_a_fresh_clone_gets_its_own(self, fresh_clone):
        first, second = fresh_clone(), fresh_clone()

        first.up()
        second.up()

        for name in SECRETS:
            value = first.settings.get(name, "")
            assert SAFE_IN_A_URL.fullmatch(value), f"{name} in .env: 32 characters that a URL bears"
            assert value != second.settings.get(name), f"two clones have two values of {name}"

    def test_every_variable_has_a_value(self, fresh_clone, compose_project):
        clone = fresh_clone()

        clone.up()

        names = compose_project().required_variables
        empty = [name for name in names if not clone.settings.get(name)]
        assert empty == [], ".env has a value for each variable that Compose asks for"

    def test_nobody_else_reads_them(self, fresh_clone):
        clone = fresh_clone()

        clone.up()

        mode = clone.copy.run("stat", "-c", "%a", ".env").stdout.strip()
        assert mode == "600", ".env belongs to you alone: mode 600"

    def test_a_second_run_keeps_them(self, fresh_clone):
        clone = fresh_clone()
        clone.up()
        before = clone.copy.read(".env")

        clone.up()

        assert clone.copy.read(".env") == before, "a second run leaves .env as it is"

    def test_what_somebody_wrote_stays(self, fresh_clone):
        clone = fresh_clone()
        for name, text in WRITTEN.items():
            clone.copy.write(f"../written/{name}", text)

        clone.up(TRY_EACH)

        changed = clone.copy.read("../changed").split()
        assert changed == [], "an .env that is there is not written to, complete or not"


class TestRunning:
    """Where a Docker engine answers: the real thing, under a name of its own."""

    def test_it_answers(self, deployment):
        deployment.wait()

        assert deployment.status("/api/v1/events/") == 200, "after the one command the API answers"

    def test_a_second_run_changes_nothing(self, deployment):
        deployment.wait()
        before = deployment.containers()

        deployment.up()

        assert deployment.containers() == before, "a second run leaves the containers as they are"

    def test_a_killed_database_comes_back(self, deployment):
        deployment.wait()
        deployment.register("kept@example.com")

        deployment.kill("db")

        assert deployment.wait(), "the process of `db` is killed: the API answers again"

    def test_the_data_outlive_the_containers(self, deployment):
        deployment.wait()
        deployment.register("lasting@example.com")

        deployment.compose("down")
        deployment.up()
        deployment.wait()

        assert deployment.register("lasting@example.com") == 409, (
            "`down` and up again: the rows are there"
        )
