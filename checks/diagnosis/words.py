"""The words of a failure: what of them is recorded, and what of them is compared.

A recorded sentence has nothing that differs between two runs or two machines. A compared sentence
has nothing either that differs between two instances of one promise: ids, counts, parameters, the
line of the learner's code.
"""

import re
from collections.abc import Iterable, Iterator

GAP = "…"
NUMBER = "#"
PYTEST = "\nassert "
"""Pytest's own line begins so; the sentence of the test stands before it."""

# tokens, uuids, timestamps, object addresses, hashes, folders, durations, long numbers
VARYING = re.compile(
    r"eyJ[\w.-]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+|0x[0-9a-f]+"
    r"|(?<![A-Za-z0-9])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{5,}(?![A-Za-z])"
    r'|(?:/|%2F)tmp(?:/|%2F)[\w./%-]+|(?<=File ")/[^"]+'
    r"|\b\d+\.\d+(?= ?(?:s|ms|seconds)\b)|(?<=_ms\": )[\d.]+|\d{5,}"
)
# where pytest has shortened a value, in the middle of a hash or an address
SHORTENED = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{3,}(?=\.\.\.)|(?<=\.\.\.)(?=[a-f]*\d)[0-9a-f]{2,}")
GAPS = re.compile(r"…(?:[0-9a-f]*…)+")
# pytest's line on an assertion that compares nothing; the sentence before it says what was asked
EMPTY = re.compile(r"\nassert (?:False|None|not True|\(?False(?: or False)*\)?)\s*$")
ONE_NUMBER = re.compile(r"\d+(?:\.\d+)?")
NUMBERS = re.compile(r"#(?:, #)+(?:,? and # more)?")
METHOD = re.compile(r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b")
ADDRESS = re.compile(r"/api\b[\w/{}<>.…-]*")
FRAME = re.compile(r"\b(?:app|migrations|tests)/[\w/]+\.py(?::\d+)*(?: in \w+)?")


def stable(message: str) -> str:
    """The message without what changes from run to run, and without an assertion of nothing."""
    text = GAPS.sub(GAP, SHORTENED.sub(GAP, VARYING.sub(GAP, message)))
    sentence, mark, detail = EMPTY.sub("", text).partition(PYTEST)
    first, *more = detail.splitlines() or [""]
    return sentence + mark + "\n".join([first, *_explanation(more)])


def _explanation(lines: Iterable[str]) -> Iterator[str]:
    """The lines in which pytest explains two values, without those that have a gap or bytes.

    What stands below a heading is sorted: pytest lists the items of a set in the order of one run.
    """
    items: list[str] = []
    for line in lines:
        if line.endswith(":"):
            yield from sorted(items)
            items = []
            yield line
        elif line.strip() and GAP not in line and " b'" not in line:
            items.append(line)
    yield from sorted(items)


def compared(says: str, test: str) -> str:
    """What has to be equal in two failures of one promise.

    `test` is the full name of the failing test. A parametrised one asks the same of several methods
    and addresses: they are masked, and so are the parameters in its brackets.
    """
    sentence, mark, detail = stable(says).partition(PYTEST)
    if parameters := _parameters(test):
        for value in parameters:
            sentence = sentence.replace(value, GAP)
        sentence = ADDRESS.sub(GAP, METHOD.sub(GAP, sentence))
    return f"{_masked(FRAME.sub(GAP, sentence))}{mark}{_masked(detail)}"


def promise(test: str) -> str:
    """The test function: its parametrised instances promise the same."""
    return test.partition("[")[0]


def _masked(text: str) -> str:
    """Numbers as `#`, a list of numbers as one, the path of one row as the path of its table."""
    text = NUMBERS.sub(NUMBER, ONE_NUMBER.sub(NUMBER, GAPS.sub(GAP, text)))
    return re.sub(r"/(?:#|…)(?=[\s,;:/?]|$)", "/", text).rstrip()


def _parameters(test: str) -> list[str]:
    """The parameters of a test's name, the longest first; a letter alone is in too many words."""
    brackets = test.partition("[")[2].removesuffix("]")
    values = {brackets, *brackets.split("-")}
    return sorted((value for value in values if len(value) > 1), key=len, reverse=True)
