"""A question with a yes or a no, in the reader's language; `y` and `n` are known in both."""

from collections.abc import Mapping

import typer

YES = ("y", "yes", "д", "да")
NO = ("n", "no", "н", "нет", "")
_CHOICE = {"en": "[y/N]", "ru": "[д/Н]"}
_AGAIN = {"en": "Answer y or n", "ru": "Ответьте «да» или «нет»"}


def confirm(question: str, lang: str) -> bool:
    """Whether the answer is yes; the question repeats until it is yes or no, Enter means no.

    The end of the input ends the command, with exit code 1.
    """
    prompt = f"{question} {_CHOICE.get(lang, _CHOICE['en'])}"
    while True:
        answer = typer.prompt(prompt, default="", show_default=False).strip().lower()
        if answer in (*YES, *NO):
            return answer in YES
        typer.echo(_AGAIN.get(lang, _AGAIN["en"]))


def choose(question: str, options: Mapping[str, tuple[str, ...]], explanation: str) -> str:
    """The option that was answered, by one of its words; another answer gets the explanation.

    The end of the input ends the command, with exit code 1.
    """
    while True:
        answer = typer.prompt(question, default="", show_default=False).strip().lower()
        for option, words in options.items():
            if answer in words:
                return option
        typer.echo(explanation)
