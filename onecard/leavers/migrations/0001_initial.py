from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeaverBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("created_by", models.CharField(max_length=150, verbose_name="created by")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="frozen at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled at")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="refunds paid at")),
            ],
            options={
                "verbose_name": "batch of leavers",
                "verbose_name_plural": "batches of leavers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cancelled_at", None), ("frozen_at__lte", models.F("cancelled_at")), _connector="OR"),
                        name="leavers_freeze_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_at", None), ("cancelled_at__isnull", False), _connector="OR"),
                        name="leavers_are_cancelled_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Listed"),
                            (2, "Frozen"),
                            (3, "Nothing to refund"),
                            (4, "Owing"),
                            (5, "Refund payable"),
                            (6, "Refund paid"),
                            (7, "Refund failed"),
                            (8, "Claimed and paid"),
                        ],
                        default=1,
                        verbose_name="state",
                    ),
                ),
                ("refund_fen", models.BigIntegerField(default=0, verbose_name="refund")),
                ("subsidy_fen", models.BigIntegerField(default=0, verbose_name="subsidy taken back")),
                ("payments", models.SmallIntegerField(default=0, verbose_name="payments tried")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person", verbose_name="person"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leavers",
                        to="leavers.leaverbatch",
                        verbose_name="batch of leavers",
                    ),
                ),
            ],
            options={
                "verbose_name": "leaver",
                "verbose_name_plural": "leavers",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "person"), name="leaver_is_listed_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", [1, 2])), fields=("person",), name="leaver_is_in_one_open_batch"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refund_fen", 0), ("state__lt", 5)),
                            models.Q(("refund_fen__gt", 0), ("state__gte", 5)),
                            _connector="OR",
                        ),
                        name="refund_goes_with_state",
                    ),
                ],
            },
        ),
    ]
