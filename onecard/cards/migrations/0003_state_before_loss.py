from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0002_blacklist_version")]

    operations = [
        migrations.AddField(
            model_name="card",
            name="state_before_loss",
            field=models.SmallIntegerField(
                blank=True,
                choices=[(1, "Issued"), (2, "Active"), (3, "Lost"), (4, "Frozen"), (5, "Cancelled")],
                null=True,
                verbose_name="state before the loss",
            ),
        ),
    ]
