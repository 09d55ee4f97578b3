"""The roster: read as spreadsheets and LMS write it, matched to whatever was handed in."""

from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.grade.cohort import plan
from checks.grade.gradebook import as_csv, build_gradebook
from checks.grade.intake import find_submissions
from checks.grade.journal import Journal
from checks.grade.person import Person
from checks.grade.roster import read_roster
from checks.grade.roster_match import match_roster, without_settled_doubles
from checks.grade.submission_files import Submission
from checks.tests.grade.cohorts import CONTEXT, DAY, hand_in
from checks.tests.grade.packed import CANVAS, INNER, MOODLE, written, zipped

ANNA = Person(name="Анна Смит", email="a.smith@example.org", number="1001", group="Б-1")
TEXT = "name;email;id number;group\nАнна Смит;a.smith@example.org;1001;Б-1\n"


def roster(folder: Path, data: str | bytes) -> tuple[Person, ...]:
    return read_roster(
        written(folder / "roster.csv", data if isinstance(data, bytes) else data.encode())
    )


class TestRead:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_whatever_wrote_it(self, tmp_path: Path, encoding: str, separator: str) -> None:
        text = TEXT.replace(";", separator).replace("\n", "\r\n")

        assert roster(tmp_path, text.encode(encoding)) == (ANNA,)

    def test_excel_s_own_first_line(self, tmp_path: Path) -> None:
        assert roster(tmp_path, f"sep=;\r\n{TEXT}") == (ANNA,)

    @pytest.mark.parametrize(
        ("text", "person"),
        [
            (
                "Identifier,Full name,Email address,Status\nParticipant 12345,Li Wei,l@x.org,-\n",
                Person(name="Li Wei", email="l@x.org", participant="12345"),
            ),
            (
                "First name,Last name,ID number,Email address\nLi,Wei,7,l@x.org\n",
                Person(name="Li Wei", email="l@x.org", number="7"),
            ),
            (
                (
                    "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
                    "Li Wei,67,s7,lwei,A\n"
                ),
                Person(name="Li Wei", id="67", number="s7", login="lwei", group="A"),
            ),
            (
                '"identifier","github_username","github_id","name"\n"1","li","9","Li Wei"\n',
                Person(name="Li Wei", participant="1", login="li"),
            ),
            (
                "ФИО;Почта;Номер;Группа\nЛи Вэй;l@x.org;7;Б\n",
                Person("Ли Вэй", "l@x.org", number="7", group="Б"),
            ),
            ("email\nl@x.org\n\n", Person(email="l@x.org")),
        ],
        ids=["Moodle's worksheet", "Moodle", "Canvas", "GitHub Classroom", "Russian", "addresses"],
    )
    def test_the_exports_of_the_world(self, tmp_path: Path, text: str, person: Person) -> None:
        assert roster(tmp_path, text) == (person,)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "has no column that names people"),
            (b"a,b\n1,2\n", "has no column that names people"),
            (b"name,email\n", "names nobody"),
            (b"name\nM\xfcller\n", "neither UTF-8, UTF-16 nor Windows-1251"),
            ("name\nAnna\n".encode("utf-16-le"), "is no text"),
            (b"\xff\xfea", "neither UTF-8, UTF-16 nor"),
            (b'name\n"Anna', "is no CSV"),
            (b"name,id\nA,1\nB,1\n", "names '1' twice"),
            (b"name,email\nA,x@y.z\nB,X@y.z\n", "names 'x@y.z' twice"),
            (b"name,submitted_at\nA,yesterday\n", "row 2: 'yesterday' is no time"),
            (b"PK\x03\x04\x00\x00", "is no text"),
        ],
    )
    def test_whatever_is_none_is_refused_in_a_sentence(
        self, tmp_path: Path, data: bytes, reason: str
    ) -> None:
        with pytest.raises(CourseError, match=reason) as refusal:
            roster(tmp_path, data)

        assert "\n" not in str(refusal.value)

    def test_a_roster_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CourseError, match=r"none\.csv cannot be read \(No such file"):
            read_roster(tmp_path / "none.csv")

    def test_a_name_has_no_control_and_no_bidi_characters(self, tmp_path: Path) -> None:
        (person,) = roster(tmp_path, "name\nA\x1b\u202ennا\u200cه\n")

        assert person.name == "A\ufffd\ufffdnnا\u200cه"


def handed(name: str, person: Person | None = None) -> Submission:
    return Submission(name, Path(name), person=person or Person())


