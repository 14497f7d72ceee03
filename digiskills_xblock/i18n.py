"""Our own catalogues, under ``conf/locale`` and in the folders of the setting ``DIGISKILLS_LOCALE_DIRS``.

Read here and not through the runtime's i18n service: the platform's looks for ``translations/`` or for what atlas pulled, and
otherwise falls back to its own catalogue; the workbench's knows only Django's. The language is the request's in all of them.

Two things have a language: the content of tasks, which is written in Vietnamese and English (`Language`), and the interface around it,
which speaks every language for which there is a catalogue, ``<folder>/<language>/LC_MESSAGES/text.mo`` (or ``django.mo``, as atlas names
it). A new one needs no code: see docs/how-to/translate.md.
"""

from __future__ import annotations

import gettext as gnu
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.translation import get_language

Language = Literal["vi", "en"]
DOMAINS = ("text", "django")
LOCALE_DIR = Path(__file__).parent / "conf" / "locale"
DIRS_SETTING = "DIGISKILLS_LOCALE_DIRS"


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
    return _catalogue(interface_language(language)).gettext(message)


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogues; it is translated where it is shown."""
    return message


def _tag(language: str) -> str:
    return language.lower().replace("_", "-")


def _nearest(wanted: str | None) -> str:
    tag = _tag(wanted or "en")
    return next((found for found in (tag, tag.split("-")[0]) if found in _catalogues()), "en")


@cache
def _catalogues() -> Mapping[str, tuple[Path, ...]]:
    """The files of every language that we have, the site's after ours."""
    folders = [LOCALE_DIR, *map(Path, getattr(settings, DIRS_SETTING, ()))]
    files = (file for folder in folders for domain in DOMAINS for file in sorted(folder.glob(f"*/LC_MESSAGES/{domain}.mo")))
    found: dict[str, tuple[Path, ...]] = {}
    for file in files:
        tag = _tag(file.parent.parent.name)
        found[tag] = (*found.get(tag, ()), file)
    return found


@cache
def _catalogue(tag: str) -> gnu.NullTranslations:
    """What the site says, and where it says nothing, what we say."""
    said = gnu.NullTranslations()
    for path in _catalogues()[tag]:
        with path.open("rb") as file:
            own = gnu.GNUTranslations(file)
        own.add_fallback(said)
        said = own
    return said


def _forget(*, setting: str, **_: Any) -> None:
    if setting == DIRS_SETTING:
        _catalogues.cache_clear()
        _catalogue.cache_clear()


setting_changed.connect(_forget, dispatch_uid="digiskills_xblock.i18n.catalogues")
