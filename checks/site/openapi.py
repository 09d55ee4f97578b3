"""The page of a finished app's API: its OpenAPI document as Markdown, which needs no script.

The app describes itself in English; the headings around that are in the reader's language.
Source: https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Iterator, Mapping
from typing import Any

from checks.course.course import Day
from checks.site import words
from checks.site.markdown import code_span, slug
from checks.site.words import NOT_SEARCHED

DAYS = (5, 7)
"""The days that have the page: the one that designs the API, and the last one."""

_REFERENCE = "#/components/schemas/"
_BOUNDS = {
    "minimum": "≥", "maximum": "≤", "exclusiveMinimum": ">", "exclusiveMaximum": "<",
    "minLength": "length ≥", "maxLength": "length ≤", "minItems": "items ≥", "maxItems": "items ≤",
    "pattern": "pattern", "default": "default",
}  # fmt: skip


def openapi_path(day: Day) -> str:
    """Where the page of a day's API stands in the site."""
    return f"day{day.number}/api.md"


def openapi_page(day: Day, document: Mapping[str, Any], lang: str) -> str:
    """The operations by path, then the schemas that they take and answer with."""
    title = words.OPENAPI_TITLE.in_(lang).format(number=day.number)
    info = document["info"]
    lines = [
        f"# {title} {{#openapi}}",
        words.OPENAPI_INTRO.in_(lang).format(day=day.folder),
        f"## {info['title']} {info['version']} {{#about}}",
        *(info[key].strip() for key in ("summary", "description") if info.get(key)),
        f"## {words.OPENAPI_SECURITY.in_(lang)} {{#security}}",
        "\n".join(_security_schemes(document["components"].get("securitySchemes", {}))),
    ]
    for path, operations in document["paths"].items():
        lines.append(f"## `{path}` {{#{slug(path)} {NOT_SEARCHED}}}")
        for method, operation in operations.items():
            lines += _operation(path, method, operation, lang)
    lines.append(f"## {words.OPENAPI_SCHEMAS.in_(lang)} {{#schemas {NOT_SEARCHED}}}")
    for name, schema in document["components"]["schemas"].items():
        lines += _schema_section(name, schema, lang)
    return "\n\n".join(lines) + "\n"


def _security_schemes(schemes: Mapping[str, Any]) -> Iterator[str]:
    for name, scheme in schemes.items():
        flows = scheme.get("flows", {}).items()
        urls = (f"{flow}: `POST {values['tokenUrl']}`" for flow, values in flows)
        yield f"- `{name}`, {scheme['type']}: {', '.join(urls)}"


def _operation(path: str, method: str, operation: Mapping[str, Any], lang: str) -> Iterator[str]:
    anchor = f"{slug(path)}-{method}"
    heading = f"{method.upper()} {operation.get('summary', path)}"
    yield f"### {heading} {{#{anchor} {NOT_SEARCHED}}}"
    yield f"`{method.upper()} {path}`"
    if operation.get("deprecated"):
        yield f"**{words.OPENAPI_DEPRECATED.in_(lang)}**"
    if operation.get("description"):
        yield str(operation["description"]).strip()
    schemes = [name for each in operation.get("security", []) for name in each]
    needed = ", ".join(f"`{name}`" for name in schemes) or words.OPENAPI_OPEN.in_(lang)
    yield f"{words.OPENAPI_SECURITY.in_(lang)}: {needed}"
    if operation.get("parameters"):
        yield _parameters(operation["parameters"], lang)
    if body := operation.get("requestBody"):
        yield f"{words.OPENAPI_BODY.in_(lang)}: {_content(body['content'])}"
    yield _responses(operation["responses"], lang)


def _parameters(parameters: list[Mapping[str, Any]], lang: str) -> str:
    rows = [words.OPENAPI_PARAMETERS_HEAD.in_(lang)]
    for each in parameters:
        required = words.OPENAPI_REQUIRED.in_(lang) if each.get("required") else ""
        about = _cell(each.get("description", ""))
        rows.append(
            f"| `{each['name']}` | {each['in']} | {_type(each['schema'])} | {required} | {about} |"
        )
    return "\n".join(rows)


def _responses(responses: Mapping[str, Any], lang: str) -> str:
    rows = [words.OPENAPI_RESPONSES_HEAD.in_(lang)]
    for status, each in responses.items():
        headers = ", ".join(f"`{name}`" for name in each.get("headers", {}))
        content = _content(each.get("content", {}))
        rows.append(f"| {status} | {_cell(each['description'])} | {content} | {headers} |")
    return "\n".join(rows)


def _content(content: Mapping[str, Any]) -> str:
    return "; ".join(f"{_type(each.get('schema', {}))}, `{kind}`" for kind, each in content.items())


def _schema_section(name: str, schema: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield f"### {name} {{#{_anchor(name)} {NOT_SEARCHED}}}"
    if schema.get("description"):
        yield " ".join(str(schema["description"]).split())
    if "properties" not in schema:
        yield _type(schema)
        return
    required = schema.get("required", ())
    rows = [words.OPENAPI_FIELDS_HEAD.in_(lang)]
    for field, each in schema["properties"].items():
        mark = words.OPENAPI_REQUIRED.in_(lang) if field in required else ""
        about = _cell(each.get("description", ""))
        rows.append(f"| `{field}` | {_type(each)} | {mark} | {about} |")
    yield "\n".join(rows)


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in one cell: a link to a named one, else its type with its bounds."""
    if reference := schema.get("$ref"):
        name = reference.removeprefix(_REFERENCE)
        return f"[{name}](#{_anchor(name)}){_bounds(schema)}"
    if choices := schema.get("anyOf") or schema.get("allOf") or schema.get("oneOf"):
        return " or ".join(_type(each) for each in choices) + _bounds(schema)
    if "enum" in schema:
        return ", ".join(code_span(str(value)) for value in schema["enum"]) + _bounds(schema)
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}{_bounds(schema)}"
    form = f" ({schema['format']})" if "format" in schema else ""
    return f"{schema.get('type', 'any')}{form}{_bounds(schema)}"


def _bounds(schema: Mapping[str, Any]) -> str:
    return "".join(
        f", {sign} {code_span(str(schema[key]))}"
        for key, sign in _BOUNDS.items()
        if schema.get(key) is not None
    )


def _anchor(name: str) -> str:
    return f"schema-{slug(name)}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
