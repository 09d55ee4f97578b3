"""What Zensical builds the site from: `python -m checks.site.zensical.configuration`.

Zensical reads mkdocs.yml by itself. Where a file inherits from another one, as mkdocs.ru.yml does,
Zensical appends the lists of both, and MkDocs replaces them: the Russian site would have four
palettes and two scripts twice. So each language gets one file here, merged by MkDocs' own rules.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checks.course.course import LANGUAGES, find_root
from checks.errors import CourseError
from checks.files import File, replace_all

# Zensical reads pages below the folder of its file only.
FOLDER = Path("build")
SITE = FOLDER / "zensical"
SOURCES = {"en": "mkdocs.yml", "ru": "mkdocs.ru.yml"}


def for_zensical(settings: Mapping[str, Any]) -> dict[str, Any]:
    """MkDocs' settings with the paths of FOLDER, and with the look of Material for MkDocs."""
    theme = dict(settings["theme"])
    theme |= {"custom_dir": f"../{theme['custom_dir']}", "variant": "classic"}
    return dict(settings) | {
        "docs_dir": settings["docs_dir"].removeprefix(f"{FOLDER}/"),
        "site_dir": settings["site_dir"].replace("site", SITE.name, 1),
        "theme": theme,
    }


def read_settings(path: Path) -> dict[str, Any]:
    """A file of MkDocs with all that it inherits. Raises CourseError when it cannot be read."""
    from mkdocs.exceptions import ConfigurationError
    from mkdocs.utils.yaml import yaml_load

    try:
        with path.open(encoding="utf-8") as file:
            return dict(yaml_load(file))
    except (OSError, ConfigurationError) as error:
        raise CourseError(f"{path.name} cannot be read: {error}; run `make site`") from error


def main() -> int:
    """Write both files. A CourseError is one sentence and exit code 2."""
    root = find_root()
    try:
        texts = {
            root / FOLDER / f"zensical.{lang}.yml": json.dumps(
                for_zensical(read_settings(root / SOURCES[lang])), ensure_ascii=False, indent=1
            )
            for lang in LANGUAGES
        }
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    (root / FOLDER).mkdir(exist_ok=True)
    replace_all({path: File(f"{text}\n".encode()) for path, text in texts.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
