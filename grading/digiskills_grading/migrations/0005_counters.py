from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0004_imports")]

    operations: list[object] = []
