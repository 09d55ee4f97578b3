"""A newer course under a learner's work: nothing of the learner's is lost, and undo is exact."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.course.learners_copy import BASE, pack_base, read_base
from checks.errors import CourseError
from checks.files import File, git_file, read_file
from checks.handout.upgrade import Choices, Outcome, Plan, plan_upgrade, write_upgrade
from checks.tests.support.tree_contents import tree_contents
from checks.workspace.snapshot import latest_snapshot, restore_snapshot

PATH = "days/day1-architecture/app/main.py"
LINES = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"
MINE, COURSES = LINES.replace("one", "mine"), LINES.replace("seven", "course")
TORN = LINES.replace("one", "course")
Texts = Mapping[str, str]


def files(texts: Texts) -> dict[str, File]:
    return {path: git_file(text.encode()) for path, text in texts.items()}


def learner(root: Path, base: Texts, mine: Texts) -> None:
    """A copy that was made of `base` and now holds `mine`."""
    for path, text in mine.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    (root / BASE).parent.mkdir(exist_ok=True)
    (root / BASE).write_bytes(pack_base(files(base)))


def plan_of(root: Path, course: Texts, **choices: str) -> Plan:
    chosen = Choices(**{name: frozenset({path}) for name, path in choices.items()})
    return plan_upgrade(root, read_base(root / BASE), files(course), chosen)


def upgraded(root: Path, course: Texts, **choices: str) -> Plan:
    plan = plan_of(root, course, **choices)
    write_upgrade(root, plan)
    return plan


def one(root: Path, base: str | None, mine: str | None, course: str | None, **choices: str) -> str:
    """The outcome for one file, and what stands there afterwards."""
    given_texts = [{PATH: text} if text is not None else {} for text in (base, mine, course)]
    learner(root, *given_texts[:2])
    plan = upgraded(root, given_texts[2], **choices)
    file = read_file(root / PATH)
    step = plan.steps.get(PATH)
    return f"{step.outcome if step else 'nothing'}: {file.data.decode() if file else None}"


@pytest.mark.parametrize(
    ("base", "mine", "course", "outcome"),
    [
        (LINES, LINES, COURSES, f"taken: {COURSES}"),
        (LINES, MINE, LINES, f"kept: {MINE}"),
        (LINES, MINE, COURSES, f"merged: {MINE.replace('seven', 'course')}"),
        (LINES, MINE, TORN, f"conflict: {MINE}"),
        (LINES, COURSES, COURSES, f"nothing: {COURSES}"),
        (None, None, LINES, f"taken: {LINES}"),
        (None, MINE, LINES, f"conflict: {MINE}"),
        (LINES, LINES, None, "removed: None"),
        (LINES, MINE, None, f"conflict: {MINE}"),
        (LINES, None, LINES, "kept: None"),
        (LINES, None, COURSES, "conflict: None"),
        (LINES, f"{MINE}\0", COURSES, f"conflict: {MINE}\0"),
    ],
)
def test_each_file_is_decided_by_who_changed_it(
    tmp_path: Path, base: str | None, mine: str | None, course: str | None, outcome: str
) -> None:
    assert one(tmp_path, base, mine, course) == outcome


@pytest.mark.parametrize(
    ("choice", "outcome"), [("take_course", f"taken: {TORN}"), ("keep_mine", f"kept: {MINE}")]
)
def test_a_conflict_is_decided_by_the_learner_once(
    tmp_path: Path, choice: str, outcome: str
) -> None:
    assert one(tmp_path, LINES, MINE, TORN, **{choice: PATH}) == outcome
    assert plan_of(tmp_path, {PATH: TORN}).conflicts == ()


@pytest.mark.parametrize("base", [LINES, None])
def test_an_undecided_conflict_is_told_again(tmp_path: Path, base: str | None) -> None:
    assert one(tmp_path, base, MINE, TORN) == f"conflict: {MINE}"

    assert plan_of(tmp_path, {PATH: TORN}).conflicts == (PATH,)


def test_markers_are_written_when_they_are_asked_for_and_never_into_markers(
    tmp_path: Path,
) -> None:
    said = one(tmp_path, LINES, MINE, TORN, with_conflicts=PATH)
    assert "<<<<<<< yours\nmine\n" in said
    assert ">>>>>>> the course" in said

    later = plan_of(tmp_path, {PATH: TORN.replace("two", "newer")}, with_conflicts=PATH)

    assert later.steps[PATH].outcome is Outcome.CONFLICT
    assert PATH not in later.changes


def test_a_choice_of_an_unknown_file_is_one_sentence(tmp_path: Path) -> None:
    learner(tmp_path, {PATH: LINES}, {PATH: LINES})

    with pytest.raises(CourseError, match="is no file of the course"):
        plan_of(tmp_path, {PATH: LINES}, keep_mine="app/main.py")


def test_a_link_in_the_place_of_a_file_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    learner(tmp_path, {PATH: LINES}, {})
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).symlink_to("/etc/passwd")

    with pytest.raises(CourseError, match="is not a plain file"):
        plan_of(tmp_path, {PATH: COURSES})


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/../../x", ".git/hooks/pre-commit", "a\\b", ".checks/s"]
)
def test_a_handout_that_writes_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "base.zip", "w") as archive:
        archive.writestr(name, "x")

    with pytest.raises(CourseError, match="is no handout"):
        read_base(tmp_path / "base.zip")


@pytest.mark.parametrize("data", [None, b"", b"no zip"])
def test_what_is_no_handout_is_one_sentence(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / "base.zip").write_bytes(data)

    with pytest.raises(CourseError, match="is no handout"):
        read_base(tmp_path / "base.zip")


line = st.sampled_from(["a\n", "b\n", "c\n", "def f():\n", "    return 1\n", "\x0c\r\n", "x"])
contents = st.lists(line, max_size=8).map("".join)
names = st.sampled_from(["days/d/a.py", "days/d/b.py", "checks/c.py", "README.md"])
trees = st.dictionaries(names, contents, max_size=4)
own_files = st.dictionaries(st.sampled_from(["notes.md", "days/d/own.py"]), contents, max_size=2)


@settings(max_examples=60, deadline=None)
@given(base=trees, mine=trees, course=trees, own=own_files, untouched=st.booleans())
def test_nothing_of_the_learners_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    base: Texts, mine: Texts, course: Texts, own: Texts, untouched: bool,
) -> None:  # fmt: skip
    root = tmp_path_factory.mktemp("copy")
    mine = {**base, **mine} if untouched else mine
    learner(root, base, {**mine, **own})
    before = tree_contents(root)

    plan = upgraded(root, course)

    assert {path: (root / path).read_bytes().decode() for path in own} == own
    for path in mine.keys() | base.keys() | course.keys():
        now = read_file(root / path)
        texts = [each.get(path) for each in (base, mine, course)]
        check_file(now.data.decode() if now else None, texts, is_torn=path in plan.conflicts)
    assert plan_of(root, course).changes == {}
    snapshot = latest_snapshot(root)
    assert snapshot
    restore_snapshot(root, snapshot.id)
    assert tree_contents(root) == before


def check_file(now: str | None, texts: list[str | None], *, is_torn: bool) -> None:
    """What stands there is the course's, the learner's, or has the lines that both have added."""
    base, mine, course = texts
    if mine in (base, course):
        assert now == course
    elif course == base or is_torn:
        assert now == mine
    else:
        assert now is not None
        added = set((mine or "").splitlines()) - set((base or "").splitlines())
        assert added <= set(now.splitlines())