class TestMatch:
    @pytest.mark.parametrize(
        "submission",
        [
            handed("1001"),
            handed("a.smith"),
            handed("A.Smith@Example.org"),
            handed("анна смит"),
            handed("Смит Анна"),
            handed("Смит_Анна"),
            handed("смитанна"),
            handed("day1-1001"),
            handed("eventure-a.smith"),
            handed("submission_1", Person(name="?", number="1001")),
            handed("submission_1", Person(name="?", email="a.smith@example.org")),
        ],
        ids=lambda each: each.name,
    )
    def test_each_of_these_is_anna(self, submission: Submission) -> None:
        other = Person(name="Bob Lee", email="bob@example.org", number="01")

        rows = match_roster([ANNA, other], [submission])

        assert [(row.name, row.is_missing) for row in rows] == [
            ("Bob Lee", True),
            ("Анна Смит", False),
        ]
        assert rows[1].person.group == "Б-1"

    @pytest.mark.parametrize("packed", [CANVAS, f"{MOODLE}/day1.zip"])
    def test_what_an_lms_says_finds_the_person(self, tmp_path: Path, packed: str) -> None:
        people = [
            Person(name="Smith, Anna", id="67"),
            Person(name="Анна Смит", participant="12345"),
        ]
        submissions = find_submissions([zipped({packed: INNER}, "all.zip")(tmp_path)])

        rows = match_roster(people, submissions)

        assert sorted(row.is_missing for row in rows) == [False, True]

    def test_who_is_missing_is_told_and_is_a_row(self) -> None:
        messages: list[str] = []

        (row,) = match_roster([ANNA], [], messages.append)

        assert (row.name, row.is_missing) == ("Анна Смит", True)
        assert messages == ["Анна Смит: not handed in"]

    def test_who_is_twice_is_told_and_nobody_chooses(self) -> None:
        messages: list[str] = []

        rows = match_roster([ANNA], [handed("1001"), handed("a.smith")], messages.append)

        assert [row.name for row in rows] == ["Анна Смит (1001)", "Анна Смит (a.smith)"]
        assert all("handed in 2 times (1001, a.smith)" in row.note for row in rows)
        assert len(messages) == 1

    def test_when_one_of_the_two_is_left_out_the_other_is_the_person_s(self) -> None:
        rows = match_roster([ANNA], [handed("1001"), handed("a.smith")])

        (row,) = without_settled_doubles(rows[1:])

        assert (row.name, row.note, row.source) == ("Анна Смит", "", Path("a.smith"))
        assert without_settled_doubles(rows) == rows

    def test_who_is_in_no_roster_is_graded_and_told(self) -> None:
        rows = match_roster([ANNA], [handed("eve")])

        assert "nobody in the roster fits" in next(row.note for row in rows if row.name == "eve")

    def test_two_of_one_name_are_not_guessed(self) -> None:
        people = [Person(name="Li Wei", number="1"), Person(name="Wei Li", number="2")]

        rows = match_roster(people, [handed("Li Wei")])

        assert "several in the roster could be this: Li Wei, Wei Li" in rows[-2].note + rows[0].note

    def test_people_of_one_name_keep_rows_of_their_own(self) -> None:
        people = [Person(name="Li Wei", number="1"), Person(name="Li Wei", number="2")]

        rows = match_roster(people, [handed("2")])

        assert [row.name for row in rows] == ["Li Wei (1)", "Li Wei (2)"]

    def test_a_short_number_is_not_the_end_of_another(self) -> None:
        (row, *_) = match_roster([Person(name="Li", number="1")], [handed("day1-21")])

        assert row.is_missing


class TestBook:
    def test_a_missing_person_has_no_points_and_needs_nobody(self, tmp_path: Path) -> None:
        hand_in(tmp_path / "s", "a.smith", "pass")
        people = [ANNA, Person(name="Bob", email="bob@example.org")]
        rows = plan([DAY], match_roster(people, find_submissions([tmp_path / "s"])), CONTEXT)

        book = build_gradebook([DAY], rows, Journal(tmp_path), contained=True)

        bob, anna = book["rows"]
        assert (bob["handed_in"], bob["points"], bob["look"]) == (False, 0, [])
        assert (anna["handed_in"], anna["person"]["number"]) == (True, "1001")
        lines = as_csv(book).splitlines()
        assert lines[0].startswith("name,email,number,group,points,max,")
        assert ",not handed in," in lines[1]
