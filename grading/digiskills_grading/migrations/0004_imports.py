from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0003_inbox")]

    operations: list[object] = []
