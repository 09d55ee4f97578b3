"""Task 7.12: what you prove on your machine is proved again for every change."""

import re

import pytest
from checks.harness.artefacts.package_install import installs_beside, installs_from_file
from checks.harness.artefacts.workflow_services import is_awaited
from checks.harness.artefacts.workflow_triggers import (
    starts_for_each_pull_request,
    starts_for_push,
)

PATH = ".github/workflows/ci.yml"
LOCK = "requirements.lock"
FULL_VERSION = re.compile(r"@(v?\d+\.\d+\.\d+|[0-9a-f]{40}|sha256:[0-9a-f]{64})$")
REVERSIBLE = (("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head"))


def job_of(workflow, *words):
    """The first job that runs this, and the command; fails when there is none."""
    found = [
        (job, command)
        for job in workflow.certain_jobs
        for command in job.required_commands
        if command.runs(*words)
    ]
    assert found, missing(
        workflow, f"a job runs `{' '.join(words)}`, and its failure is the workflow's", *words
    )
    return found[0]


def missing(workflow, sentence, *words):
    """The sentence, and the command that would do if it looked at all of the project."""
    partial = workflow.partial_command(*words)
    why = f", but `{partial}` leaves out a part of the project, or has other settings"
    return sentence + (why if partial else "")


def names_lock(command):
    return LOCK in " ".join(command.words)


def installs_lock(job, before):
    """Whether what the command `before` imports is of the lock: that is installed first."""
    commands = job.required_commands
    return any(
        names_lock(command) and installs_from_file(command) and not installs_beside(command)
        for command in commands[: commands.index(before)]
    )


def is_apart(job, audit):
    """Whether `pip-audit` has an environment of its own: it sees nothing of the project's."""
    return audit.is_apart or any(
        command.words[:2] in (("pipx", "install"), ("uv", "tool"))
        and any(word.startswith("pip-audit") for word in command.words)
        for command in job.required_commands
    )


class TestTriggers:
    @pytest.mark.gate
    def test_for_every_change(self, workflow):
        triggers = workflow.triggers

        assert "pull_request" in triggers, "every pull request starts it"
        assert starts_for_each_pull_request(triggers), (
            "every pull request starts it, to whatever branch, and each of its changes does"
        )
        assert starts_for_push(triggers, "main"), "a push to main starts it"

    def test_for_all_of_it(self, workflow):
        path_filters = [
            key
            for trigger in map(workflow.triggers.get, ("push", "pull_request"))
            for key in ("paths", "paths-ignore")
            if key in (trigger or {})
        ]

        assert path_filters == [], "it runs whatever file has changed: no `paths`"


class TestPermissions:
    def test_its_token_can_only_read(self, workflow):
        default = workflow.definition.get("permissions")
        permissions = [job.definition.get("permissions", default) for job in workflow.jobs]

        assert None not in permissions, "the workflow says `permissions`, or each job does"
        rights = {
            right
            for permission in permissions
            for right in (permission.values() if isinstance(permission, dict) else [permission])
        }
        assert rights <= {"read", "none", "read-all"}, "no job may write to the repository"

    def test_a_stranger_s_code_gets_no_secret(self, workflow):
        assert "pull_request_target" not in workflow.triggers, "pull_request_target is not used"

    def test_actions_are_of_one_version(self, workflow):
        unpinned_actions = [
            action
            for job in workflow.jobs
            for action in job.actions
            if not action.startswith("./") and not FULL_VERSION.search(action)
        ]

        assert unpinned_actions == [], "each action is of a full version (v4.2.2) or a commit"

    def test_a_job_that_hangs_is_ended(self, workflow):
        unlimited_jobs = [
            job.name for job in workflow.jobs if "timeout-minutes" not in job.definition
        ]

        assert unlimited_jobs == [], "each job has `timeout-minutes`"


