"""The published and the unpublished variants of task 4.3 fit the day's app, and each other."""

from pathlib import Path

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


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_variants(tmp_path / "absent.toml") == []
