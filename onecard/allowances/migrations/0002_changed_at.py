from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("allowances", "0001_initial")]

    operations = [
        migrations.AddField("allowance", "changed_at", models.DateTimeField(db_default=Now())),
    ]