class TestExitStatus:
    def test_no_failure_is_passed_over(self, workflow):
        tolerant_steps = [
            job.name for job in workflow.jobs if job.definition.get("continue-on-error")
        ]
        tolerant_steps += [
            str(step.definition.get("name") or step.definition.get("run") or step.uses)
            for job in workflow.jobs
            for step in job.steps
            if step.definition.get("continue-on-error")
        ]

        assert tolerant_steps == [], "nothing says `continue-on-error`"

    def test_no_command_is_excused(self, workflow):
        excused_commands = [
            f"{command} {command.operator}"
            for job in workflow.jobs
            for step in job.steps
            for command in step.commands
            if command.operator == "||" or not step.stops_at_errors
        ]

        assert excused_commands == [], (
            "no command is followed by `||`, and the shell stops at an error"
        )


class TestJobs:
    def test_each_looks_at_the_change(self, workflow):
        elsewhere = [job.name for job in workflow.certain_jobs if not job.looks_at_change]

        assert elsewhere == [], (
            "each job that proves something has checked the change out: actions/checkout stands"
            " before it, and names no other `ref`, `repository` or `path`, nor a part of the files"
        )

    @pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
    def test_what_the_hooks_say(self, workflow, command):
        commands = workflow.required_commands()

        sentence = (
            f"`{command}` runs (or all hooks of pre-commit), and its failure is the workflow's"
        )
        words = command.split()
        assert any(each.runs(*words) or each.runs_all_hooks for each in commands), missing(
            workflow, sentence, *words
        )

    def test_the_tests_and_their_coverage(self, workflow):
        job_of(workflow, "pytest")

        counted = [
            command
            for command in workflow.required_commands()
            if command.runs("pytest") and any(w.split("=")[0] == "--cov" for w in command.words)
        ]
        assert counted, "`pytest --cov` runs: without it nobody counts the coverage"

    def test_with_the_versions_of_the_image(self, workflow):
        job, tests = job_of(workflow, "pytest")

        assert installs_lock(job, before=tests), (
            f"the tests' job installs {LOCK} before the tests, where they import from"
        )

    @pytest.mark.parametrize(
        ("image", "variable"), [("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")]
    )
    def test_on_the_real_servers(self, workflow, image, variable):
        job, tests = job_of(workflow, "pytest")
        services = job.services.of_image(image)
        reached = job.services.reached(tests.env.get(variable), image)

        assert services, f"the tests' job has a service of {image}"
        assert is_awaited(reached or services[0]), f"{image} is waited for: --health-cmd"
        assert reached, f"{variable} of the tests leads to the service"

    def test_the_migrations_up_down_and_up_again(self, workflow):
        job, _ = job_of(workflow, "alembic", "downgrade", "base")
        commands = [command for command in job.required_commands if command.migration]

        steps = [command.migration for command in commands]
        in_order = iter(steps)
        assert all(step in in_order for step in REVERSIBLE), (
            "`alembic upgrade head`, `downgrade base` and `upgrade head` run in one job, in order"
        )
        assert ("check",) in steps, "`alembic check` runs: the models agree with the migrations"
        urls = [command.env.get("DATABASE_URL") for command in commands]
        assert all(job.services.reached(url, "postgres") for url in urls), (
            "the migrations run on PostgreSQL"
        )

    def test_the_image_is_built(self, workflow):
        commands = workflow.required_commands()

        assert any(command.runs("docker", "build") for command in commands), missing(
            workflow, "`docker build` runs", "docker", "build"
        )

    def test_known_holes_are_looked_for(self, workflow):
        job, audit = job_of(workflow, "pip-audit")

        # Without a file it looks at what is installed beside it.
        files = audit.values("-r", "--requirement")
        looks_around = not files and not is_apart(job, audit) and installs_lock(job, before=audit)
        assert LOCK in files or looks_around, f"`pip-audit` looks at {LOCK}"


class TestVersion:
    def test_python_is_written_as_text(self, workflow):
        numbers = [
            version
            for job in workflow.jobs
            for version in job.python_versions
            if isinstance(version, (int, float))
        ]

        assert numbers == [], "python-version stands in quotes: 3.10 is the number 3.1"
