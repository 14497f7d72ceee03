from django.db import migrations, models

import digiskills_grading.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0006_regulations")]

    operations = [
        migrations.CreateModel(
            name="WorkerRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", digiskills_grading.fields.CodeField(max_length=100, unique=True)),
                ("ran_at", models.DateTimeField()),
            ],
            options={"verbose_name": "last run of a worker", "verbose_name_plural": "last runs of workers"},
        ),
        migrations.CreateModel(
            name="HeldCertificate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user_id", models.BigIntegerField()),
                ("course_key", digiskills_grading.fields.CodeField(max_length=255)),
                ("regulation", digiskills_grading.fields.CodeField(max_length=128)),
                ("audience", digiskills_grading.fields.CodeField(max_length=32)),
                ("held_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "certificate on hold",
                "verbose_name_plural": "certificates on hold",
                "constraints": [models.UniqueConstraint(fields=["user_id", "course_key"], name="dsg_held_certificate_once")],
            },
        ),
        migrations.CreateModel(
            name="SwitchChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", digiskills_grading.fields.CodeField(max_length=64)),
                ("is_on", models.BooleanField(verbose_name="on")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "turn of a switch",
                "verbose_name_plural": "switches",
                "indexes": [models.Index(fields=["name", "id"], name="dsg_switch_name")],
            },
        ),
    ]
