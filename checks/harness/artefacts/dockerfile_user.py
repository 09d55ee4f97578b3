"""The user of an image's process: a number, or a name that a RUN may give the number 0.

A name or number is looked up as the engine does, with Go's strconv.Atoi:
https://github.com/moby/sys/blob/main/user/user.go and
https://docs.docker.com/reference/dockerfile/#user
"""

import re

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.artefacts.dockerfile import Dockerfile
from checks.harness.artefacts.dockerfile_content import Stage
from checks.harness.artefacts.dockerfile_variables import Unresolved, Values, Variables, substitute
from checks.harness.artefacts.instruction import Instruction
from checks.harness.artefacts.interpolation import TooLong
from checks.harness.artefacts.shell_script import Command

NUMBER = re.compile(r"(?P<sign>[+-]?)0*(?P<digits>[0-9]*)", re.ASCII)
MAX_ID = 2**31 - 1
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?")
ACCOUNT_COMMANDS = ("useradd", "adduser", "usermod")
UID = re.compile(r"--uid(?:=(?P<long>.*))?|-[A-Za-z]*?u(?P<short>.*)")
LOGIN = re.compile(r"--login(?:=(?P<long>.*))?|-[A-Za-z]*?l(?P<short>.*)")
ZERO = re.compile(r"[+-]?(?:0[xX])?0+")  # as strtoul reads it
PASSWD = "/etc/passwd"
EDITOR = re.compile(r"\b(sed|awk|perl)\b")
REDIRECTION = re.compile(r"[<>&]+")


def runs_as_root(dockerfile: Dockerfile, tree: Tree | None = None) -> bool:
    """Whether the process of the image is root. Fails the test when the file does not say it.

    `tree` is the build context: a file of it may be the image's /etc/passwd.
    """
    return parse("Dockerfile", "a Dockerfile", b"", lambda: _runs_as_root(dockerfile, tree))


def _runs_as_root(dockerfile: Dockerfile, tree: Tree | None) -> bool:
    last = dockerfile.last("USER")
    if last is None:
        return True
    variables, is_root, name = Variables(dockerfile.arguments), {"root": True}, ""
    for instruction in (each for stage in _stages(dockerfile) for each in stage.instructions):
        variables.read(instruction)
        if instruction is last:
            name = _user(instruction, variables.values)
        elif instruction.name == "RUN":
            for command in instruction.commands:
                is_root.update(_accounts(command, variables.values))
    number = NUMBER.fullmatch(name)
    if number and name:
        return _is_zero(number, last)
    if name and not NAME.fullmatch(name):
        raise _refusal(last, "no user has that name")
    return not name or is_root.get(name, False) or _is_written_as_root(name, dockerfile, tree)


def _stages(dockerfile: Dockerfile) -> list[Stage]:
    """The final image's stages, the farthest first; before them those that it copies /etc from."""
    chain = dockerfile.chain[::-1]
    copies = (each for stage in chain for each in [*stage.all("COPY"), *stage.all("ADD")])
    if any("from" in each.flags and each.paths[-1].startswith("/etc") for each in copies):
        return [*(stage for stage in dockerfile.stages if stage not in chain), *chain]
    return chain


def _user(instruction: Instruction, values: Values) -> str:
    """The part before the colon, without quotes and with variables replaced."""
    try:
        return substitute(instruction.value.strip(), values).partition(":")[0].strip()
    except (Unresolved, TooLong) as error:
        raise _refusal(instruction, str(error)) from None


def _is_zero(number: re.Match[str], instruction: Instruction) -> bool:
    digits = number["digits"]
    is_too_large = len(digits) > len(str(MAX_ID)) or int(digits or "0") > MAX_ID
    if is_too_large or (digits and number["sign"] == "-"):
        raise _refusal(instruction, f"the number of a user is 0 to {MAX_ID}")
    return not digits


def _refusal(instruction: Instruction, reason: str) -> SyntaxError:
    words = f"USER {instruction.value.strip()[:60]}: {reason}"
    return SyntaxError(words, (None, instruction.line, None, None))


def _accounts(command: Command, values: Values) -> dict[str, bool]:
    """By name, whether the command gives the account the number 0; {} when it gives none."""
    if not any(command.starts_with(name) for name in ACCOUNT_COMMANDS):
        return {}
    words = [_word(each, values) for each in command.words]
    end = next((i for i, word in enumerate(words) if REDIRECTION.fullmatch(word)), len(words))
    words = words[:end]
    names = [each for each in words[1:] if not each.startswith("-") and not each.isdecimal()]
    if not names:
        return {}
    accounts = {}
    if (login := _option(LOGIN, words)) and command.starts_with("usermod"):
        accounts[login] = names[-1] == "root"
    if uid := _option(UID, words):
        accounts[login or names[-1]] = bool(ZERO.fullmatch(uid))
        if command.starts_with("adduser") and len(names) > 1:  # USER GROUP
            accounts.setdefault(names[-2], bool(ZERO.fullmatch(uid)))
    return accounts


def _option(pattern: re.Pattern[str], words: list[str]) -> str:
    """The value of an option, in its own word or in the next; "" for none."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if match := pattern.fullmatch(word):
            return match["long"] or match["short"] or following
    return ""


def _word(word: str, values: Values) -> str:
    """The word with Docker's variables replaced; as it is where it has others."""
    try:
        return substitute(word, values)
    except (Unresolved, TooLong):
        return word


def _is_written_as_root(name: str, dockerfile: Dockerfile, tree: Tree | None) -> bool:
    """Whether a line of /etc/passwd gives the name the number 0.

    The line stands in a RUN, in the here-document of a COPY, or in the file that is copied there.
    """
    line = re.compile(rf"\b{re.escape(name)}:[^:\s]*:[+-]?0+:")
    changed = re.compile(rf"\b{re.escape(name)}\b.*:0+\b.*{PASSWD}", re.DOTALL)
    texts = [
        f"{each.value}\n{each.body}"
        for stage in _stages(dockerfile)
        for each in stage.instructions
        if each.name in ("RUN", "COPY", "ADD")
    ]
    source = dockerfile.source_of(PASSWD)
    if tree is not None and source and tree.exists(source):
        texts.append(tree.text(source))
    is_edited = any(EDITOR.search(text) and changed.search(text) for text in texts)
    return is_edited or any(line.search(text) for text in texts)
