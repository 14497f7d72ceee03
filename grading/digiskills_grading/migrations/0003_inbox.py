import django.db.models.deletion
from django.db import migrations, models

import digiskills_grading.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0002_evidence_sources")]

    operations = [
        migrations.CreateModel(
            name="BlockMapping",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "course_pattern",
                    digiskills_grading.fields.CodeField(
                        help_text="* stands for any text: course-v1:MayTrang+KNS1+*", max_length=255, verbose_name="course pattern"
                    ),
                ),
                (
                    "select",
                    digiskills_grading.fields.CodeField(
                        choices=[
                            ("any", "all blocks of the course"),
                            ("type", "type"),
                            ("upstream", "block of a library"),
                            ("id", "block id"),
                            ("usage", "full key"),
                        ],
                        default="id",
                        max_length=8,
                        verbose_name="blocks by",
                    ),
                ),
                (
                    "block_pattern",
                    digiskills_grading.fields.CodeField(
                        default="*", help_text="* stands for any text: final-quiz-*", max_length=255, verbose_name="block pattern"
                    ),
                ),
                ("skill", digiskills_grading.fields.CodeField(max_length=32, verbose_name="skill")),
                ("facet", digiskills_grading.fields.CodeField(blank=True, default="", max_length=32, verbose_name="facet")),
                ("level", digiskills_grading.fields.CodeField(blank=True, max_length=8, null=True, verbose_name="school level")),
                (
                    "practical",
                    models.BooleanField(
                        default=False,
                        help_text="The learner does it. Leave empty for questions about it (knowledge).",
                        verbose_name="practical",
                    ),
                ),
                (
                    "assurance",
                    digiskills_grading.fields.CodeField(
                        choices=[
                            ("self", "alone"),
                            ("assisted", "with help"),
                            ("supervised", "under supervision"),
                            ("observed", "observed by an assessor"),
                            ("imported", "from elsewhere"),
                        ],
                        default="self",
                        max_length=16,
                        verbose_name="assurance",
                    ),
                ),
                (
                    "regulation",
                    digiskills_grading.fields.CodeField(blank=True, default="", max_length=128, verbose_name="regulation to join"),
                ),
                (
                    "audience",
                    digiskills_grading.fields.CodeField(blank=True, default="", max_length=32, verbose_name="audience to join"),
                ),
                ("active_from", models.DateTimeField(blank=True, null=True, verbose_name="scores from")),
                ("active_to", models.DateTimeField(blank=True, null=True, verbose_name="scores before")),
                ("created_by_id", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "mapped blocks",
                "verbose_name_plural": "mapped blocks",
            },
        ),
        migrations.CreateModel(
            name="Inbox",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user_id", models.BigIntegerField()),
                ("course_key", digiskills_grading.fields.CodeField(max_length=255)),
                ("usage_key", digiskills_grading.fields.CodeField(max_length=255)),
                ("earned", models.FloatField(null=True)),
                ("possible", models.FloatField(null=True)),
                ("modified_at", models.DateTimeField()),
                ("backfill", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", digiskills_grading.fields.CodeField(blank=True, default="", max_length=64)),
            ],
            options={
                "verbose_name": "score to look at",
                "verbose_name_plural": "scores to look at",
                "indexes": [models.Index(fields=["not_before", "id"], name="dsg_inbox_due")],
            },
        ),
        migrations.CreateModel(
            name="BlockScore",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("value_milli", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("modified_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "context",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="digiskills_grading.context",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="digiskills_grading.learner",
                    ),
                ),
            ],
            options={
                "verbose_name": "score of another block",
                "verbose_name_plural": "scores of other blocks",
                "constraints": [models.UniqueConstraint(fields=["learner", "context"], name="dsg_block_score_once")],
            },
        ),
    ]
