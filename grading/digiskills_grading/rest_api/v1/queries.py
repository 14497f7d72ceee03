"""The parameters of addresses. What is not named here is refused."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from digiskills_grading.rest_api.v1 import cursors

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


class NoQuery(serializers.Serializer[Any]):
    """Takes no parameters."""


class LimitField(serializers.IntegerField):
    """A whole number as digits alone; the framework's own field also takes ``1.0`` and blanks."""

    def to_internal_value(self, data: Any) -> int:
        if not (isinstance(data, str) and data.isascii() and data.isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)


class PageQuery(serializers.Serializer[Any]):
    cursor = serializers.RegexField(
        r"^[A-Za-z0-9_-]+\Z", max_length=cursors.MAX_LENGTH, required=False, trim_whitespace=False, help_text="next of the page before"
    )
    limit = LimitField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="entries a page")


class EvidenceQuery(PageQuery):
    skill = serializers.RegexField(
        r"^[A-Za-z0-9._-]+\Z", max_length=32, required=False, trim_whitespace=False, help_text="only of this skill"
    )
    course = serializers.RegexField(
        r"^[!-~]+\Z", max_length=255, required=False, trim_whitespace=False, help_text="only from blocks of this course"
    )


class DecisionQuery(PageQuery):
    regulation = serializers.RegexField(
        r"^[a-z0-9.-]+/[0-9]+\Z", max_length=128, required=False, trim_whitespace=False, help_text="only under this one: id/version"
    )
