from __future__ import annotations

from django.db import migrations, models

from digiskills_integrations.fields import CodeField


class Migration(migrations.Migration):
    dependencies = [("digiskills_integrations", "0003_outbox")]
    operations = [
        migrations.CreateModel(
            name="VerifiedIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learner_public_id", CodeField(max_length=26, unique=True)),
                ("scheme", CodeField(max_length=32)),
                ("number", models.TextField()),
                ("number_index", CodeField(max_length=64, unique=True)),
                ("index_key", CodeField(max_length=16)),
                ("is_test", models.BooleanField(help_text="A number that no authority gives; for sandboxes only.")),
                ("source", CodeField(help_text="How it was verified: a code such as vneid-login or desk-check.", max_length=64)),
                ("verified_at", models.DateTimeField()),
            ],
            options={"verbose_name_plural": "verified identities"},
        ),
        migrations.AddField(
            model_name="destination",
            name="registry_profile",
            field=CodeField(blank=True, default="", help_text="Key such as vn/vneid/1; empty: none.", max_length=64),
        ),
        migrations.AddField(
            model_name="destination",
            name="legal_basis",
            field=CodeField(blank=True, default="", help_text="On which this registry is told: a code of the pack.", max_length=64),
        ),
        migrations.AddField(
            model_name="destination",
            name="territory",
            field=CodeField(blank=True, default="", help_text="Codes of the admin units it is responsible for, commas.", max_length=500),
        ),
        migrations.AddField(
            model_name="destination",
            name="auth",
            field=models.TextField(blank=True, default="", help_text="How to sign in, as JSON, without secrets."),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=CodeField(
                choices=[
                    ("blocked", "Blocked"),
                    ("needs_identity", "Needs Identity"),
                    ("ready", "Ready"),
                    ("leased", "Leased"),
                    ("awaiting", "Awaiting"),
                    ("acknowledged", "Acknowledged"),
                    ("rejected", "Rejected"),
                    ("cancelled", "Cancelled"),
                    ("dead", "Dead"),
                ],
                max_length=16,
            ),
        ),
    ]
