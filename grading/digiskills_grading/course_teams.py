"""Who belongs to the team of a course, which the platform knows and we ask."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from digiskills_grading.errors import ConfigurationError


def is_course_team(user_id: int, course_key: str) -> bool:
    """Whether an account belongs to the team of a course; False for a course that does not exist.

    Raises:
        ConfigurationError: the setting ``DIGISKILLS_COURSE_TEAM`` names nothing that can be called.
    """
    path = settings.DIGISKILLS_COURSE_TEAM
    try:
        asked: Callable[[int, str], bool] = import_string(path)
    except ImportError as error:
        raise ConfigurationError(f"DIGISKILLS_COURSE_TEAM = {path!r} cannot be imported: {error}") from error
    return asked(user_id, course_key)


def course_page_url(course_key: str) -> str:
    """Address of the page of a course for its team; empty where the site has no such page.

    Studio does not have the page; it knows the LMS by its setting ``LMS_ROOT_URL``.
    """
    try:
        return reverse("digiskills:course", args=[course_key])
    except NoReverseMatch:
        root = str(getattr(settings, "LMS_ROOT_URL", None) or "").rstrip("/")
        return f"{root}/digiskills/course/{quote(course_key, safe=':+')}/" if root else ""


def course_runs_url(course_key: str) -> str:
    """Address of the list of a course's runs; empty where the app with that page is not installed."""
    try:
        return reverse("digiskills:runs", args=[course_key])
    except NoReverseMatch:
        return ""


def nobody(user_id: int, course_key: str) -> bool:
    """For a site without courses: nobody belongs to the team of any."""
    return False
