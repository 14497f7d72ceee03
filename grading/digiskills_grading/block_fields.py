"""Fields that the platform's XBlocks are given, so that a course's OLX can say which skills a block of any kind assesses.

Loaded with the settings, before any app: nothing here may import Django's apps or the platform.
"""

from __future__ import annotations

from typing import Any

from xblock.core import XBlockMixin
from xblock.fields import Scope, String


class SkillsMixin(XBlockMixin):  # type: ignore[misc]  # XBlock ships no types
    """The field that a course team may fill in Studio's or in OLX: ``<problem digiskills_skills="A1/recognise S3" …>``."""

    digiskills_skills = String(
        display_name="Digital skills",
        help="Codes of the skills that this block assesses, for example: S3 A1/recognise. "
        "Counts only in courses for which the operator allows it.",
        default="",
        scope=Scope.settings,
    )


class UpstreamMixin(XBlockMixin):  # type: ignore[misc]  # XBlock ships no types
    """The key of the library's block that a block was made from: Studio stores it, the LMS has no field that reads it."""

    upstream = String(default=None, scope=Scope.settings, hidden=True)


def with_our_mixins(mixins: tuple[Any, ...]) -> tuple[Any, ...]:
    """The platform's mixins and ours. Ours come last and bring no field that is there already."""
    given = {name for mixin in mixins for name in getattr(mixin, "fields", {})}
    return (*mixins, *(mixin for mixin in (SkillsMixin, UpstreamMixin) if given.isdisjoint(mixin.fields)))
