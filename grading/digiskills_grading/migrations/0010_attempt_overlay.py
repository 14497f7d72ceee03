from django.db import migrations

import digiskills_grading.fields


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0009_course_items")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="overlay",
            field=digiskills_grading.fields.CodeField(blank=True, default="", max_length=40),
        ),
    ]
