"""Submissions matched to the people of a roster; who is missing, who is twice, who is unknown.

The first rule that finds exactly one person decides: a number, an address or its local part, the
name in any order of its words, a number or a login at the end of a folder's name
(`assignment-login`). Nobody is guessed: where a rule finds two people, a person has to look.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from checks.grade.person import Person
from checks.grade.submission_files import Submission

Report = Callable[[str], object]
WORDS_LIMIT = 5
"""Words of a name whose every order is tried: Canvas writes them as one, the last name first."""


def match_roster(
    people: Sequence[Person], submissions: Sequence[Submission], report: Report = len
) -> tuple[Submission, ...]:
    """The submissions under their people's names, and a row for each person without one.

    `report` receives a sentence about each that is missing, twice, or not in the roster.
    """
    names = _names(people)
    found: dict[int, list[Submission]] = defaultdict(list)
    rows = []
    for submission in submissions:
        matches = _matches(people, submission)
        if len(matches) == 1:
            found[matches[0]].append(submission)
            continue
        note = _unmatched_note([names[index] for index in matches])
        report(f"{submission.name}: {note}")
        rows.append(replace(submission, note=note))
    for index, person in enumerate(people):
        rows += _rows_of(person, names[index], found[index], report)
    return tuple(sorted(_distinct(rows), key=lambda row: row.name))


def without_settled_doubles(rows: Sequence[Submission]) -> tuple[Submission, ...]:
    """The rows, in which the last one left of a person that handed in twice is an ordinary one."""
    counts = Counter(row.twice_of for row in rows if row.twice_of)
    settled = (
        replace(row, name=row.twice_of, note="", twice_of="") if counts[row.twice_of] == 1 else row
        for row in rows
    )
    return tuple(sorted(settled, key=lambda row: row.name))


def _names(people: Sequence[Person]) -> list[str]:
    """Each person's name in the gradebook; people of one name get their number or address too."""
    names = [p.name or p.login or p.email or p.number or p.id for p in people]
    counts = Counter(names)
    extras = [p.number or p.id or p.email or p.login or str(i) for i, p in enumerate(people, 1)]
    return [
        f"{name} ({extra})" if counts[name] > 1 else name
        for name, extra in zip(names, extras, strict=True)
    ]


def _unmatched_note(names: Sequence[str]) -> str:
    if names:
        return f"several in the roster could be this: {', '.join(names[:3])}"
    return "nobody in the roster fits; correct the roster or the name of what was handed in"


def _rows_of(
    person: Person, name: str, submissions: Sequence[Submission], report: Report
) -> Iterator[Submission]:
    if not submissions:
        report(f"{name}: not handed in")
        yield Submission(name, Path(), person=person, is_missing=True)
    elif len(submissions) == 1:
        yield replace(submissions[0], name=name, person=_merged(person, submissions[0].person))
    else:
        labels = ", ".join(submission.label for submission in submissions)
        note = f"handed in {len(submissions)} times ({labels}); leave out all but one with --skip"
        report(f"{name}: {note}")
        for submission in submissions:
            row = f"{name} ({submission.label})"
            merged = _merged(person, submission.person)
            yield replace(submission, name=row, person=merged, note=note, twice_of=name)


def _distinct(rows: Sequence[Submission]) -> Iterator[Submission]:
    """Rows without two of one name: what nobody in the roster is called may be called so, too."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.name] += 1
        count = counts[row.name]
        yield replace(row, name=f"{row.name} [{count}]") if count > 1 else row


def _merged(roster: Person, lms: Person) -> Person:
    """The roster's person; what it does not say, the download does."""
    person = replace(
        roster,
        **{
            field: getattr(roster, field) or getattr(lms, field)
            for field in ("email", "id", "number", "login", "participant")
        },
        is_late=lms.is_late,
    )
    if person.submitted_at is None and lms.submitted_at is not None:
        return replace(person, submitted_at=lms.submitted_at, time_from=lms.time_from)
    return person


def _matches(people: Sequence[Person], submission: Submission) -> list[int]:
    """The people of the first rule that finds any."""
    for rule in (_by_number, _by_address, _by_name, _by_ending):
        if matches := [i for i, person in enumerate(people) if rule(person, submission)]:
            return matches
    return []


def _by_number(person: Person, submission: Submission) -> bool:
    said = submission.person
    pairs = [(said.id, person.id), (said.number, person.number)]
    pairs += [(said.participant, person.participant), (said.number, person.id)]
    called = _folded(submission.name)
    return any(ours and ours == theirs for ours, theirs in pairs) or called in _ids(person)


def _by_address(person: Person, submission: Submission) -> bool:
    local, _, _ = person.email.partition("@")
    called = {_folded(submission.name), _folded(submission.person.email)} - {""}
    return bool(person.email) and bool(called & {_folded(person.email), _folded(local)})


def _by_name(person: Person, submission: Submission) -> bool:
    called, words = _words(submission.name), _words(person.name)
    if not words:
        return False
    if sorted(called) == sorted(words):
        return True
    return (
        len(words) <= WORDS_LIMIT
        and len(called) == 1
        and called[0] in {"".join(order) for order in permutations(words)}
    )


def _by_ending(person: Person, submission: Submission) -> bool:
    local, _, _ = person.email.partition("@")
    called = _folded(submission.name)
    keys = {*_ids(person), _folded(local)} - {""}
    return any(called.endswith((f"-{key}", f"_{key}", f"/{key}")) for key in keys)


def _ids(person: Person) -> set[str]:
    return {_folded(each) for each in (person.login, person.number, person.id)} - {""}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _words(name: str) -> list[str]:
    """The letters and digits of a name, word by word; a vowel sign belongs to its letter."""
    letters = (c if c.isalnum() or _is_sign(c) else " " for c in _folded(name))
    return "".join(letters).split()


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc")
