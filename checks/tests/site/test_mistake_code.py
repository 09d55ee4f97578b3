"""A mistake as code: the functions that it changes, whole, and the diff that mends them."""

import ast

import pytest

from checks.errors import CourseError
from checks.site.mistake_code import MistakenFile, mistaken_files

SOLUTION = '''\
import os

# region task 1.1
#| LIMIT = None
LIMIT = 5
# endregion


class Lists:
    def first(self) -> int:
        """A docstring."""
        return 1

    def second(self) -> int:
        return 2


@cached
def third() -> int:
    # region task 1.2
    #| return 0
    return 3
    # endregion
'''
PATCH = """\
--- a/app/x.py
+++ b/app/x.py
@@ -11,3 +11,3 @@
         \"\"\"A docstring.\"\"\"
-        return 1
+        return 11
{blank}
@@ -99,3 +99,2 @@
     #| return 0
-    return 3
     # endregion
""".replace("{blank}", " ")


def one(patch: str, text: str = SOLUTION, path: str = "app/x.py") -> MistakenFile:
    (file,) = mistaken_files(patch, {path: text})
    return file


class TestUsualCode:
    def test_it_is_the_whole_functions_that_are_changed_without_markers(self) -> None:
        code = one(PATCH.replace("-    return 3\n", "-    return 3\n+    return 33\n")).usual_code

        assert code.splitlines() == [
            "    def first(self) -> int:",
            '        """A docstring."""',
            "        return 11",
            "",
            "@cached",
            "def third() -> int:",
            "    return 33",
        ]

    def test_a_change_outside_of_functions_is_shown_with_its_neighbours(self) -> None:
        patch = "--- a/app/x.py\n+++ b/app/x.py\n@@ -5,1 +5,1 @@\n-LIMIT = 5\n+LIMIT = 6\n"

        code = one(patch).usual_code

        assert "LIMIT = 6" in code
        assert "def first" not in code

    def test_an_import_is_shown_only_where_nothing_else_is_changed(self) -> None:
        imports = "--- a/app/x.py\n+++ b/app/x.py\n@@ -1 +1 @@\n-import os\n+import sys\n"
        patch = imports + "@@ -5,1 +5,1 @@\n-LIMIT = 5\n+LIMIT = 6\n"
        far = SOLUTION.replace("import os\n", "import os\n" + "\n" * 9)

        assert "import sys" not in one(patch, far).usual_code
        assert "import sys" in one(imports, far).usual_code

    def test_a_file_of_another_kind_is_shown_by_its_lines(self) -> None:
        patch = "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-FROM a:1\n+FROM a\n"

        assert one(patch, "FROM a:1\nUSER 1\n", "Dockerfile").usual_code == "FROM a\nUSER 1"

    def test_a_file_that_the_mistake_takes_away_has_no_code(self) -> None:
        patch = "--- a/x.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-all\n"

        file = one(patch, "all\n", "x.txt")

        assert file.usual_code == ""
        assert "+all" in file.fix


class TestFix:
    def test_it_leads_from_the_mistake_to_the_solution(self) -> None:
        patch = PATCH.replace("-    return 3\n", "-    return 3\n+    return 33\n")

        changed = [line for line in one(patch).fix.splitlines() if line[0] in "+-"]

        assert changed[:2] == ["-        return 11", "+        return 1"]
        assert changed[2:] == ["-    return 33", "+    return 3"]

    def test_a_file_that_only_the_mistake_has_is_taken_away(self) -> None:
        (file,) = mistaken_files("--- /dev/null\n+++ b/y.txt\n@@ -0,0 +1 @@\n+new\n", {})

        assert file.path == "y.txt"
        assert file.fix.splitlines()[-1] == "-new"


def test_a_hunk_is_found_where_its_lines_stand() -> None:
    patch = PATCH.partition("@@ -99")[0].replace("-11,3 +11,3", "-2,3 +2,3")

    ast.parse(one(patch).mistaken)
    assert "return 11" in one(patch).mistaken


def test_a_hunk_that_does_not_fit_is_named() -> None:
    with pytest.raises(CourseError, match=r"app/x.py: the hunk at line 11 does not fit"):
        one(PATCH, "x = 1\n")
