from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_held_records_are_settled_once"),
    ]

    operations = [
        migrations.AlterField(
            model_name="transfer",
            name="kind",
            field=models.SmallIntegerField(
                choices=[
                    (1, "Purchase"),
                    (2, "Bank transfer"),
                    (3, "Cash deposit"),
                    (4, "Subsidy grant"),
                    (5, "Subsidy taken back"),
                    (6, "Withdrawal"),
                    (7, "Card fee"),
                    (8, "Card deposit"),
                    (9, "Reversal"),
                    (10, "Correction"),
                    (11, "Settlement"),
                    (12, "Leaver's refund"),
                ],
                verbose_name="kind",
            ),
        ),
    ]
