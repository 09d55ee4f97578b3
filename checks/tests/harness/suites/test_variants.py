"""The published and the unpublished variants of task 4.3 fit the day's app, and each other."""

from pathlib import Path
from types import CodeType

import pytest

from checks.harness.suites.variants import (
    UNPUBLISHED,
    UNPUBLISHED_SOUND,
    Variant,
    draw_sound,
    read_variants,
)
from checks.tests.support.repository import ROOT

DAY = ROOT / "solutions/day4-testing"
PUBLISHED = read_variants(DAY / "exercises/variants.toml")
POOL = read_variants(UNPUBLISHED_SOUND)
FORMS = [*PUBLISHED, *read_variants(UNPUBLISHED), *POOL]


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


def test_each_fault_has_a_sound_variant_at_its_place() -> None:
    faulty = {each.id: each for each in read_variants(UNPUBLISHED) if not each.harmless}

    assert [each.place_of for each in POOL] == list(faulty)
    for sound in POOL:
        fault = faulty[sound.place_of]
        assert sound.harmless, sound.id
        assert changed_functions(sound) == changed_functions(fault), sound.id
        assert sorted(path for path, _, _ in sound.edits) == sorted(
            path for path, _, _ in fault.edits
        )


def test_no_sound_variant_is_a_faulty_one() -> None:
    texts = [variant.edits for variant in FORMS]

    assert all(texts.count(sound.edits) == 1 for sound in POOL)


def test_a_place_of_a_required_fault_is_always_drawn() -> None:
    required = {each.id for each in PUBLISHED if each.must}
    draws = [draw_sound(POOL, PUBLISHED) for _ in range(200)]

    assert all([each.place_of in required for each in drawn] == [True, False] for drawn in draws)
    assert {each.id for drawn in draws for each in drawn} == {each.id for each in POOL}


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_variants(tmp_path / "absent.toml") == []
