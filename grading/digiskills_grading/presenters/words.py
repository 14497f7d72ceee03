"""Names, dates and shares as every page writes them."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from digiskills_grading.days import country_zone

AUDIENCES = {
    "citizen": gettext_lazy("Citizens"),
    "student": gettext_lazy("Pupils and students"),
    "public_sector": gettext_lazy("Public sector"),
    "enterprise_worker": gettext_lazy("Workers in enterprises"),
}


def audience_name(code: str) -> str:
    """An audience in the active language; the code of one that we do not know."""
    return str(AUDIENCES.get(code, code))


def moment(when: datetime) -> str:
    """A time as people read it, with its zone: 22/11/2026 14:05 (+07)."""
    local = localtime(when)
    return f"{local:%d/%m/%Y %H:%M} ({local:%Z})"


def country_moment(when: datetime) -> str:
    """The same in the time zone of the country, in which figures are counted."""
    local = when.astimezone(country_zone())
    return f"{local:%d/%m/%Y %H:%M} ({local:%Z})"


def day(when: datetime) -> str:
    """A date as people read it: 22/11/2026."""
    return f"{localtime(when):%d/%m/%Y}"


def number(amount: int, language: str) -> str:
    """``1.234`` in Vietnamese, ``1,234`` in English."""
    text = f"{amount:,}"
    return text.replace(",", ".") if language == "vi" else text


def decimal(amount: float, places: int, language: str) -> str:
    """``−0,25`` in Vietnamese, ``−0.25`` in English, with a real minus sign."""
    text = f"{amount:.{places}f}".replace("-", "−")
    return text.replace(".", ",") if language == "vi" else text


def share(part: int, whole: int) -> str:
    """``33 %``; empty where there is nothing to take a share of."""
    return f"{100 * part / whole:.0f} %" if whole > 0 else ""
