from django.db import migrations, models

import digiskills_grading.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0007_operations")]

    operations = [
        migrations.CreateModel(
            name="ApiRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user_id", models.BigIntegerField()),
                ("key", digiskills_grading.fields.CodeField(max_length=64)),
                ("fingerprint", digiskills_grading.fields.DigestField()),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("body", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "request to the REST API",
                "verbose_name_plural": "requests to the REST API",
                "constraints": [models.UniqueConstraint(fields=("user_id", "key"), name="dsg_api_request_once")],
            },
        ),
        migrations.CreateModel(
            name="DecisionSequence",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "sequence of decisions",
                "verbose_name_plural": "sequences of decisions",
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="place",
            field=models.BigIntegerField(blank=True, null=True, unique=True),
        ),
    ]
