from __future__ import annotations

from django.db import migrations, models

import digiskills_integrations.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_integrations", "0002_credentials")]
    operations = [
        migrations.AddField(
            model_name="destination",
            name="idempotency",
            field=digiskills_integrations.fields.CodeField(choices=[("key", "Key"), ("none", "None")], default="key", max_length=8),
        ),
        migrations.AddField(
            model_name="destination",
            name="rate_per_minute",
            field=models.PositiveIntegerField(blank=True, help_text="At most so many events a minute; empty: no limit.", null=True),
        ),
        migrations.AddField(model_name="destination", name="failures", field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name="destination", name="paused_until", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="destination", name="rate_free_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="delivery", name="handed_over_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="delivery",
            name="handed_over_as",
            field=digiskills_integrations.fields.CodeField(
                blank=True, default="", help_text="Under which the registry's answer will be found.", max_length=64
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=digiskills_integrations.fields.CodeField(
                choices=[
                    ("blocked", "Blocked"),
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
