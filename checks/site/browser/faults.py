"""What a page can have wrong, and how all of it is told: pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN_PAGES = 3
MARKUP = 160  # characters of an element


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a page: its kind, what was seen, and the page's address."""

    kind: str
    seen: str
    page: str


def axe_faults(page: str, state: str, violations: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """A fault for each element that breaks a rule of axe-core, in `state`: a scheme, a width."""
    return [
        Fault(
            f"axe {violation['id']}",
            f"{state}: {_target(node)}{_data(node)} — {_line(node['html'])}",
            page,
        )
        for violation in violations
        for node in violation["nodes"]
    ]


def _line(html: str) -> str:
    return " ".join(html.split())[:MARKUP]


def _target(node: Mapping[str, Any]) -> str:
    return " ".join(str(part) for part in node["target"])


def _data(node: Mapping[str, Any]) -> str:
    """The measured contrast, where the rule measured one."""
    for check in (*node["any"], *node["all"], *node["none"]):
        data = check.get("data")
        if isinstance(data, dict) and data.get("contrastRatio"):
            colours = f"{data['fgColor']} on {data['bgColor']}"
            return f" ({data['contrastRatio']}, {colours}; {data['expectedContrastRatio']} needed)"
    return ""


def told(faults: Iterable[Fault]) -> list[str]:
    """The faults as lines: what many pages share is told once, with the first of those pages."""
    pages: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in sorted(set(faults)):
        pages[fault.kind, fault.seen].append(fault.page)
    return [f"{kind}: {seen}: {_names(where)}" for (kind, seen), where in pages.items()]


def _names(pages: Sequence[str]) -> str:
    more = len(pages) - SHOWN_PAGES
    return ", ".join(pages[:SHOWN_PAGES]) + (f" and {more} more" if more > 0 else "")
