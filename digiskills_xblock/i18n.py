"""Our own catalogues, vi and en, under ``conf/locale``.

Read here and not through the runtime's i18n service: the platform's looks for ``translations/`` or for what atlas pulled, and
otherwise falls back to its own catalogue; the workbench's knows only Django's. The language is the request's in all of them.
"""

from __future__ import annotations

import gettext as gnu
from functools import cache
from pathlib import Path
from typing import Literal

from django.utils.translation import get_language

Language = Literal["vi", "en"]
DOMAIN = "text"
LOCALE_DIR = Path(__file__).parent / "conf" / "locale"


def current_language() -> Language:
    """The one of our two languages that is nearest to the request's: Vietnamese only where Vietnamese is asked for."""
    return language_from(get_language())


def language_from(wanted: object) -> Language:
    """The same for any language tag: ``vi``, ``vi-VN`` and ``vi_VN`` are Vietnamese, everything else English."""
    return "vi" if isinstance(wanted, str) and wanted.lower().replace("_", "-").split("-")[0] == "vi" else "en"


def gettext(message: str, language: Language | None = None) -> str:
    """The message in the given language, by default the request's."""
    return _catalogue(language or current_language()).gettext(message)


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogues; it is translated where it is shown."""
    return message


@cache
def _catalogue(language: Language) -> gnu.NullTranslations:
    return gnu.translation(DOMAIN, LOCALE_DIR, [language])
