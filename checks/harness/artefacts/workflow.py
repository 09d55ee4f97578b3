"""A GitHub workflow, read and never run: its jobs, and whose exit status counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.checkout import looks_at_change
from checks.harness.artefacts.expressions import Values, inserted, mapping, values_of
from checks.harness.artefacts.invocation import Invocation
from checks.harness.artefacts.program_changes import container_changes_programs
from checks.harness.artefacts.repository_files import NO_FILES, RepositoryFiles
from checks.harness.artefacts.repository_reading import read_repository
from checks.harness.artefacts.workflow_services import JobServices
from checks.harness.artefacts.workflow_step import Step, may_fail, with_composite_steps
from checks.harness.artefacts.workflow_triggers import events
from checks.harness.artefacts.yaml_schema import load, schema_error

MAX_SCRIPTS = 50_000
# `echo "NAME=value" >> "$GITHUB_ENV"` sets a variable for the steps that follow.
ENVIRONMENT_FILE = re.compile(r"\$\{?GITHUB_ENV\b")


@dataclass(frozen=True)
class Job:
    """One job; `env` includes the workflow's, and that of the job's container."""

    name: str
    definition: Mapping[str, Any]
    env: Mapping[str, Any]
    shell: str
    repository: RepositoryFiles = NO_FILES
    folder: str = ""

    @cached_property
    def values(self) -> Values:
        """What the job's expressions stand for."""
        return values_of(self.definition, self.env)

    @cached_property
    def steps(self) -> list[Step]:
        """Its steps, with those of the repository's own composite actions in their place."""
        shell = _run_default(self.definition, "shell") or self.shell
        folder = _run_default(self.definition, "working-directory") or self.folder
        return [
            Step(
                step,
                str(step.get("shell") or shell),
                self.values,
                self.repository,
                str(step.get("working-directory") or folder),
            )
            for step in with_composite_steps(self.definition.get("steps"), self.repository)
        ]

    @property
    def actions(self) -> list[str]:
        """The actions of its steps, or the workflow of another file that it calls."""
        return [
            *filter(None, [str(self.definition.get("uses") or "")]),
            *(step.uses for step in self.steps if step.uses),
        ]

    @property
    def python_versions(self) -> list[object]:
        """Each version of Python after the matrix is filled in, as YAML reads it."""
        container = self.definition.get("container")
        image = container.get("image") if isinstance(container, dict) else container
        versions = [version for step in self.steps for version in step.python_versions]
        return [*versions, *(inserted(image, self.values) if "python" in str(image) else [])]

    @cached_property
    def required_commands(self) -> list[Invocation]:
        """The programs that make the job fail; none when the job may be skipped or may fail.

        A program counts when it was installed: none after a step that may have put another in its
        place, as the repository's own files can.
        """
        if not self.is_certain or self._brings_programs:
            return []
        env, found = dict(self.env), []
        for step in self.steps:
            if step.writes_over_programs:
                break
            required = list(step.required(env))
            found += required
            env |= dict(_exported(required))
            if step.changes_programs:
                break
        return found

    @property
    def is_certain(self) -> bool:
        """Whether it runs, in one row of its matrix at least, and its failure is the workflow's."""
        return bool(self.values) and not may_fail(self.definition)

    @property
    def looks_at_change(self) -> bool:
        """Whether what judges in this job has the files of the change before it, all of them."""
        return looks_at_change(self.steps)

    @property
    def _brings_programs(self) -> bool:
        return (
            self.repository.has_package
            or bool(self.repository.path_writers)
            or container_changes_programs(self.definition.get("container"))
        )

    @cached_property
    def services(self) -> JobServices:
        """Its service containers."""
        return JobServices(self.definition, self.values)


class Workflow:
    """A workflow file."""

    def __init__(self, tree: Tree, path: str) -> None:
        """Fails the test when the file is no workflow."""
        self.path = path
        self.definition = load(tree, path)
        self.repository = read_repository(tree)
        problem = schema_error(self.definition, "github-workflows")
        assert not problem, f"{path} fits the schema of GitHub's workflows: {problem}"

    @property
    def triggers(self) -> Mapping[str, Any]:
        """The events that start it, each with its filters."""
        return events(self.definition)

    @cached_property
    def jobs(self) -> list[Job]:
        """Fails the test when the scripts are longer than anybody writes them.

        The reader's time grows with the rows of the matrix, and with each alias of a step.
        """
        jobs, size = self._jobs(), 0
        for step in (step for job in jobs for step in job.steps):
            size += sum(map(len, step.texts))
            assert size <= MAX_SCRIPTS, (
                f"{self.path}: its scripts have at most {MAX_SCRIPTS:,} characters,"
                " each row of the matrix counted"
            )
        return jobs

    def _jobs(self) -> list[Job]:
        env, shell = mapping(self.definition.get("env")), _run_default(self.definition, "shell")
        folder = _run_default(self.definition, "working-directory")
        return [
            Job(
                name,
                definition,
                {**_container_env(definition), **env, **mapping(definition.get("env"))},
                shell,
                self.repository,
                folder,
            )
            for name, definition in mapping(self.definition["jobs"]).items()
            if isinstance(definition, dict)
        ]

    @cached_property
    def certain_jobs(self) -> list[Job]:
        """The jobs that always run, and whose failure is the workflow's.

        A job that needs a job that is skipped is skipped, too.
        """
        uncertain = {job.name for job in self.jobs if not job.is_certain}
        for _ in self.jobs:
            uncertain |= {job.name for job in self.jobs if _needs(job) & uncertain}
        return [job for job in self.jobs if job.name not in uncertain]

    def required_commands(self) -> list[Invocation]:
        """The programs that make the workflow fail."""
        return [command for job in self.certain_jobs for command in job.required_commands]

    def partial_command(self, *words: str) -> str:
        """The first command of a job with these words that looks at a part of the project; ""."""
        partial = (
            command.words
            for job in self.certain_jobs
            for step in job.steps
            for command in step.partial(job.env)
        )
        found = (each for each in partial if each[:1] == words[:1] and set(words) <= set(each))
        return " ".join(next(found, ()))


def _exported(commands: list[Invocation]) -> list[tuple[str, str]]:
    """What `echo "NAME=value" >> "$GITHUB_ENV"` sets."""
    return [
        (word.partition("=")[0], word.partition("=")[2])
        for command in commands
        if command.words[0:1] == ("echo",) and ENVIRONMENT_FILE.search(command.words[-1])
        for word in command.words[1:-2]
        if "=" in word
    ]


def _container_env(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables of the job's container; those of the workflow and the job go before them."""
    return mapping(mapping(definition.get("container")).get("env"))


def _needs(job: Job) -> set[str]:
    needs = job.definition.get("needs") or []
    return {needs} if isinstance(needs, str) else set(needs)


def _run_default(definition: Mapping[str, Any], name: str) -> str:
    """What `defaults: {run: …}` says; "" for nothing."""
    return str(mapping(mapping(definition.get("defaults")).get("run")).get(name) or "")
