"""What all shapes of answers are made of. Times are UTC with microseconds and a Z; values are thousandths; texts come in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

# Nothing of these goes in: they only show what the reads give.
Shape = serializers.Serializer[Any]


class Request(serializers.Serializer[Any]):
    """The body of a request. A field that it does not have is refused: it might be one that was meant, misspelt."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and any(name not in self.fields for name in data):
            raise serializers.ValidationError({"": f"unknown field; there are: {', '.join(map(str, self.fields))}"})
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "format": "date-time", "examples": ["2026-11-22T08:00:00.000000Z"]})
class TimeField(serializers.DateTimeField):
    """UTC with microseconds, whatever the site's time zone and the platform's formats are."""

    def to_representation(self, value: datetime) -> str:
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


@extend_schema_field({"type": ["integer", "null"], "minimum": 0, "maximum": 1000})
class MilliField(serializers.IntegerField):
    """Thousandths."""


class TextSerializer(Shape):
    """One text in both languages."""

    vi = serializers.CharField()
    en = serializers.CharField()


class FieldProblemSerializer(Shape):
    field = serializers.CharField(allow_blank=True, help_text="name of the parameter or field; empty for the whole")
    problem = serializers.CharField(help_text="what is wrong with it, in English; may change")


class ProblemSerializer(Shape):
    """RFC 9457. Nothing that was sent is repeated."""

    type = serializers.CharField(help_text="urn:digiskills:problem:<code>")
    title = serializers.CharField(help_text="the status in words")
    status = serializers.IntegerField(help_text="the HTTP status")
    code = serializers.CharField(help_text="stable; go by it")
    detail = serializers.CharField(help_text="what is wrong and what to do, in English; may change")
    problems = FieldProblemSerializer(many=True, required=False, help_text="which parameters or fields")
