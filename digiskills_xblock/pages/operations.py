"""What the doctor is told about the block's catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from attrs import frozen

from digiskills_grading.data import Finding, StoryLine, StorySubject
from digiskills_xblock import i18n

CHECK = "catalogues"


@frozen
class Operations:
    """Implements ``digiskills_grading.api.OperationsPort``. All instances are equal, so that registering again changes nothing."""

    def switch_names(self) -> Sequence[str]:
        """None: what a block records is stopped by grading's."""
        return ()

    def findings(self, *, now: datetime) -> Iterable[Finding]:
        """Whether the catalogues of ``DIGISKILLS_LOCALE_DIRS`` can be read."""
        del now
        troubles = list(_troubles())
        return troubles or [Finding(check=CHECK, level="ok", what=_what_is_well())]

    def subject(self, identifier: str) -> StorySubject | None:
        """None: grading knows the ids of attempts."""
        del identifier
        return None

    def story(self, subject: StorySubject) -> Iterable[StoryLine]:
        """Nothing: grading tells of attempts."""
        del subject
        return ()


def _troubles() -> Iterator[Finding]:
    """One for each folder or file; pages go on in the languages that are left."""
    for folder in i18n.site_folders():
        files = i18n.files_in(folder)
        if not files and not _is_folder(folder):
            todo = f"correct {i18n.DIRS_SETTING}, or put the folder there for LMS, Studio and workers alike; then restart them"
            yield _trouble(f"{folder} is not there, or is no folder that this process may see", todo)
        elif not files:
            todo = f"put <language>/LC_MESSAGES/text.mo into it, or take it out of {i18n.DIRS_SETTING} (docs/how-to/translate.md)"
            yield _trouble(f"{folder} has no catalogue in it", todo)
        for file in files:
            yield from _unusable(file)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        return False


def _unusable(file: Path) -> Iterator[Finding]:
    try:
        i18n.read_catalogue(file)
    except i18n.UnusableCatalogueError as error:
        yield _trouble(str(error), "compile it anew (msgfmt text.po -o text.mo) or copy it again, readable for this process; then restart")


def _trouble(what: str, todo: str) -> Finding:
    return Finding(check=CHECK, level="warn", what=what, todo=todo)


def _what_is_well() -> str:
    files = [file for folder in i18n.site_folders() for file in i18n.files_in(folder)]
    if not files:
        return "the site has no catalogues of its own"
    languages = ", ".join(dict.fromkeys(file.parent.parent.name for file in files))
    return f"{len(files)} catalogue{'s' if len(files) > 1 else ''} of the site can be read: {languages}"
