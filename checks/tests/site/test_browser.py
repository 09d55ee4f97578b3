"""The check of the site in a browser: each kind of fault is seen, a sound page has none."""

from pathlib import Path

import pytest

from checks.site.browser import check, chromium
from checks.site.browser.faults import Fault, axe_faults, told
from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write

# The theme's switch of schemes, and the style of each: what the check presses and looks at.
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>
body[data-md-color-scheme=default] {{ background: #fff; color: #111 }}
body[data-md-color-scheme=slate] {{ background: #111; color: #eee }}</style></head>
<body data-md-color-scheme="default"><main><h1>{title}</h1>{body}
<fieldset><legend>Scheme</legend>
<label><input type="radio" name="s" data-md-color-scheme="default" checked>Light</label>
<label><input type="radio" name="s" data-md-color-scheme="slate">Dark</label></fieldset></main>
<script>document.querySelectorAll("input[name=s]").forEach((input) => {{
  input.addEventListener("click", () => {{
    document.body.dataset.mdColorScheme = input.dataset.mdColorScheme;
  }});
}});</script></body></html>
"""
FOLD = "<details><summary>More</summary><p>Folded</p></details>"
UNFOLDS = """<script>addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
});</script>"""
SMALL = "<button style='float: left; font-size: 8px; padding: 0; border: 0; line-height: 1'>"
SEEDED = {
    "low contrast in the light scheme": (
        "<p style='background: #fff; color: #999'>Pale</p>",
        "axe color-contrast",
        "light: p (2.84",
    ),
    "low contrast in the dark scheme": (
        "<style>[data-md-color-scheme=slate] b { color: #333 }</style><b>Dim</b>",
        "axe color-contrast",
        "dark: b (",
    ),
    "low contrast in a fold": (
        "<details><summary>More</summary><p style='color: #ccc'>Pale</p></details>" + UNFOLDS,
        "axe color-contrast",
        "light: p (",
    ),
    "an image without a text": ("<img src='data:,'>", "axe image-alt", "light: img"),
    "a file that is not there": (
        "<script src='/gone.js'></script>",
        "failed request",
        "gone.js: 404",
    ),
    "another host": (
        "<script>fetch('https://cdn.example/x.js').catch(() => {})</script>",
        "external request",
        "https://cdn.example/x.js",
    ),
    "an error in the console": (
        "<script>console.error('no such thing')</script>",
        "console",
        "no such thing",
    ),
    "a script that ends": ("<script>gone()</script>", "console", "gone is not defined"),
    "a page wider than a phone": (
        "<p id='wide' style='width: 500px'>Wide</p>",
        "overflow",
        '360 px: <p id="wide"',
    ),
    "a fold that print leaves closed": (FOLD, "print", "1 folds stay closed"),
    "small targets beside each other": (
        f"<div>{SMALL}a</button>{SMALL}b</button></div>",
        "axe target-size",
        "light: button:nth-child(1)",
    ),
}

in_browser = pytest.mark.skipif(
    chromium.missing() is not None, reason=chromium.missing() or "Chromium is here"
)


def page(body: str, title: str = "Page") -> str:
    return PAGE.format(title=title, body=body)


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> check.Look:
    site = tmp_path_factory.mktemp("site")
    pages = {f"{n}/index.html": page(body) for n, (body, _, _) in enumerate(SEEDED.values())}
    write(site, {"index.html": page(FOLD + UNFOLDS), **pages})
    return check.look_at(site)


@in_browser
class TestInTheBrowser:
    @pytest.mark.parametrize("name", SEEDED)
    def test_a_seeded_fault_is_seen_where_it_is_and_nowhere_else(
        self, look: check.Look, name: str
    ) -> None:
        _, kind, seen = SEEDED[name]

        here = f"{list(SEEDED).index(name)}/"
        faults = [fault for fault in look.faults if fault.page == here]
        assert any(f.kind == kind and f.seen.startswith(seen) for f in faults), faults

    def test_a_sound_page_has_no_fault(self, look: check.Look) -> None:
        assert [fault for fault in look.faults if fault.page == ""] == []

    def test_the_last_line_counts_pages_states_and_faults(self, look: check.Look) -> None:
        line = check.summary(look)

        pages = len(SEEDED) + 1
        assert line.startswith(f"{pages} pages in 3 states (light, 360 px, dark), {3 * pages} ")
        assert line.endswith(f"{len(set(look.faults))} faults")

    def test_a_site_below_a_path_is_looked_at_there(self, tmp_path: Path) -> None:
        body = "<a href='/eventure/x.txt'>x</a><script>fetch('/eventure/x.txt')</script>"
        write(tmp_path, {"index.html": page(body), "x.txt": "x"})

        assert check.look_at(tmp_path, "/eventure/").faults == []

    def test_pages_that_the_time_did_not_suffice_for_are_named(self, tmp_path: Path) -> None:
        write(tmp_path, {"index.html": page("")})

        assert check.look_at(tmp_path, limit=0).left == ("",)


class TestWhereItRuns:
    """`make test` skips these tests on a machine without a browser: the hosted CI must not."""

    def test_the_hosted_ci_looks_at_the_site(self) -> None:
        workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")

        assert "run: make site-check" in workflow

    def test_the_look_at_the_site_begins_with_these_tests(self) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

        recipe = makefile.partition("\nsite-check:")[2].partition("\n\n")[0]
        assert Path(__file__).relative_to(ROOT).as_posix() in recipe


class TestWhatIsTold:
    def test_what_many_pages_share_is_told_once(self) -> None:
        faults = [Fault("console", "x", f"day{n}/") for n in range(5)]

        assert told([*faults, Fault("console", "y", "")]) == [
            "console: x: day0/, day1/, day2/ and 2 more",
            "console: y: ",
        ]

    def test_a_contrast_is_told_with_what_was_measured(self) -> None:
        data = {
            "contrastRatio": 4.44,
            "fgColor": "#777777",
            "bgColor": "#eeeeee",
            "expectedContrastRatio": "4.5:1",
        }
        node = {"target": ["p"], "html": "<p>\n x", "any": [{"data": data}], "all": [], "none": []}

        (fault,) = axe_faults("day1/", "dark", [{"id": "color-contrast", "nodes": [node]}])

        says = "dark: p (4.44, #777777 on #eeeeee; 4.5:1 needed) — <p> x"
        assert fault == Fault("axe color-contrast", says, "day1/")

    def test_a_machine_without_chromium_is_told_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chromium, "find_spec", lambda name: name)
        monkeypatch.setattr(chromium, "find_chromium", lambda: None)

        assert "install one of them" in str(chromium.missing())

    def test_pages_of_the_largest_files_come_first(self, tmp_path: Path) -> None:
        write(tmp_path, {"index.html": "", "404.html": "xx", "ru/day1/index.html": "x"})

        assert check.page_names(tmp_path) == ["404.html", "ru/day1/", ""]
