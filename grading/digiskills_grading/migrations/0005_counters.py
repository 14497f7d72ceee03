from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import digiskills_grading.fields

FACTS = [
    ("learner", "learner"),
    ("tried", "tried"),
    ("completed", "completed"),
    ("confirmed", "confirmed"),
    ("household", "household"),
    ("household_covered", "household covered"),
]


def dimension_key(to: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0004_imports")]

    operations = [
        migrations.AlterModelOptions(
            name="counterdelta",
            options={
                "permissions": [
                    ("view_reports", "Can view the reports for officials"),
                    ("view_small_figures", "Can view figures of very few people in the reports"),
                ],
                "verbose_name": "counter delta",
                "verbose_name_plural": "counter deltas",
            },
        ),
        migrations.AddField(
            model_name="counterdelta",
            name="subject",
            field=digiskills_grading.fields.CodeField(blank=True, default="", max_length=128),
        ),
        migrations.AlterField(
            model_name="counterdelta",
            name="audience",
            field=digiskills_grading.fields.CodeField(blank=True, max_length=32),
        ),
        migrations.AlterField(
            model_name="counterdelta",
            name="fact",
            field=digiskills_grading.fields.CodeField(choices=FACTS, max_length=17),
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", digiskills_grading.fields.CodeField(blank=True, default="", max_length=128)),
                ("day", models.DateField()),
                ("unit", models.BigIntegerField()),
                ("audience", digiskills_grading.fields.CodeField(blank=True, max_length=32)),
                ("level", digiskills_grading.fields.CodeField(blank=True, max_length=8)),
                ("fact", digiskills_grading.fields.CodeField(choices=FACTS, max_length=17)),
                ("amount", models.BigIntegerField()),
                ("regulation", dimension_key("digiskills_grading.regulationversion")),
            ],
            options={
                "verbose_name": "counter",
                "verbose_name_plural": "counters",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("regulation", "subject", "day", "unit", "audience", "level", "fact"), name="dsg_counter_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterBook",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("rev", models.BigIntegerField(default=0)),
            ],
            options={"verbose_name": "state of the counters", "verbose_name_plural": "state of the counters"},
        ),
        migrations.CreateModel(
            name="CounterCheckpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", digiskills_grading.fields.CodeField(blank=True, default="", max_length=128)),
                ("day", models.DateField()),
                ("body", models.BinaryField()),
                ("regulation", dimension_key("digiskills_grading.regulationversion")),
            ],
            options={
                "verbose_name": "checkpoint of the counters",
                "verbose_name_plural": "checkpoints of the counters",
                "constraints": [models.UniqueConstraint(fields=("regulation", "subject", "day"), name="dsg_checkpoint_once")],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", digiskills_grading.fields.PublicIdField(unique=True)),
                ("rev", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "admin_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="digiskills_grading.adminunit",
                    ),
                ),
            ],
            options={"verbose_name": "household", "verbose_name_plural": "households"},
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="digiskills_grading.household"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="digiskills_grading.learner"),
                ),
            ],
            options={"verbose_name": "member of a household", "verbose_name_plural": "members of households"},
        ),
        migrations.CreateModel(
            name="MemberStanding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rule", digiskills_grading.fields.CodeField(max_length=128)),
                ("meets", models.BooleanField(default=False)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standings",
                        to="digiskills_grading.householdmember",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing of a member",
                "verbose_name_plural": "standings of members",
                "constraints": [models.UniqueConstraint(fields=("member", "rule"), name="dsg_standing_once")],
            },
        ),
        migrations.CreateModel(
            name="HouseholdCoverage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rule", digiskills_grading.fields.CodeField(max_length=128)),
                ("members", models.IntegerField(default=0)),
                ("meeting", models.IntegerField(default=0)),
                ("covered", models.BooleanField(default=False)),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverages",
                        to="digiskills_grading.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "coverage of a household",
                "verbose_name_plural": "coverage of households",
                "constraints": [models.UniqueConstraint(fields=("household", "rule"), name="dsg_coverage_once")],
            },
        ),
    ]
