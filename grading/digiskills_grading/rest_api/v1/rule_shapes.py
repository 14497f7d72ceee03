"""Shapes of regulations and frameworks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from digiskills_framework.api import AudienceRules, Rule
from digiskills_grading.rest_api.v1 import trees
from digiskills_grading.rest_api.v1.shapes import Shape, TextSerializer

_RULE_VALUE = {
    "anyOf": [
        {"type": "null"},
        {"type": "boolean"},
        {"type": "integer"},
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
    ]
}


class RuleSerializer(Shape):
    """One number or choice, with where it comes from."""

    name = serializers.CharField()
    value = serializers.SerializerMethodField("rule_value")
    basis = serializers.CharField(help_text="on what authority")
    source = serializers.CharField(help_text="where it is written")  # type: ignore[assignment]  # the framework takes fields out of the class

    @extend_schema_field(_RULE_VALUE)
    def rule_value(self, rule: Rule) -> Any:
        return list(rule.value) if isinstance(rule.value, tuple) else rule.value


class AudienceRulesSerializer(Shape):
    """What one audience must master, at one school level or, with level null, at any that has no entry of its own."""

    audience = serializers.CharField()
    level = serializers.CharField(allow_null=True)
    requires = serializers.SerializerMethodField()
    rules = RuleSerializer(many=True, help_text="that differ from those of the regulation")

    @extend_schema_field({"$ref": f"#/components/schemas/{trees.NODE}"})
    def get_requires(self, entry: AudienceRules) -> dict[str, Any]:
        return trees.tree_json(entry.requires)


class RegulationSummarySerializer(Shape):
    """A version of the rules of assessment."""

    key = serializers.CharField(help_text="id/version")
    id = serializers.CharField()
    version = serializers.IntegerField(min_value=1)
    label = TextSerializer()  # type: ignore[assignment]  # the framework takes fields out of the class
    framework = serializers.CharField(help_text="id/version")
    status = serializers.CharField(help_text="demo, default, official")


class RegulationSerializer(RegulationSummarySerializer):
    """A version of the rules of assessment, whole. A version that was used never changes."""

    notice = TextSerializer(help_text="must be said wherever the regulation is shown")
    digest = serializers.CharField(help_text="of the file")
    supersedes = serializers.CharField(allow_null=True, help_text="the version that it replaces")
    audiences = AudienceRulesSerializer(many=True)
    rules = RuleSerializer(many=True)
    record_fields = serializers.ListField(child=serializers.CharField(), help_text="what a record contains")
    record_types = serializers.ListField(child=serializers.CharField(), help_text="which records are issued")


class RegulationListSerializer(Shape):
    items = RegulationSummarySerializer(many=True)


class FacetSerializer(Shape):
    code = serializers.CharField()
    name = TextSerializer()


class SkillSerializer(Shape):
    """A skill; mastered when all its facets are."""

    code = serializers.CharField()
    group = serializers.CharField()
    name = TextSerializer()
    facets = FacetSerializer(many=True)


class SkillGroupSerializer(Shape):
    code = serializers.CharField()
    name = TextSerializer()


class FrameworkSummarySerializer(Shape):
    """A version of a competency framework."""

    key = serializers.CharField(help_text="id/version")
    id = serializers.CharField()
    version = serializers.CharField()
    title = TextSerializer()
    status = serializers.CharField(help_text="working, official, neutral")


class FrameworkSerializer(FrameworkSummarySerializer):
    """A version of a competency framework with its skills."""

    notice = TextSerializer(help_text="must be said wherever the framework is shown")
    groups = SkillGroupSerializer(many=True)
    skills = SkillSerializer(many=True)


class FrameworkListSerializer(Shape):
    items = FrameworkSummarySerializer(many=True)
