"""Task 4.5: what the three commands would find does not get into a commit."""

import pytest
from checks.harness.suites.drawn_commits import SOUND, DrawnChanges
from checks.harness.suites.drawn_faults import FaultDraw

CONFIG, GIT_HOOK = ".pre-commit-config.yaml", ".githooks/pre-commit"
# No network: a hook that has to be fetched first is no hook on a train.
OFFLINE = {
    "GIT_ALLOW_PROTOCOL": "file",
    "PIP_NO_INDEX": "1",
    **{f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "all")},
}
SET_HOME = 'PRE_COMMIT_HOME="$PWD/.git/pre-commit-home" exec "$@"'
# Prints the commit that is there afterwards, and takes everything back. The changed files are old:
# mypy knows a file by its size and the second of its last change, and would not see it restored.
TRY_COMMIT = """
base=$1 changes=$2 deleted=$3; shift 3
export PRE_COMMIT_HOME="$PWD/.git/pre-commit-home"
cp -R "$changes/." . && touch -t 200101010000 "$@" && git add "$@"
git rm -q "$deleted"
git commit -q -m "As it is now" </dev/null >/dev/null 2>&1
git rev-parse HEAD
git reset -q --hard "$base"
"""


class Repository:
    """A git repository of a copy of the tree, with the hook installed."""

    def __init__(self, copy):
        self.copy = copy
        self.uses_pre_commit = copy.is_file(CONFIG)

    def git(self, *argv):
        return self.copy.run("sh", "-c", SET_HOME, "sh", "git", *argv, env=OFFLINE)

    def commit_tree(self):
        """The first commit has the whole tree; the hook is installed after it."""
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", "As it is")
        if self.uses_pre_commit:
            self.pre_commit("install")
        else:
            self.git("config", "core.hooksPath", ".githooks")

    def pre_commit(self, *argv):
        return self.copy.run("sh", "-c", SET_HOME, "sh", "pre-commit", *argv, env=OFFLINE)

    def run_all(self):
        if self.uses_pre_commit:
            return self.pre_commit("run", "--all-files")
        return self.copy.run("sh", "-c", SET_HOME, "sh", GIT_HOOK, env=OFFLINE)

    def head(self):
        return self.git("rev-parse", "HEAD").stdout.strip()

    def commit_after(self, base, changes, deleted, files):
        """HEAD after a commit of these changes; the repository is then at `base` again."""
        words = (base, changes, deleted, *files)
        result = self.copy.run(*("sh", "-c", TRY_COMMIT, "sh", *words), env=OFFLINE)
        return result.stdout.strip()


def commit_changes(suite_runner, tree):
    """For each change whether `git commit` made a commit of it.

    A hook sees the folders of all changes, so their names say nothing.
    """
    copy, drawn = suite_runner.copy(mypy=True), DrawnChanges.draw(tree, FaultDraw.new())
    for path, text in drawn.base.items():
        copy.write(path, text)
    folders = {name: f"../changes/{number}" for number, name in enumerate(drawn.changes)}
    for name, files in drawn.changes.items():
        for path, text in files.items():
            copy.write(f"{folders[name]}/{path}", text)
    repository = Repository(copy)
    repository.commit_tree()
    results = {}
    base = repository.head()
    for name, files in drawn.changes.items():
        head = repository.commit_after(base, folders[name], drawn.deleted[name], files)
        results[name] = head != base
    return results


@pytest.fixture
def commit_results(suite_runner, tree):
    """Made once for all tests of this file."""
    return suite_runner.cached("4.5", lambda: commit_changes(suite_runner, tree))


class TestHooks:
    @pytest.mark.gate
    def test_all_hooks_pass_without_a_network(self, suite_runner):
        repository = Repository(suite_runner.copy(mypy=True))
        assert repository.uses_pre_commit or repository.copy.is_file(GIT_HOOK), (
            f"{CONFIG} (or {GIT_HOOK}) stands in the day's folder"
        )
        repository.commit_tree()

        result = repository.run_all()

        output = " / ".join((result.stdout + result.stderr).split("\n"))[-400:]
        assert result.returncode == 0, f"`pre-commit run --all-files` without a network: {output}"

    def test_an_unused_import_is_not_committed(self, commit_results):
        assert not commit_results["unused"], "`git commit` of an unused import in app/ is refused"

    def test_nor_is_one_in_the_tests(self, commit_results):
        assert not commit_results["unused in tests"], (
            "`git commit` of an unused import in tests/ is refused"
        )

    def test_what_is_not_formatted_is_not_committed(self, commit_results):
        assert not commit_results["format"], "`git commit` of an unformatted file is refused"

    def test_what_says_no_types_is_not_committed(self, commit_results):
        assert not commit_results["types"], (
            "`git commit` of a function without annotations in app/ is refused"
        )

    def test_what_breaks_another_file_is_not_committed(self, commit_results):
        assert not commit_results["caller"], (
            "`git commit` of a changed signature is refused, when another file calls the function"
        )

    def test_nor_is_it_in_the_tests(self, commit_results):
        assert not commit_results["caller in tests"], (
            "`git commit` of a changed signature in tests/ is refused, when another file of tests/ "
            "calls the function"
        )

    def test_a_sound_change_is_committed(self, commit_results):
        refused = [name for name in commit_results if SOUND in name and not commit_results[name]]

        assert refused == [], "`git commit` of a change in which there is nothing to find"
