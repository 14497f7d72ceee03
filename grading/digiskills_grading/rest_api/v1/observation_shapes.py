"""Shapes of observations."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from digiskills_grading.rest_api.v1.operations import PUBLIC_ID
from digiskills_grading.rest_api.v1.shapes import Request, Shape

MAX_NOTE = 2000
_CODE = r"^[A-Za-z0-9._-]+\Z"


class JsonText(serializers.RegexField):
    """Text, and nothing that could be written as text."""

    def __init__(self, pattern: str, **options: Any) -> None:
        super().__init__(pattern, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class JsonInteger(serializers.IntegerField):
    """A whole number, and no text of one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or int(data) != data:
            self.fail("invalid")
        return super().to_internal_value(int(data))


class JsonBoolean(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input="")
        return data


class ObservationRequestSerializer(Request):
    """What an observer saw a learner do."""

    role = JsonText(_CODE, max_length=32, help_text="in which you observe: assessor, teacher, official; the regulation says which may")
    skill = JsonText(_CODE, max_length=32)
    facet = JsonText(_CODE, max_length=32, required=False, help_text="of a skill that is assessed by its facets")
    value_milli = JsonInteger(min_value=0, max_value=1000)
    practical = JsonBoolean(default=True, help_text="practice; false for knowledge")
    session = JsonText(PUBLIC_ID.replace("$", r"\Z"), required=False, help_text="id of the class session in which it was seen")
    note = JsonText(r"^[^\x00]*\Z", max_length=MAX_NOTE, required=False, allow_blank=True, help_text="kept encrypted, shown to nobody here")


class ObservationSerializer(Shape):
    """The observation as it was recorded."""

    id = serializers.CharField(help_text="of the evidence")
