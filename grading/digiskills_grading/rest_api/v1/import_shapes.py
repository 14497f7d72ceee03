"""Shapes of imports: what is sent, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from digiskills_framework.api import Assurance
from digiskills_grading.data import DateForm, ValueScale
from digiskills_grading.rest_api.v1.shapes import Request, Shape, TimeField


@extend_schema_field({"type": "string", "format": "binary", "minLength": 1})
class UploadField(serializers.FileField):
    """A file in a form."""


class YesNoField(serializers.BooleanField):
    """``true`` or ``false`` and no other spelling, in a form where everything is text."""

    # The framework takes a missing tick box for False; here what is missing is missing.
    default_empty_html = empty

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            raise serializers.ValidationError("true or false")
        return bool(data == "true")


class OneOfField(serializers.ChoiceField):
    """A choice whose message names what there is, and not what was sent."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices=list(choices), error_messages={"invalid_choice": f"one of: {', '.join(choices)}"}, **options)


class AssuranceField(OneOfField):
    """An assurance."""

    def __init__(self, **options: Any) -> None:
        super().__init__([item.value for item in Assurance], **options)

    def to_internal_value(self, data: Any) -> Assurance:
        return Assurance(super().to_internal_value(data))


class CodeTextField(serializers.RegexField):
    """A code or key: printable ASCII without blanks."""

    def __init__(self, max_length: int, **options: Any) -> None:
        super().__init__(r"^[!-~]+\Z", max_length=max_length, trim_whitespace=False, **options)


class ImportRequestSerializer(Request):
    """A file of results and how it is to be read. Nothing of this is guessed from the file."""

    file = UploadField(allow_empty_file=True, max_length=255, help_text="CSV or XLSX")
    dry_run = YesNoField(help_text="true: tell what would become of every row, and write nothing")
    source = CodeTextField(  # type: ignore[assignment]  # the framework takes fields out of the class
        64, help_text="code of the system that sends; its references are unique within it"
    )
    scale = OneOfField(get_args(ValueScale), required=False, help_text="of the column value: 0 … 1000, 0 … 100 or 0 … 10")
    dates = OneOfField(get_args(DateForm), required=False, help_text="day_first takes 22/11/2026 too")
    timezone = CodeTextField(64, required=False, help_text="IANA name, for times without an offset")
    organisation = CodeTextField(64, required=False, help_text="whose numbers the column external_id holds")
    all_or_nothing = YesNoField(required=False, help_text="true: one row that is rejected keeps all others out")
    regulation = CodeTextField(128, required=False, help_text="puts the learners on the way under this one: id/version")
    audience = CodeTextField(32, required=False, help_text="with regulation: as whom")
    school_level = CodeTextField(8, required=False)
    framework = CodeTextField(64, required=False, help_text="without regulation: whose skills are meant")
    highest_assurance = AssuranceField(default=Assurance.IMPORTED, help_text="what a row may claim at most")
    practical = YesNoField(required=False, help_text="what a row without the column practical is")


class RowErrorSerializer(Shape):
    """Why a row was rejected. What stood there is not repeated."""

    row = serializers.IntegerField(min_value=1, help_text="as a spreadsheet numbers it: the column names are row 1")
    field = serializers.CharField(allow_blank=True, help_text="name of the column; empty for the whole row")
    problem = serializers.CharField()
    remedy = serializers.CharField()


class ImportReportSerializer(Shape):
    """What became, or would become, of the rows; rows is the sum of the four others."""

    batch_id = serializers.CharField(allow_null=True, help_text="null for a dry run")
    written = serializers.BooleanField(help_text="false for a dry run, and where all or nothing was nothing")
    rows = serializers.IntegerField(min_value=0)
    added = serializers.IntegerField(min_value=0)
    corrected = serializers.IntegerField(min_value=0)
    unchanged = serializers.IntegerField(min_value=0)
    rejected = serializers.IntegerField(min_value=0)
    error_count = serializers.IntegerField(min_value=0)
    errors = RowErrorSerializer(  # type: ignore[assignment]  # the framework takes fields out of the class
        many=True, help_text="the first of them, in the order of the file"
    )


class ImportBatchSerializer(Shape):
    """An import that was to write. Figures are null until it is finished."""

    id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the framework takes fields out of the class
    state = serializers.CharField(help_text="running, finished, refused; a batch that stays running was broken off: send the file again")
    started_at = TimeField()
    finished_at = TimeField(allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    added = serializers.IntegerField(allow_null=True)
    corrected = serializers.IntegerField(allow_null=True)
    unchanged = serializers.IntegerField(allow_null=True)
    rejected = serializers.IntegerField(allow_null=True)
