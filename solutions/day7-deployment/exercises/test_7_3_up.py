"""Task 7.3: one command brings it up, and brings it up again."""

import re
import shlex

import pytest

SCRIPT = "scripts/up.sh"
# In the place of `docker`: writes down how it was called, and keeps the .env that it found.
NOTE = 'echo "$(basename "$0") $*" >>../calls; cp .env ../found 2>/dev/null; '
TODAY = f'#!/bin/sh\n[ "$2" = version ] && exit 0\n{NOTE}exit "${{FAILS:-0}}"\n'
WITHOUT_COMPOSE = '#!/bin/sh\n[ "$1" = compose ] && exit 1\nexit 0\n'
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD")
SAFE_IN_A_URL = re.compile(r"[A-Za-z0-9_.~-]{32,}")
ALLOWED = ("up", "build", "pull", "ps", "config", "version")


class Clone:
    """A fresh copy of the folder, with programs of ours where `docker` is looked for."""

    def __init__(self, bench, docker=TODAY):
        self.bench = bench
        bench.write("../bin/docker", docker)
        bench.write("../bin/docker-compose", f"#!/bin/sh\n{NOTE}exit 0\n")

    def up(self, start="bash scripts/up.sh", fails="0"):
        """Run the script; what it printed and how it ended."""
        found = 'chmod +x ../bin/*; PATH="$(cd .. && pwd)/bin:$PATH"; '
        return self.bench.run("sh", "-c", found + start, env={"FAILS": fails})

    @property
    def calls(self):
        return [shlex.split(line) for line in self.bench.read("../calls").splitlines()]

    @property
    def settings(self):
        """What Compose would have found in .env."""
        lines = self.bench.read("../found").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


@pytest.fixture
def clone(suite_runner):
    return lambda **more: Clone(suite_runner.copy(), **more)


def ups(clone):
    return [words for words in clone.calls if "up" in words]


class TestOneCommand:
    @pytest.mark.gate
    def test_it_starts_everything_in_the_background(self, clone):
        here = clone()

        done = here.up()

        said = " / ".join((done.stdout + done.stderr).splitlines()[-2:])
        assert done.returncode == 0, f"`{SCRIPT}` ends well; it said: {said}"
        found = [set(words) for words in ups(here)]
        assert found, f"`{SCRIPT}` runs `docker compose up`"
        assert found[-1] & {"-d", "--detach", "--wait"}, "it starts in the background: --detach"

    def test_the_image_is_built_anew(self, clone):
        here = clone()

        here.up()

        built = any("build" in words or "--build" in words for words in here.calls)
        assert built, "changed code is in the image: `--build`"

    def test_it_comes_back_when_the_backend_answers(self, clone):
        here = clone()

        here.up()

        assert any("--wait" in words for words in ups(here)), "`docker compose up` has --wait"

    def test_docker_compose_1_29_2_will_do(self, clone):
        here = clone(docker=WITHOUT_COMPOSE)

        done = here.up()

        found = ups(here)
        assert done.returncode == 0, "without `docker compose`, `docker-compose` is taken"
        assert [words[0] for words in found] == ["docker-compose"], "`docker-compose up` runs"
        assert "--wait" not in found[0], "docker-compose 1.29.2 does not know --wait"

    def test_from_wherever_it_is_called(self, clone):
        here = clone()

        done = here.up("cd app && bash ../scripts/up.sh")

        assert done.returncode == 0, f"`{SCRIPT}` works from another folder, too"
        assert here.settings, "it works in its own folder: .env stands there"

    def test_a_failure_is_a_failure(self, clone):
        done = clone().up(fails="17")

        assert done.returncode != 0, f"when Compose fails, `{SCRIPT}` fails"

    def test_it_takes_nothing_down(self, clone):
        here = clone()

        here.up()

        found = [words for words in here.calls if not set(words) & set(ALLOWED)]
        assert found == [], "nothing is stopped and nothing is deleted on the way up"


class TestSecrets:
    def test_a_fresh_clone_gets_its_own(self, clone):
        first, second = clone(), clone()

        first.up()
        second.up()

        for name in SECRETS:
            value = first.settings.get(name, "")
            assert SAFE_IN_A_URL.fullmatch(value), f"{name} in .env: 32 characters that a URL bears"
            assert value != second.settings.get(name), f"two clones have two values of {name}"

    def test_every_variable_has_a_value(self, clone, stack):
        here = clone()

        here.up()

        empty = [name for name in stack().values if not here.settings.get(name)]
        assert empty == [], ".env has a value for each variable that Compose asks for"

    def test_nobody_else_reads_them(self, clone):
        here = clone()

        here.up()

        mode = here.bench.run("stat", "-c", "%a", ".env").stdout.strip()
        assert mode == "600", ".env belongs to you alone: mode 600"

    def test_a_second_run_keeps_them(self, clone):
        here = clone()
        here.up()
        before = here.settings

        here.up()

        assert here.settings == before, "a second run leaves .env as it is"

    def test_what_somebody_wrote_stays(self, clone):
        here = clone()
        here.bench.write(".env", "SECRET_KEY=mine\nPOSTGRES_PASSWORD=mine\n")

        here.up()

        assert here.settings.get("SECRET_KEY") == "mine", "an .env that is there is not written to"


class TestRunning:
    """Where a Docker engine answers: the real thing, under a name of its own."""

    def test_it_answers(self, deployed):
        deployed.wait()

        assert deployed.status("/api/v1/events/") == 200, "after the one command the API answers"

    def test_a_second_run_changes_nothing(self, deployed):
        deployed.wait()
        before = deployed.containers()

        deployed.up()

        assert deployed.containers() == before, "a second run leaves the containers as they are"

    def test_a_killed_database_comes_back(self, deployed):
        deployed.wait()
        deployed.register("kept@example.com")

        deployed.kill("db")

        assert deployed.wait(), "the process of `db` is killed: the API answers again"

    def test_the_data_outlive_the_containers(self, deployed):
        deployed.wait()
        deployed.register("lasting@example.com")

        deployed.compose("down")
        deployed.up()
        deployed.wait()

        assert deployed.register("lasting@example.com") == 409, (
            "`down` and up again: the rows are there"
        )
