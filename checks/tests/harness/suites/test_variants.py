"""The published and the unpublished variants of task 4.3 fit the day's app, and each other."""

from pathlib import Path
from types import CodeType

import pytest

from checks.harness.suites.variants import UNPUBLISHED, Variant, read_variants
from checks.tests.support.repository import ROOT

DAY = ROOT / "solutions/day4-testing"
PUBLISHED = read_variants(DAY / "exercises/variants.toml")
FORMS = [*PUBLISHED, *read_variants(UNPUBLISHED)]


def faults(variants: list[Variant]) -> list[str]:
    return [variant.id for variant in variants if not variant.harmless]


def test_each_fault_has_an_unpublished_form() -> None:
    unpublished = read_variants(UNPUBLISHED)

    assert faults(unpublished) == faults(PUBLISHED)
    assert all(variant.title for variant in unpublished if variant.harmless)


def test_an_unpublished_form_is_another_program() -> None:
    published = {variant.id: variant.edits for variant in PUBLISHED}

    for variant in read_variants(UNPUBLISHED):
        new = {text for _, _, text in variant.edits}
        assert new != {text for _, _, text in published[variant.id]}, variant.id


@pytest.mark.parametrize("variant", FORMS, ids=lambda variant: variant.id)
def test_each_edit_fits_the_app_once(variant: Variant) -> None:
    texts: dict[str, str] = {}
    for path, old, new in variant.edits:
        text = texts.get(path) or (DAY / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old)
        texts[path] = text.replace(old, new)
        compile(texts[path], path, "exec")


def changed_functions(variant: Variant) -> frozenset[str]:
    """The functions, and the modules, whose bytecode the variant changes."""
    files = {path: (DAY / path).read_text(encoding="utf-8") for path, _, _ in variant.edits}
    changed = dict(files)
    for path, old, new in variant.edits:
        changed[path] = changed[path].replace(old, new)
    return frozenset(name for name, _ in _code_objects(changed) - _code_objects(files))


def _code_objects(files: dict[str, str]) -> set[tuple[str, str]]:
    """Each function's name with its bytecode, constants and names, without those inside it."""
    found: set[tuple[str, str]] = set()
    pending = [(path, compile(text, path, "exec")) for path, text in files.items()]
    while pending:
        name, code = pending.pop()
        inner = [each for each in code.co_consts if isinstance(each, CodeType)]
        constants = [each for each in code.co_consts if each not in inner]
        found.add((name, f"{code.co_code!r} {constants} {code.co_names} {code.co_varnames}"))
        pending += [(f"{name}.{each.co_name}", each) for each in inner]
    return found


def test_what_differs_does_not_tell_a_sound_app_from_a_faulty_one() -> None:
    variants = read_variants(UNPUBLISHED)
    changed = {each.id: changed_functions(each) for each in variants}
    faulty = {changed[each.id] for each in variants if not each.harmless}

    assert any(changed[each.id] in faulty for each in variants if each.harmless), changed


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_variants(tmp_path / "absent.toml") == []
