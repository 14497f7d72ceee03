"""Corrections, withdrawals and renewals of records, records of results, and names by version."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import digiskills_integrations.fields


def copy_last_day(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Confirmations issued before have one version, whose last day is theirs."""
    for version in apps.get_model("digiskills_integrations", "ConfirmationVersion").objects.exclude(valid_until=None).iterator():
        confirmations = apps.get_model("digiskills_integrations", "Confirmation").objects
        confirmations.filter(pk=version.confirmation_id).update(valid_until=version.valid_until)


class Migration(migrations.Migration):
    dependencies = [("digiskills_integrations", "0004_registries")]

    operations = [
        migrations.AlterModelOptions(
            name="confirmation",
            options={
                "permissions": [("change_record", "Can correct, withdraw, reinstate and renew issued records")],
                "verbose_name": "confirmation",
                "verbose_name_plural": "confirmations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="confirmation",
            name="digiskills_confirmation_issue",
        ),
        migrations.AddField(
            model_name="confirmation",
            name="final",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="record_type",
            field=digiskills_integrations.fields.CodeField(
                choices=[("confirmation", "confirmation of completion"), ("result", "result of the assessment")],
                default="confirmation",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="review",
            field=digiskills_integrations.fields.CodeField(
                blank=True, choices=[("decision_fell_back", "the decision has fallen back")], default="", max_length=32
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="valid_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="confirmationevent",
            name="actor",
            field=digiskills_integrations.fields.CodeField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="confirmationevent",
            name="note",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddField(
            model_name="confirmationevent",
            name="reason",
            field=digiskills_integrations.fields.CodeField(
                blank=True,
                choices=[
                    ("data_error", "wrong data"),
                    ("name_changed", "the holder's name was wrong or has changed"),
                    ("key_replaced", "signed again with another key"),
                    ("assessment_annulled", "the assessment was annulled"),
                    ("fraud", "fraud"),
                    ("holder_request", "asked for by the holder"),
                    ("under_review", "under review"),
                    ("review_ended", "the review found it right"),
                    ("decision_fell_back", "the requirements are no longer met"),
                    ("new_decision", "a newer decision"),
                    ("period_ended", "its period has ended"),
                    ("period_extended", "its period was extended"),
                ],
                default="",
                max_length=32,
            ),
        ),
        migrations.AddField(
            model_name="holder",
            name="from_version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="confirmation",
            name="status",
            field=digiskills_integrations.fields.CodeField(
                choices=[("valid", "valid"), ("withdrawn", "withdrawn"), ("expired", "expired")], default="valid", max_length=16
            ),
        ),
        migrations.AlterField(
            model_name="confirmationevent",
            name="type",
            field=digiskills_integrations.fields.CodeField(
                choices=[
                    ("issued", "issued"),
                    ("corrected", "corrected"),
                    ("withdrawn", "withdrawn"),
                    ("reinstated", "reinstated"),
                    ("expired", "expired"),
                    ("renewed", "renewed"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="holder",
            name="confirmation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="holders", to="digiskills_integrations.confirmation"
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                fields=("learner_public_id", "regulation", "audience", "record_type", "issue_no"), name="digiskills_record_issue"
            ),
        ),
        migrations.AddConstraint(
            model_name="holder",
            constraint=models.UniqueConstraint(fields=("confirmation", "from_version"), name="digiskills_holder_version"),
        ),
        migrations.AddIndex(
            model_name="confirmation",
            index=models.Index(fields=["status", "valid_until", "id"], name="digiskills_record_end"),
        ),
        migrations.RunPython(copy_last_day, migrations.RunPython.noop),
    ]
