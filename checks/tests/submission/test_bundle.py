"""A submission is read back as it was packed, and read as untrusted input."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.errors import CourseError
from checks.files import File, git_file
from checks.results.model import Verdict
from checks.submission.archive import pack, unpack
from checks.submission.bundle import MANIFEST, NAME, Bundle, Claim, read_submission, write
from checks.tests.support.handed_in import DAY, MAIN, collected, root

__all__ = ["root"]


def repacked(submission: Bundle, change: dict[str, bytes | None], **manifest: object) -> bytes:
    """The archive with entries replaced, or with None taken out, and keys of the manifest set."""
    entries: dict[str, bytes | None] = {**unpack(submission.data), **change}
    if manifest:
        original = json.loads(entries[MANIFEST] or b"")
        entries[MANIFEST] = json.dumps({**original, **manifest}).encode()
    return pack({name: File(data) for name, data in entries.items() if data is not None})


class TestReading:
    @pytest.fixture
    def submission(self, root: Path) -> Bundle:
        return collected(root)

    def refusal(self, path: Path, data: bytes) -> str:
        path.write_bytes(data)
        with pytest.raises(CourseError, match="is no submission: ") as refused:
            read_submission(path)
        return str(refused.value)

    def test_a_file_that_was_changed_is_found(self, submission: Bundle, tmp_path: Path) -> None:
        message = self.refusal(tmp_path / NAME, repacked(submission, {MAIN: b"x = 3\n"}))

        assert f"{MAIN} was changed after it was packed" in message

    @pytest.mark.parametrize("change", [{MAIN: None}, {"days/day1-architecture/app/z": b""}])
    def test_a_file_too_many_or_too_few_is_found(
        self, submission: Bundle, tmp_path: Path, change: dict[str, bytes | None]
    ) -> None:
        message = self.refusal(tmp_path / NAME, repacked(submission, change))

        assert "are not those that submission.json names" in message

    @pytest.mark.parametrize(
        "path", ["etc/passwd", "days/x.py", "days/day9-more/x.py", "solutions"]
    )
    def test_a_file_outside_the_days_is_refused(self, tmp_path: Path, path: str) -> None:
        submission = Bundle("1", "2", {path: git_file(b"")}, {})

        assert f"{path} is in none of the days" in self.refusal(tmp_path / NAME, submission.data)

    @pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"[" * 9000, b"\xff", b"null", None])
    def test_a_damaged_manifest_is_told(
        self, submission: Bundle, tmp_path: Path, text: bytes | None
    ) -> None:
        message = self.refusal(tmp_path / NAME, repacked(submission, {MANIFEST: text}))

        assert "submission.json is missing or damaged" in message

    @pytest.mark.parametrize(
        "claimed", [3, [], {"1.1": 3}, {"1.1": {"key": "x", "verdict": "best", "at": ""}}]
    )
    def test_a_claim_that_is_none_is_told(
        self, submission: Bundle, tmp_path: Path, claimed: object
    ) -> None:
        self.refusal(tmp_path / NAME, repacked(submission, {}, claimed=claimed))

    @pytest.mark.parametrize("number", [float("inf"), "many", None])
    def test_a_count_that_is_none_is_told(
        self, submission: Bundle, tmp_path: Path, number: object
    ) -> None:
        self.refusal(tmp_path / NAME, repacked(submission, {}, left_out=number))

    def test_a_newer_form_is_told(self, submission: Bundle, tmp_path: Path) -> None:
        message = self.refusal(
            tmp_path / NAME, repacked(submission, {}, schema="eventure/submission/v2")
        )

        assert "a newer checker wrote it" in message

    @pytest.mark.parametrize(
        ("kind", "says"),
        [("missing", "No such file"), ("folder", "a directory"), ("pipe", "it is no plain file")],
    )
    def test_what_is_no_file_is_told(self, tmp_path: Path, kind: str, says: str) -> None:
        path = tmp_path / "here"
        if kind == "folder":
            path.mkdir()
        if kind == "pipe":
            os.mkfifo(path)

        with pytest.raises(CourseError, match=f"is no submission: .*{says}"):
            read_submission(path)


names = st.from_regex(r"[a-zé]{1,5}(/[a-z]{1,5}){0,2}\.py", fullmatch=True)
files = st.dictionaries(
    names.map(lambda name: f"{DAY}/app/{name}"),
    st.builds(
        lambda data, run: git_file(data, executable=run), st.binary(max_size=30), st.booleans()
    ),
    max_size=4,
)
claims = st.dictionaries(
    st.sampled_from(["1.1", "B1"]), st.builds(Claim, st.text(), st.sampled_from(Verdict), st.text())
)


@settings(max_examples=30, deadline=None)
@given(files=files, claimed=claims, left_out=st.integers(0, 9))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, File],
    claimed: dict[str, Claim],
    left_out: int,
) -> None:
    submission = Bundle("0.1", "hash", files, claimed, left_out)
    folder = tmp_path_factory.mktemp("out")

    write(submission, folder / NAME, folder / "workbook")

    assert read_submission(folder / NAME) == submission
