from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0003_state_before_loss"),
    ]

    operations = [
        migrations.CreateModel(
            name="BlacklistChange",
            fields=[
                ("version", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="blacklist version")),
                ("card_no", models.BigIntegerField(verbose_name="card number")),
                ("is_listed", models.BooleanField(verbose_name="on the blacklist")),
                (
                    "reason",
                    models.SmallIntegerField(
                        choices=[(1, "Issued"), (2, "Active"), (3, "Lost"), (4, "Frozen"), (5, "Cancelled")],
                        verbose_name="reason",
                    ),
                ),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("listed_count", models.IntegerField(verbose_name="cards on the blacklist")),
                ("checksum", models.BigIntegerField(verbose_name="checksum")),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blacklist_changes",
                        to="cards.card",
                        verbose_name="card",
                    ),
                ),
            ],
            options={
                "verbose_name": "blacklist change",
                "verbose_name_plural": "blacklist changes",
                "indexes": [
                    models.Index(fields=["card_no", "-version"], include=("is_listed", "reason"), name="blacklist_change_of_card")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_listed", True), ("reason__in", [3, 4, 5])),
                            models.Q(("is_listed", False), models.Q(("reason__in", [3, 4, 5]), _negated=True)),
                            _connector="OR",
                        ),
                        name="blacklist_lists_lost_frozen_cancelled",
                    ),
                    models.CheckConstraint(condition=models.Q(("version__gt", 0)), name="blacklist_version_is_positive"),
                    models.CheckConstraint(condition=models.Q(("listed_count__gte", 0)), name="blacklist_count_is_not_negative"),
                ],
            },
        ),
    ]
