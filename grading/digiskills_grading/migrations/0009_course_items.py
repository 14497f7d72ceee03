from django.db import migrations, models

import digiskills_grading.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0008_rest_api")]

    operations = [
        migrations.CreateModel(
            name="CourseSnapshot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("course_key", digiskills_grading.fields.CodeField(max_length=255, unique=True)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(db_index=True)),
                ("wait_seconds", models.PositiveIntegerField(default=0)),
                ("digest", digiskills_grading.fields.DigestField(blank=True, null=True)),
                ("body", models.TextField(blank=True, default="")),
            ],
            options={"verbose_name": "figures of a course", "verbose_name_plural": "figures of courses"},
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["context", "id"], name="dsg_attempt_context"),
        ),
        migrations.AddIndex(
            model_name="blockscore",
            index=models.Index(fields=["context", "id"], name="dsg_block_score_context"),
        ),
    ]
