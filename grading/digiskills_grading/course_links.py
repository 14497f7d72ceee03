"""Where in the learner's courses something can be done: asked of the platform, which alone knows its courses and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from digiskills_grading.errors import ConfigurationError


class CourseLinks(Protocol):
    """What a page links to. Every method may be called for a course or a block that is gone, and then gives nothing."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        """Address of a block's page; empty without one."""

    def course_url(self, course_key: str) -> str:
        """Address of a course's first page; empty without one."""

    def course_name(self, course_key: str) -> str:
        """What a course is called; empty where nobody knows."""

    def tasks(self, course_key: str) -> Mapping[str, str]:
        """The practice tasks that a course offers: the usage key of a block, by id of the task."""


class NoCourseLinks:
    """For a site that has no courses of its own: pages name tasks without linking to them."""

    def block_url(self, course_key: str, usage_key: str) -> str:
        return ""

    def course_url(self, course_key: str) -> str:
        return ""

    def course_name(self, course_key: str) -> str:
        return ""

    def tasks(self, course_key: str) -> Mapping[str, str]:
        return {}


def no_course_links() -> NoCourseLinks:
    """A choice for ``DIGISKILLS_COURSE_LINKS``."""
    return NoCourseLinks()


def course_links() -> CourseLinks:
    """What the setting ``DIGISKILLS_COURSE_LINKS`` names.

    Raises:
        ConfigurationError: the setting names nothing that can be imported.
    """
    path = settings.DIGISKILLS_COURSE_LINKS
    try:
        return cast("CourseLinks", import_string(path)())
    except ImportError as error:
        raise ConfigurationError(
            f"DIGISKILLS_COURSE_LINKS is {path!r}, which cannot be imported: name a function that returns a CourseLinks"
        ) from error
