from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digiskills_grading", "0002_evidence_sources")]

    operations: list[object] = []
