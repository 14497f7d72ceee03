"""Our own catalogues, under ``conf/locale`` and in the folders of the setting ``DIGISKILLS_LOCALE_DIRS``.

Read here and not through the runtime's i18n service: the platform's looks for ``translations/`` or for what atlas pulled, and
otherwise falls back to its own catalogue; the workbench's knows only Django's. The language is the request's in all of them.

Two things have a language: the content of tasks, which is written in Vietnamese and English (`Language`), and the interface around it,
which speaks every language for which there is a catalogue, ``<folder>/<language>/LC_MESSAGES/text.mo`` (or ``django.mo``, as atlas names
it). A new one needs no code: see docs/how-to/translate.md.
"""

from __future__ import annotations

import gettext as gnu
import logging
import struct
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.translation import get_language

log = logging.getLogger(__name__)
Language = Literal["vi", "en"]
DOMAINS = ("text", "django")
LOCALE_DIR = Path(__file__).parent / "conf" / "locale"
DIRS_SETTING = "DIGISKILLS_LOCALE_DIRS"
_UNTRANSLATED = gnu.NullTranslations()


def current_language() -> Language:
    """The one of the content's two languages that is nearest to the request's: Vietnamese only where Vietnamese is asked for."""
    return language_from(get_language())


def language_from(wanted: object) -> Language:
    """The same for any language tag: ``vi``, ``vi-VN`` and ``vi_VN`` are Vietnamese, everything else English."""
    return "vi" if isinstance(wanted, str) and _tag(wanted).split("-")[0] == "vi" else "en"


def interface_language(content: Language | None = None) -> str:
    """The language of the texts around the content: the request's, if there is a catalogue for it or for its base, else English.

    Args:
        content: of what is shown. Somebody who asks for Vietnamese content is spoken to in Vietnamese, whatever the request says.
    """
    nearest = _nearest(get_language())
    return nearest if content is None or language_from(nearest) == content else content


def gettext(message: str, language: Language | None = None) -> str:
    """The message in the interface language that goes with content of the given language, by default the request's."""
    return gettext_in(language)(message)


def gettext_in(language: Language | None = None) -> Callable[[str], str]:
    """`gettext` of one language, for many messages at once: which catalogue that is, is asked once."""
    return _catalogue(interface_language(language)).gettext


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogues; it is translated where it is shown."""
    return message


def _tag(language: str) -> str:
    return language.lower().replace("_", "-")


def _nearest(wanted: str | None) -> str:
    tag = _tag(wanted or "en")
    return next((found for found in (tag, tag.split("-")[0]) if found in _catalogues()), "en")


class UnusableCatalogueError(Exception):
    """A ``.mo`` file that cannot be read; says which and why."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} is no catalogue that can be read ({why})")


def site_folders() -> tuple[Path, ...]:
    """The folders of the setting, in its order; a later one says it before an earlier one."""
    return tuple(map(Path, getattr(settings, DIRS_SETTING, ())))


def files_in(folder: Path) -> tuple[Path, ...]:
    """The catalogues in a folder; none where there is no folder, or none that we may look into."""
    try:
        return tuple(file for domain in DOMAINS for file in sorted(folder.glob(f"*/LC_MESSAGES/{domain}.mo")))
    except PermissionError:  # a folder above it is closed; of the folder itself `glob` says nothing
        return ()


def read_catalogue(file: Path) -> gnu.GNUTranslations:
    """One catalogue.

    Raises:
        UnusableCatalogueError: it cannot be opened, or is no whole ``.mo`` file.
    """
    try:
        with file.open("rb") as stream:
            return gnu.GNUTranslations(stream)
    # The last three: numbers, texts or a header that make no sense; `gettext` has no error of its own.
    except (OSError, struct.error, ValueError, LookupError) as error:
        raise UnusableCatalogueError(file, f"{type(error).__name__}: {error}") from error


@cache
def _catalogues() -> Mapping[str, gnu.NullTranslations]:
    """Every language that we have: what the site says, and where it says nothing, what we say.

    A catalogue that cannot be read is as if it were not there, for a page in another language is better than none; it is told once in a
    process, and by ``digiskills_doctor``.
    """
    found: dict[str, gnu.NullTranslations] = {}
    for file in (file for folder in (LOCALE_DIR, *site_folders()) for file in files_in(folder)):
        tag = _tag(file.parent.parent.name)
        try:
            own = read_catalogue(file)
        except UnusableCatalogueError as error:
            log.warning("%s; its texts are shown as if it were not there. See digiskills_doctor", error)
            continue
        own.add_fallback(found.get(tag, gnu.NullTranslations()))
        found[tag] = own
    return found


def _catalogue(tag: str) -> gnu.NullTranslations:
    return _catalogues().get(tag, _UNTRANSLATED)


def _forget(*, setting: str, **_: Any) -> None:
    if setting == DIRS_SETTING:
        _catalogues.cache_clear()


setting_changed.connect(_forget, dispatch_uid="digiskills_xblock.i18n.catalogues")
