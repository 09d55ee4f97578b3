"""Task 7.12: what you prove on your machine is proved again for every change."""

import re
from urllib.parse import urlsplit

import pytest

PATH = ".github/workflows/ci.yml"
LOCK = "requirements.lock"
FULL_VERSION = re.compile(r"@(v?\d+\.\d+\.\d+|[0-9a-f]{40})$")
# Words with which a command finds something and still says that all is well.
MILD = {"--exit-zero", "--fix", "--collect-only", "--co", "--no-cov", "--allow-untyped-defs"}
EVERYTHING = ("pre-commit", "run", "--all-files")
STAIRS = (("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head"))


def runs(commands, *words):
    """Whether one of these commands is this program with these words, and judges in earnest."""
    program, *rest = words
    return any(
        (each.begins(program) or each.begins("python", "-m", program))
        and set(rest) <= set(each.words)
        and not MILD & set(each.words)
        for each in commands
    )


def job_of(workflow, *words):
    """The first job that runs this; fails when there is none."""
    found = next((job for job in workflow.jobs if runs(job.deciding, *words)), None)
    assert found, f"a job runs `{' '.join(words)}`, and its failure is the workflow's"
    return found


def leads_to(job, variable, service):
    """Whether the variable names the service, as a step of this job reaches it."""
    address = urlsplit(str(job.env.get(variable, "")))
    published = [str(port).split("/")[0].split(":") for port in service.get("ports") or []]
    if "container" in job.said:
        return address.hostname in job.services
    return address.hostname in ("localhost", "127.0.0.1") and any(
        ports[0] == str(address.port) for ports in published
    )


class TestWhen:
    @pytest.mark.gate
    def test_for_every_change(self, workflow):
        asked = workflow.triggers

        assert "pull_request" in asked, "every pull request starts it"
        branches = (asked.get("push") or {}).get("branches") or ["main"]
        assert "push" in asked, "a push to main starts it"
        assert "main" in branches, "a push to main starts it"

    def test_for_all_of_it(self, workflow):
        narrowed = [
            key
            for said in map(workflow.triggers.get, ("push", "pull_request"))
            for key in ("paths", "paths-ignore")
            if key in (said or {})
        ]

        assert narrowed == [], "it runs whatever file has changed: no `paths`"


class TestTrust:
    def test_its_token_can_only_read(self, workflow):
        given = [workflow.said.get("permissions")]
        given += [job.said["permissions"] for job in workflow.jobs if "permissions" in job.said]

        assert given[0] is not None, "the workflow says `permissions`"
        rights = [
            right
            for each in given
            for right in (each.values() if isinstance(each, dict) else [each])
        ]
        assert set(rights) <= {"read", "none", "read-all"}, "no job may write to the repository"

    def test_a_stranger_s_code_gets_no_secret(self, workflow):
        assert "pull_request_target" not in workflow.triggers, "pull_request_target is not used"

    def test_actions_are_of_one_version(self, workflow):
        loose = [
            step.uses
            for job in workflow.jobs
            for step in job.steps
            if step.uses and not step.uses.startswith("./") and not FULL_VERSION.search(step.uses)
        ]

        assert loose == [], "each action is of a full version (v4.2.2) or a commit"

    def test_a_job_that_hangs_is_ended(self, workflow):
        endless = [job.name for job in workflow.jobs if "timeout-minutes" not in job.said]

        assert endless == [], "each job has `timeout-minutes`"


class TestHonesty:
    def test_no_failure_is_passed_over(self, workflow):
        told = [job.name for job in workflow.jobs if job.said.get("continue-on-error")]
        told += [
            str(step.said.get("name") or step.said.get("run") or step.uses)
            for job in workflow.jobs
            for step in job.steps
            if step.said.get("continue-on-error")
        ]

        assert told == [], "nothing says `continue-on-error`"

    def test_no_command_is_excused(self, workflow):
        excused = [
            f"{command} {command.after}"
            for job in workflow.jobs
            for step in job.steps
            for command in step.commands
            if command.after == "||" or not step.strict
        ]

        assert excused == [], "no command is followed by `||`, and the shell stops at an error"


class TestWhat:
    @pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
    def test_what_the_hooks_say(self, workflow, command):
        decides = workflow.deciding()

        assert runs(decides, *command.split()) or runs(decides, *EVERYTHING), (
            f"`{command}` runs (or all hooks of pre-commit), and its failure is the workflow's"
        )

    def test_the_tests_and_their_coverage(self, workflow):
        job = job_of(workflow, "pytest")

        assert any("--cov" in word for each in job.deciding for word in each.words), (
            "`pytest --cov` runs: without it nobody counts the coverage"
        )

    def test_with_the_versions_of_the_image(self, workflow):
        job = job_of(workflow, "pytest")

        assert any(
            LOCK in " ".join(each.words) and {"install", "sync"} & set(each.words)
            for each in job.deciding
        ), f"the tests' job installs {LOCK}"

    @pytest.mark.parametrize(
        ("image", "variable"), [("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")]
    )
    def test_on_the_real_servers(self, workflow, image, variable):
        job = job_of(workflow, "pytest")
        service = job.service(image)

        assert service, f"the tests' job has a service of {image}"
        assert "--health-cmd" in str(service.get("options")), f"{image} is waited for: --health-cmd"
        assert leads_to(job, variable, service), f"{variable} of the tests leads to the service"

    def test_the_migrations_up_down_and_up_again(self, workflow):
        job = job_of(workflow, "alembic", "downgrade", "base")
        steps = [each for each in job.deciding if each.begins("alembic") or "migrate" in each.words]

        kinds = [
            ("upgrade", "head") if "migrate" in each.words else each.words[1:3] for each in steps
        ]
        there = iter(kinds)
        assert all(stair in there for stair in STAIRS), (
            "`alembic upgrade head`, `downgrade base` and `upgrade head` run in one job, in order"
        )
        assert ("check",) in kinds, "`alembic check` runs: the models agree with the migrations"
        assert job.service("postgres"), "the migrations run on PostgreSQL"

    def test_the_image_is_built(self, workflow):
        built = runs(workflow.deciding(), "docker", "build") or any(
            step.uses.startswith("docker/build-push-action@")
            for job in workflow.jobs
            for step in job.steps
        )

        assert built, "`docker build` runs"

    def test_known_holes_are_looked_for(self, workflow):
        job = job_of(workflow, "pip-audit")

        whole = any(LOCK in " ".join(each.words) for each in job.deciding)
        assert whole, f"`pip-audit` looks at {LOCK}"


class TestVersion:
    def test_python_is_written_as_text(self, workflow):
        numbers = [
            value
            for job in workflow.jobs
            for step in job.steps
            if isinstance(
                value := (step.said.get("with") or {}).get("python-version"), (int, float)
            )
        ]

        assert numbers == [], "python-version stands in quotes: 3.10 is the number 3.1"
