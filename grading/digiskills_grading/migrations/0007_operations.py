from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0006_regulations")]

    operations: list[object] = []
