"""Shapes of what is recorded of learners."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from digiskills_grading.data import Reason
from digiskills_grading.rest_api.v1.shapes import MilliField, Shape, TimeField


class LearnerSerializer(Shape):
    """A learner, without a name."""

    id = serializers.CharField(help_text="26 characters; never changes")
    admin_unit = serializers.CharField(allow_null=True, help_text="code of the country pack")
    has_account = serializers.BooleanField(help_text="whether the learner has an account of the platform")
    created_at = TimeField()


class EvidenceSerializer(Shape):
    """One scored observation of one skill. Never changed: what was wrong is taken back by a later entry."""

    id = serializers.CharField(help_text="SHA-256, unique")
    learner = serializers.CharField()
    skill = serializers.CharField()
    facet = serializers.CharField(allow_null=True, help_text="null for the skill as a whole")
    kind = serializers.CharField(help_text="score, hazard, retraction, exemption; more may come")
    # The names of some fields are those of attributes of the framework's classes, which takes fields out of the class.
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="attempt, block, import, observation, exemption; more may come"
    )
    value_milli = MilliField()
    level = serializers.CharField(allow_null=True)
    practical = serializers.BooleanField(help_text="practice; false for knowledge")
    assurance = serializers.CharField(help_text="self, imported, assisted, supervised, observed")
    retracts = serializers.CharField(allow_null=True, help_text="id of the entry that a retraction takes back")
    excluded_reason = serializers.CharField(allow_null=True, help_text="not null: counts nowhere, and why")
    course_key = serializers.CharField(allow_null=True)
    usage_key = serializers.CharField(allow_null=True)
    attempt = serializers.CharField(allow_null=True)
    session = serializers.CharField(allow_null=True, help_text="the class session at which it was observed")
    occurred_at = TimeField(help_text="when the learner did it")
    recorded_at = TimeField(help_text="when it was written down here")


class SkillMasterySerializer(Shape):
    """State of one skill on a track."""

    skill = serializers.CharField()
    state = serializers.CharField(help_text="not_assessed, not_yet, mastered, expired, exempt; more may come")
    value_milli = MilliField(allow_null=True)
    since = TimeField(allow_null=True, help_text="when it was mastered")
    expires_at = TimeField(allow_null=True)


class TrackSerializer(Shape):
    """A learner's way under one regulation as one audience."""

    learner = serializers.CharField()
    regulation = serializers.CharField(help_text="id/version")
    audience = serializers.CharField()
    school_level = serializers.CharField(allow_null=True)
    status = serializers.CharField(help_text="undecided, not_yet, completed, withdrawn")
    decision_n = serializers.IntegerField(min_value=0, help_text="number of the newest decision; 0 before the first")
    next_review_at = TimeField(allow_null=True, help_text="when the state may change by itself")
    skills = SkillMasterySerializer(many=True, help_text="skills that were ever assessed")


class ReasonSerializer(Shape):
    """Why a decision is as it is."""

    code = serializers.CharField()
    params = serializers.SerializerMethodField()

    @extend_schema_field(
        {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}],
            },
        }
    )
    def get_params(self, reason: Reason) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in reason.params.items()}


class DecisionSerializer(Shape):
    """A decision. Never changed: the next one has a higher n."""

    learner = serializers.CharField(source="decision.learner_public_id")
    regulation = serializers.CharField(source="decision.regulation", help_text="id/version")
    audience = serializers.CharField(source="decision.audience")
    n = serializers.IntegerField(source="decision.n", min_value=1, help_text="counts the decisions of a track from 1")
    status = serializers.CharField(source="decision.status", help_text="not_yet, completed, withdrawn")
    school_level = serializers.CharField(allow_null=True, help_text="of the learner when it was made")
    reasons = ReasonSerializer(source="decision.reasons", many=True)
    digest = serializers.CharField(source="decision.digest", help_text="equal for equal status and reasons")
    decided_at = TimeField(source="decision.decided_at")


class _PageSerializer(Shape):
    next = serializers.CharField(help_text="cursor after this page, also of the last one: come again with it for what is new")
    more = serializers.BooleanField(help_text="whether there is more already")


class EvidencePageSerializer(_PageSerializer):
    items = EvidenceSerializer(many=True)


class TrackPageSerializer(_PageSerializer):
    items = TrackSerializer(many=True)


class DecisionPageSerializer(_PageSerializer):
    items = DecisionSerializer(many=True)
