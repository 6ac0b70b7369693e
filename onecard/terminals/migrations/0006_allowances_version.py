from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("terminals", "0005_past_assignments")]

    operations = [
        migrations.AddField(
            "terminalstatus", "allowances_version", models.BigIntegerField(null=True, verbose_name="version of the allowances")
        ),
    ]
