from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Mod


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("card_no", models.BigIntegerField(primary_key=True, serialize=False)),
                ("allowance_fen", models.IntegerField()),
                ("version", models.BigIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(allowance_fen__gte=0, allowance_fen__lte=5000), name="allowance_is_between_nothing_and_cap"
                    ),
                    models.CheckConstraint(
                        condition=Q(allowance_fen=F("allowance_fen") - Mod("allowance_fen", 500)), name="allowance_is_in_steps"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllowanceList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField()),
                ("listed_count", models.IntegerField()),
                ("checksum", models.BigIntegerField()),
                ("taken_at", models.DateTimeField(null=True)),
            ],
            options={"constraints": [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_allowance_list")]},
        ),
    ]
