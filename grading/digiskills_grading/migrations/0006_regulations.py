from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0005_counters")]

    operations: list[object] = []
