"""Which migrations go into day N+1: the learner's under the reference's ids, or the reference's.

The learner's chain takes the place of the reference's for the tasks that pass. Its head takes the
id of the reference's head there, so the reference's later revisions, and those that the learner
wrote in day N+1, follow it as they are. Where one of them needs a name that the learner's chain
does not make, or makes one that it has, the reference's chain stays.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from checks.advance.revisions import (
    Revision,
    UnreadableChainError,
    new_ids,
    read_chain,
    renamed,
    schema_words,
)
from checks.course.course import Text
from checks.course.regions import may_hold_regions, solution
from checks.files import File, git_file
from checks.messages import next_and_submit
from checks.workspace.learner_file import Attempt, is_text

VERSIONS = "migrations/versions/*.py"


def is_revision(path: str) -> bool:
    """Whether Alembic reads the file as a revision."""
    return fnmatchcase(path, VERSIONS) and not path.endswith("/__init__.py")


@dataclass(frozen=True)
class DayChain:
    """The files of day N's revisions; `later` are those that day N+1's starter adds.

    `solved` and `touched` are tasks: those that pass, and those of which a region was changed.
    """

    finished: Mapping[str, File]
    attempts: Mapping[str, Attempt]
    later: Mapping[str, File]
    solved: Collection[str]
    touched: Collection[str]

    @property
    def open_paths(self) -> frozenset[str]:
        """The reference's answers to tasks that the learner has not begun."""
        return frozenset(path for path, each in self.attempts.items() if each.untouched)

    @property
    def unsolved(self) -> frozenset[str]:
        """The tasks of revisions that the learner has begun and that do not pass."""
        tasks = {task for each in self.attempts.values() for task in each.touched}
        open_tasks = {task for each in self.attempts.values() for task in each.untouched}
        return frozenset((tasks | (open_tasks & set(self.touched))) - set(self.solved))


@dataclass(frozen=True)
class CarriedChain:
    """The learner's revisions by their path in day N+1; with `refusal`, why they stay in day N."""

    attempts: Mapping[str, Attempt]
    refusal: Text | None = None


def carried_chain(day: DayChain) -> CarriedChain:
    """The learner's chain for day N+1."""
    reference = {path: _program(path, file) for path, file in day.finished.items()}
    learner = {path: each.file for path, each in day.attempts.items() if each.file is not None}
    if reference == learner:
        return CarriedChain(day.attempts)
    if day.unsolved:
        return CarriedChain(day.attempts, next_and_submit.MIGRATIONS_UNPROVEN)
    try:
        return _renumbered(day, read_chain(reference), learner)
    except UnreadableChainError:
        return CarriedChain(day.attempts, next_and_submit.MIGRATIONS_UNREADABLE)


def _renumbered(
    day: DayChain, reference: tuple[Revision, ...], learner: Mapping[str, File]
) -> CarriedChain:
    """The learner's revisions, then the reference's for what they have not begun."""
    own = read_chain({path: file for path, file in learner.items() if path not in day.open_paths})
    replaced = [each for each in reference if each.path not in day.open_paths]
    added = [each for each in reference if each.path in day.open_paths]
    if not own:
        raise UnreadableChainError
    following = [*(each.file for each in added), *day.later.values()]
    if not _is_sound(_words(own), _words(replaced), _all_words(following)):
        texts = next_and_submit
        why = texts.MIGRATIONS_UNPROVEN if day.open_paths else texts.MIGRATIONS_NEEDED
        return CarriedChain(day.attempts, why)
    ids = new_ids([each.id for each in (*own, *added)], [each.id for each in reference])
    chain: list[Revision] = []
    for revision, new_id in zip((*own, *added), ids, strict=True):
        chain.append(renamed(revision, new_id, chain[-1].id if chain else None))
    return CarriedChain(_by_path(day.attempts, chain))


def _is_sound(ours: frozenset[str], theirs: frozenset[str], later: frozenset[str]) -> bool:
    """Whether later revisions find each name that they need, and make none anew."""
    return not (later & theirs) - ours and not (later - theirs) & ours


def _words(chain: Iterable[Revision]) -> frozenset[str]:
    return _all_words(revision.file for revision in chain)


def _all_words(files: Iterable[File]) -> frozenset[str]:
    return frozenset[str]().union(*map(schema_words, files))


def _by_path(attempts: Mapping[str, Attempt], chain: Sequence[Revision]) -> Mapping[str, Attempt]:
    """The chain's files, and every other path as one that the learner does not have."""
    paths = {each.path for each in chain}
    if len(paths) != len(chain):
        raise UnreadableChainError
    others = {path: Attempt(None) for path in attempts if path not in paths}
    old = Attempt(None)
    return others | {
        each.path: replace(attempts.get(each.path, old), file=each.file) for each in chain
    }


def _program(path: str, file: File) -> File:
    if not may_hold_regions(path) or not is_text(file):
        return file
    data = solution(file.data.decode("utf-8"), path).encode("utf-8")
    return git_file(data, executable=file.executable)
