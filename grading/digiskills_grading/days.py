"""Days of the country's calendar: a fact belongs to the day on which people there lived it, not to that of Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from digiskills_grading.site_data import load_pack


def country_zone() -> ZoneInfo:
    """The time zone of the country pack that the setting ``DIGISKILLS_COUNTRY_PACK`` names.

    Raises:
        digiskills_framework.api.FrameworkDataError: there is no such pack.
    """
    return ZoneInfo(load_pack(settings.DIGISKILLS_COUNTRY_PACK).time_zone)


def day_of(moment: datetime) -> date:
    """The country's date at an aware moment."""
    return moment.astimezone(country_zone()).date()


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to a day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=country_zone()).astimezone(UTC)
