"""Where the repository that is tested begins."""

from pathlib import Path

from checks.course.course import find_root

ROOT = find_root(Path(__file__))
