"""What `olxcleaner` says of a course: the checks that Studio's importer makes. It reads from a folder, so one is made for it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from digiskills_xblock.course.lint import Level, Problem
from digiskills_xblock.course.model import PRACTICE
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

_LEVELS: Mapping[str, Level] = {"ERROR": "error", "CRITICAL": "error"}
# libxml2 before 2.14, as the platform pins it with lxml, knows HTML 4 only and calls these tags of HTML 5 invalid; browsers know them.
_HTML5 = re.compile(r"Tag (article|aside|details|figcaption|figure|footer|header|main|mark|nav|section|summary|time) invalid")
MISSING = Sentence.of(
    _("olxcleaner is not installed, so what Studio's importer checks was not checked: pip install 'digiskills-xblock[course]'")
)


def cleaner_problems(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Every finding of olxcleaner, its errors as errors and the rest as warnings; one warning where it is not installed."""
    try:
        import olxcleaner
    except ImportError:
        return (Problem("olx", "", MISSING, "warning"),)
    with tempfile.TemporaryDirectory(prefix="digiskills-olx-") as folder:
        for path, content in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        _course, found, _names = olxcleaner.validate(folder, allowed_xblocks=[PRACTICE])
    told = (one for one in found.errors if not (one.name == "InvalidHTML" and _HTML5.match(one.description)))
    return tuple(Problem("olx", one.filename, _told(one.name, one.description), _LEVELS.get(one.level, "warning")) for one in told)


def _told(name: str, description: str) -> Sentence:
    """In olxcleaner's own words."""
    return Sentence.of("{name}: {description}", name=name, description=description)
