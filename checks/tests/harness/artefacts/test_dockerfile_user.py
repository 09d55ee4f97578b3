"""The user of an image's process, found as Docker finds it."""

from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.dockerfile_user import runs_as_root


def is_root(*lines: str) -> bool:
    return runs_as_root(Dockerfile("\n".join(("FROM a:1 AS base", *lines))))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["USER root"],
        ["USER 0:1000"],
        ["USER 00:00"],
        ["USER +0"],
        ["USER -0"],
        ["USER :0"],
        ["USER :1000"],
        ['USER "root"'],
        ["USER ro'ot'"],
        ["USER r\\oot"],
        ["ENV RUN_AS=root", "USER $RUN_AS"],
        ["ENV RUN_AS root", "USER $RUN_AS"],
        ["ENV A=1 RUN_AS='root'", "USER ${RUN_AS}:app"],
        ["ARG U=app", "ENV U=root", "ARG U=app", "USER $U"],
        ["ARG U=0", "ENV V=$U", "USER $V"],
        ["USER ${X:-root}"],
        ["USER ${X:-${Y:-0}}"],
        ["ENV X=1", "USER ${X:+root}"],
        ["USER app${X:+x}", "USER root"],
        ["ARG U=app", "USER ${U}", "ENV U=0", "USER ${U}"],
        ["RUN useradd -o -u 0 app", "USER app"],
        ["RUN true && useradd --non-unique --uid=00 app", "USER app"],
        ["RUN adduser -D -u0 app", "USER app"],
        ["RUN useradd -ou 0 app", "USER app"],
        ["ARG ID=0", "RUN useradd -o -u $ID app", "USER app"],
        ["RUN useradd app && usermod -o -u 0 app", "USER app"],
        ["RUN usermod -l app root", "USER app"],
        ["RUN echo app:x:0:0::/:/bin/sh >> /etc/passwd", "USER app"],
        ["USER app", "ENV A=<<END", "USER root"],
        ["USER root", "RUN true \\", "", "USER app"],
        ["USER app", "USER root \\"],
        ["USER app", "USER root \\", "# the end"],
        ["USER app", "ONBUILD USER root", "FROM base"],
        ["ONBUILD ENV U=0", "FROM base", "USER ${U:-app}"],
        ["ONBUILD RUN useradd -o -u 0 app", "FROM base", "USER app"],
        ["COPY <<END /etc/passwd", "app:x:0:0::/:/bin/sh", "END", "USER app"],
        ["RUN sed -i 's/^app:x:1000/app:x:0/' /etc/passwd", "USER app"],
        [
            *("RUN useradd -o -u 0 app", "FROM b:2"),
            *("COPY --from=base /etc/passwd /etc/passwd", "USER app"),
        ],
    ],
)
def test_root_is_found_by_every_name_of_it(lines: list[str]) -> None:
    assert is_root(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["USER app"],
        ["USER 10001:10001"],
        ["USER 10001:0"],
        ["USER nonroot"],
        ['USER "app"'],
        ["ARG APP_UID=1000", "USER ${APP_UID}"],
        ["ARG APP_UID=1000", "USER ${APP_UID:-0}"],
        ["ENV U=app G=app", "USER $U:$G"],
        ["USER root", "RUN useradd --uid 1000 app", "USER app"],
        ["RUN useradd -o -u 0 other && useradd app", "USER app"],
        ["ONBUILD USER root", "USER app"],
        ["USER root", "ONBUILD USER app", "FROM base"],
        ["ONBUILD USER root", "FROM base AS child", "USER app", "FROM child"],
        ["COPY <<END /etc/passwd", "app:x:1000:0::/:/bin/sh", "END", "USER app"],
        [
            *("RUN useradd -u 1000 app", "FROM b:2"),
            *("COPY --from=base /etc/passwd /etc/passwd", "USER app"),
        ],
        ["RUN <<A cat <<B", "a", "A", "b", "B", "USER app"],
        ["RUN echo '<<END'", "USER app"],
    ],
)
def test_another_user_is_not_root(lines: list[str]) -> None:
    assert not is_root(*lines)


def test_the_image_s_accounts_may_be_a_file_of_the_context(tmp_path: Path) -> None:
    (tmp_path / "accounts").write_text("app:x:0:0::/:/bin/sh\nother:x:1000:0::/:/bin/sh\n")
    lines = "FROM a:1\nCOPY accounts /etc/passwd\nUSER {}\n"

    assert runs_as_root(Dockerfile(lines.format("app")), Tree(tmp_path))
    assert not runs_as_root(Dockerfile(lines.format("other")), Tree(tmp_path))


def test_a_stage_has_the_user_and_the_variables_of_its_base() -> None:
    assert is_root("USER app", "FROM a:1 AS b", "USER root", "FROM b")
    assert is_root("ENV U=0", "FROM a:1 AS b", "ENV U=0", "FROM b", "USER $U")
    assert not is_root("USER root", "FROM a:1 AS b", "USER app", "FROM B")
    assert is_root("USER app", "FROM a:1 AS b", "USER app", "FROM a:2 AS b", "FROM b")


def test_an_argument_before_the_first_stage_is_known_where_it_is_declared_again() -> None:
    assert runs_as_root(Dockerfile("ARG U=root\nFROM a\nARG U\nUSER $U\n"))
    with pytest.raises(AssertionError, match=r"^Dockerfile:3 is a Dockerfile \(.*\bU\b"):
        runs_as_root(Dockerfile("ARG U=app\nFROM a\nUSER $U\n"))


@pytest.mark.parametrize(
    "user",
    ["$X", "${X}", "${X:?no}", "${X#a}", "${", "a b", "-1", "9" * 5000, "${X:-" * 3000, "a${X"],
)
def test_what_cannot_be_resolved_is_refused_with_its_line(user: str) -> None:
    with pytest.raises(AssertionError, match=r"^Dockerfile:2 is a Dockerfile \("):
        is_root(f"USER {user}")


def test_a_value_that_doubles_is_bounded() -> None:
    lines = [f"ENV A{n + 1}=$A{n}$A{n}" for n in range(40)]

    with pytest.raises(AssertionError, match="longer than"):
        is_root("ENV A0=aaaaaaaa", *lines, "USER $A40")
