from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digiskills_integrations", "0002_credentials")]
    operations = []
