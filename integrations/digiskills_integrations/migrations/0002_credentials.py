from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import digiskills_integrations.fields

PURPOSES = [("revocation", "revocation"), ("suspension", "suspension")]


class Migration(migrations.Migration):
    dependencies = [("digiskills_integrations", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="confirmationversion",
            name="badge",
            field=models.TextField(null=True, help_text="The Open Badge with its proof; none on versions of before there were badges."),
        ),
        migrations.CreateModel(
            name="StatusList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", digiskills_integrations.fields.CodeField(choices=PURPOSES, max_length=16)),
                ("test_mark", models.BooleanField()),
                ("number", models.PositiveIntegerField(help_text="From 1 within purpose and test mark.")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "test_mark", "number"), name="digiskills_status_list_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", digiskills_integrations.fields.CodeField(choices=PURPOSES, max_length=16)),
                ("index", models.PositiveIntegerField()),
                ("version", models.PositiveSmallIntegerField()),
                ("value", models.BooleanField(default=False)),
                (
                    "confirmation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_entries",
                        to="digiskills_integrations.confirmation",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="digiskills_integrations.statuslist"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "status entries",
                "indexes": [models.Index(fields=["list", "value", "index"], name="digiskills_status_entry_set")],
                "constraints": [
                    models.UniqueConstraint(fields=("list", "index"), name="digiskills_status_entry_index"),
                    models.UniqueConstraint(fields=("confirmation", "version", "purpose"), name="digiskills_status_entry_version"),
                ],
            },
        ),
    ]
