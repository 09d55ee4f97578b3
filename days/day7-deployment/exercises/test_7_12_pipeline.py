"""Task 7.12: what you prove on your machine is proved again for every change."""

import re

import pytest
from checks.harness.artefacts.workflow import runs

PATH = ".github/workflows/ci.yml"
LOCK = "requirements.lock"
FULL_VERSION = re.compile(r"@(v?\d+\.\d+\.\d+|[0-9a-f]{40})$")
ALL_HOOKS = ("pre-commit", "run", "--all-files")
REVERSIBLE = (("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head"))


def job_of(workflow, *words):
    """The first job that runs this; fails when there is none."""
    job = next((job for job in workflow.jobs if runs(job.required_commands, *words)), None)
    assert job, f"a job runs `{' '.join(words)}`, and its failure is the workflow's"
    return job


class TestTriggers:
    @pytest.mark.gate
    def test_for_every_change(self, workflow):
        triggers = workflow.triggers

        assert "pull_request" in triggers, "every pull request starts it"
        branches = (triggers.get("push") or {}).get("branches") or ["main"]
        assert "push" in triggers, "a push to main starts it"
        assert "main" in branches, "a push to main starts it"

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
        permissions = [workflow.definition.get("permissions")]
        permissions += [
            job.definition["permissions"]
            for job in workflow.jobs
            if "permissions" in job.definition
        ]

        assert permissions[0] is not None, "the workflow says `permissions`"
        rights = [
            right
            for permission in permissions
            for right in (permission.values() if isinstance(permission, dict) else [permission])
        ]
        assert set(rights) <= {"read", "none", "read-all"}, "no job may write to the repository"

    def test_a_stranger_s_code_gets_no_secret(self, workflow):
        assert "pull_request_target" not in workflow.triggers, "pull_request_target is not used"

    def test_actions_are_of_one_version(self, workflow):
        unpinned_actions = [
            step.uses
            for job in workflow.jobs
            for step in job.steps
            if step.uses and not step.uses.startswith("./") and not FULL_VERSION.search(step.uses)
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
    @pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
    def test_what_the_hooks_say(self, workflow, command):
        required_commands = workflow.required_commands()

        assert runs(required_commands, *command.split()) or runs(required_commands, *ALL_HOOKS), (
            f"`{command}` runs (or all hooks of pre-commit), and its failure is the workflow's"
        )

    def test_the_tests_and_their_coverage(self, workflow):
        job = job_of(workflow, "pytest")

        assert any(
            "--cov" in word for command in job.required_commands for word in command.words
        ), "`pytest --cov` runs: without it nobody counts the coverage"

    def test_with_the_versions_of_the_image(self, workflow):
        job = job_of(workflow, "pytest")

        assert any(
            LOCK in " ".join(command.words) and {"install", "sync"} & set(command.words)
            for command in job.required_commands
        ), f"the tests' job installs {LOCK}"

    @pytest.mark.parametrize(
        ("image", "variable"), [("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")]
    )
    def test_on_the_real_servers(self, workflow, image, variable):
        job = job_of(workflow, "pytest")
        service = job.service(image)

        assert service, f"the tests' job has a service of {image}"
        assert "--health-cmd" in str(service.get("options")), f"{image} is waited for: --health-cmd"
        assert job.reaches(variable, service), f"{variable} of the tests leads to the service"

    def test_the_migrations_up_down_and_up_again(self, workflow):
        job = job_of(workflow, "alembic", "downgrade", "base")
        steps = [
            command
            for command in job.required_commands
            if command.starts_with("alembic") or "migrate" in command.words
        ]

        kinds = [
            ("upgrade", "head") if "migrate" in command.words else command.words[1:3]
            for command in steps
        ]
        in_order = iter(kinds)
        assert all(step in in_order for step in REVERSIBLE), (
            "`alembic upgrade head`, `downgrade base` and `upgrade head` run in one job, in order"
        )
        assert ("check",) in kinds, "`alembic check` runs: the models agree with the migrations"
        assert job.service("postgres"), "the migrations run on PostgreSQL"

    def test_the_image_is_built(self, workflow):
        builds_image = runs(workflow.required_commands(), "docker", "build") or any(
            step.uses.startswith("docker/build-push-action@")
            for job in workflow.jobs
            for step in job.steps
        )

        assert builds_image, "`docker build` runs"

    def test_known_holes_are_looked_for(self, workflow):
        job = job_of(workflow, "pip-audit")

        reads_lock = any(LOCK in " ".join(command.words) for command in job.required_commands)
        assert reads_lock, f"`pip-audit` looks at {LOCK}"


class TestVersion:
    def test_python_is_written_as_text(self, workflow):
        numbers = [
            value
            for job in workflow.jobs
            for step in job.steps
            if isinstance(
                value := (step.definition.get("with") or {}).get("python-version"), (int, float)
            )
        ]

        assert numbers == [], "python-version stands in quotes: 3.10 is the number 3.1"
