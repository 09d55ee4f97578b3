"""The here-documents of a Dockerfile, apart from its instructions.

RUN, COPY and ADD have them, and one line may start several (docs.docker.com, Dockerfile reference,
"Here-documents").
"""

import re

HERE_DOCUMENT = re.compile(r"(?<!\S)\d*<<(-?)([\"']?)([^\s<\"']+)\2")
WITH_HERE_DOCUMENTS = ("RUN", "COPY", "ADD", "ONBUILD")


def here_documents(instruction: str, text: str) -> list[tuple[str, bool]]:
    """The delimiter of each here-document, and whether leading tabs are taken away."""
    if instruction.upper() not in WITH_HERE_DOCUMENTS:
        return []
    return [(name, bool(dash)) for dash, _, name in HERE_DOCUMENT.findall(text)]


def without_bodies(text: str) -> tuple[str, list[str]]:
    """The Dockerfile without the lines of here-documents, and each here-document."""
    kept: list[str] = []
    bodies: list[str] = []
    pending: list[tuple[str, bool]] = []
    body: list[str] = []
    instruction, is_continued = "", False
    for line in text.splitlines():
        if pending and not is_continued:
            delimiter, strips_tabs = pending[0]
            if (line.lstrip("\t") if strips_tabs else line) == delimiter:
                bodies.append("\n".join(body))
                pending, body = pending[1:], []
            else:
                body.append(line)
            continue
        kept.append(line)
        if line.strip() and not line.lstrip().startswith("#"):
            instruction = instruction if is_continued else line.split()[0]
            pending += here_documents(instruction, line)
            is_continued = line.rstrip().endswith("\\")
    return "\n".join(kept), bodies
