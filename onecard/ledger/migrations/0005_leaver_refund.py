from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_alter_transfer_kind"),
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
                    (12, "Cash movement"),
                    (13, "Leaver's refund"),
                ],
                verbose_name="kind",
            ),
        ),
    ]
