import django.db.models.deletion
from django.db import migrations, models

import digiskills_grading.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0005_counters")]

    operations = [
        migrations.AddField(
            model_name="regulationversion",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="digiskills_grading.regulationversion",
            ),
        ),
        migrations.AddField(
            model_name="track",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="digiskills_grading.track",
            ),
        ),
        migrations.CreateModel(
            name="RegulationReview",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    digiskills_grading.fields.CodeField(
                        choices=[
                            ("open", "to be decided"),
                            ("kept", "stays completed"),
                            ("ended", "no longer completed"),
                            ("met", "met the new version meanwhile"),
                        ],
                        default="open",
                        max_length=5,
                    ),
                ),
                ("missing", models.TextField()),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("reason", digiskills_grading.fields.EncryptedTextField(blank=True, null=True)),
                (
                    "regulation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="digiskills_grading.regulationversion",
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="digiskills_grading.track",
                    ),
                ),
            ],
            options={
                "verbose_name": "completion in question",
                "verbose_name_plural": "completions in question",
                "constraints": [models.UniqueConstraint(fields=["track", "regulation"], name="dsg_regulation_review_once")],
            },
        ),
    ]
