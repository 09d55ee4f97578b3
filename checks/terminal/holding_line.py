"""The line of the board that says which of the earlier day's tasks hold in the new day."""

from checks.messages import next_and_submit as texts
from checks.workspace.holding import Holding


def holding_line(holding: Holding, lang: str) -> str:
    """`day1 in day2: 1.1, 1.2 hold; 1.3 does not`, with the command where something is left."""
    day, into = (folder.partition("-")[0] for folder in (holding.day, holding.into))
    command = f"checks run {day} --tree days/{holding.into}"
    if holding.fails:
        text = texts.SOME_HOLD if holding.holds else texts.NONE_HOLDS
    else:
        text = texts.ALL_HOLD
    said = text.in_(lang).format(
        day=day,
        into=into,
        holds=", ".join(holding.holds),
        fails=", ".join(holding.fails),
        command=command,
    )
    return said if holding.is_current else f"{said} ({texts.BEFORE_CHANGES.in_(lang)})"
