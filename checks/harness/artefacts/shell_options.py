"""The options of a shell: those of its command line, and what `set` changes."""

import shlex

# The command of GitHub's own `bash` and `sh` stops at the first command that fails
# (docs.github.com, "Workflow syntax", `defaults.run.shell`); the default is `bash -e {0}`.
NAMED = {"": {"errexit"}, "bash": {"errexit", "pipefail"}, "sh": {"errexit"}}
SHELLS = ("bash", "sh", "dash", "zsh", "ksh")
FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin")
LETTERS = {"e": "errexit", "n": "noexec"}
# Options of a shell that runs another script, or none.
OTHER_SCRIPT = {
    *("--rcfile", "--init-file", "--help", "--version", "--dump-strings", "--dump-po-strings"),
}
OTHER_LETTERS = set("cnsD")


def options_of(shell: str) -> set[str]:
    """The options of a shell as `shell:` names it: a word, or a command line with `{0}`.

    Without `errexit` where no shell runs the script: `cat {0}`, `bash -n {0}`, `bash -c true {0}`.
    """
    if shell in NAMED:
        return set(NAMED[shell])
    try:
        name, *words = shlex.split(shell)
    except ValueError:  # an open quote, or no word
        return set()
    options = _leading_options(words)
    flags = [each for each in options if each[:1] in "-+" and each[:2] != "--"]
    letters = {letter for each in flags for letter in each[1:]}
    runs_script = (
        name in (*SHELLS, *(f"{folder}/{each}" for folder in FOLDERS for each in SHELLS))
        and words[len(options) :][:1] == ["{0}"]
        and not OTHER_SCRIPT & set(options)
        and not OTHER_LETTERS & letters
    )
    found = changed(set(), (name, *options))
    return found if runs_script and "noexec" not in found else set()


def _leading_options(words: list[str]) -> list[str]:
    """The options before the first other word; `-o` and `-O` take the next word along."""
    options: list[str] = []
    takes_value = False
    for word in words:
        if not takes_value and word[:1] not in ("-", "+"):
            break
        options.append(word)
        takes_value = not takes_value and word[1:2] != "-" and word[-1:] in "oO"
    return options


def changed(options: set[str], words: tuple[str, ...]) -> set[str]:
    """The options after `bash -eo pipefail` or `set +e`."""
    result = set(options)
    for word, following in zip(words[1:], (*words[2:], ""), strict=False):
        if word[:1] not in ("-", "+") or word[:2] == "--":
            continue
        names = {option for letter, option in LETTERS.items() if letter in word}
        names |= {following} if "o" in word else set()
        result = result | names if word[0] == "-" else result - names
    return result
