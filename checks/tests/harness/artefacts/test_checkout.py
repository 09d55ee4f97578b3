"""Which checkouts take the change itself."""

import pytest

from checks.harness.artefacts.checkout import looks_at_change
from checks.harness.artefacts.workflow import Job

OWN = (
    "",
    "${{ github.sha }}",
    "${{ github.event.pull_request.head.sha || github.sha }}",
    "${{ github.event.number && github.event.pull_request.head.sha || github.ref }}",
    "${{ github.head_ref || github.ref_name }}",
)
ANOTHER = (
    "main",
    "${{ github.base_ref || github.ref_name }}",
    "${{ github.event.pull_request.base.sha }}",
    "${{ github.event.before }}",
    "${{ github.ref_name }}-stable",
    "${{ github.sha || 'main' }}",
)


def looks(**inputs: str) -> bool:
    checkout = {"uses": "actions/checkout@v4.2.2", "with": inputs}
    return looks_at_change(Job("a", {"steps": [checkout, {"run": "ruff check"}]}, {}, "").steps)


@pytest.mark.parametrize("ref", OWN)
def test_the_commit_that_started_the_workflow_is_the_change(ref: str) -> None:
    assert looks(ref=ref)


@pytest.mark.parametrize("ref", ANOTHER)
def test_any_other_commit_is_not(ref: str) -> None:
    assert not looks(ref=ref)


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("${{ github.repository }}", True),
        ("${{ github.event.pull_request.head.repo.full_name || github.repository }}", True),
        ("someone/else", False),
        ("${{ vars.MIRROR }}", False),
    ],
)
def test_the_repository_is_the_change_s(repository: str, expected: bool) -> None:
    assert looks(repository=repository) is expected
