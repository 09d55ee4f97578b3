"""What nginx answers by itself: `return`, a `rewrite` to another address, and both inside `if`.

https://nginx.org/en/docs/http/ngx_http_rewrite_module.html
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from checks.harness.artefacts.nginx_locations import Context, search
from checks.harness.artefacts.nginx_variables import Block, Directive, with_captures

ADDRESS = ("http://", "https://", "$scheme")
STATUSES = {"permanent": "301", "redirect": "302"}
Values = Mapping[str, AbstractSet[str]]


def answer(context: Context, path: str, values: Values) -> str:
    """The arguments of the `return` that ends the request, or status and address of a `rewrite`.

    "" for a request that goes on. `values` are those of the variables that a condition may name.
    """
    results = (_answer(block, context.file, path, values) for block in context.blocks[1:])
    return next((each for each in results if each), "")


def _answer(block: Block, file: str, path: str, values: Values) -> str:
    for each in block:
        name, words, result = each["directive"], each["args"], ""
        if name == "return":
            result = " ".join(words)
        elif name == "rewrite":
            result = _redirect(each, file, path)
        elif name == "if" and _holds(words, values):
            result = _answer(each["block"], file, path, values)
        if result:
            return result
    return ""


def _redirect(rewrite: Directive, file: str, path: str) -> str:
    """Status and address; "" where the request keeps its host, or the pattern does not match."""
    pattern, replacement, flag = [*rewrite["args"], ""][:3]
    if flag not in STATUSES and not replacement.startswith(ADDRESS):
        return ""
    found = search(rewrite, ("~", pattern), path, file)
    address = found and with_captures(found, replacement, rewrite, file)
    return f"{STATUSES.get(flag, '302')} {address}" if address else ""


def _holds(condition: list[str], values: Values) -> bool:
    """Whether the condition is known to hold; one of another variable is not."""
    variable, operator, wanted = [*condition, "", ""][:3]
    known = values.get(variable.replace("{", "").replace("}", ""))
    if known is None:
        return False
    if not operator:
        return not known & {"", "0"}
    if operator in ("=", "!="):
        return (wanted in known) == (operator == "=")
    flags = re.IGNORECASE if operator.endswith("*") else 0
    matches = any(re.fullmatch(re.escape(wanted.strip("^$")), each, flags) for each in known)
    return matches != operator.startswith("!")
