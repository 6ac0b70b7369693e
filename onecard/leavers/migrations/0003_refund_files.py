import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leavers", "0002_unclaimed"),
        ("people", "0004_bank_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="leaver",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.bankaccount",
                verbose_name="bank account",
            ),
        ),
        migrations.CreateModel(
            name="RefundFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_by", models.CharField(max_length=150, verbose_name="made by")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("newest_account_at", models.DateTimeField(verbose_name="newest account entered at")),
                ("total_fen", models.BigIntegerField(verbose_name="total")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="leavers.leaverbatch",
                        verbose_name="batch of leavers",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment file of refunds",
                "verbose_name_plural": "payment files of refunds",
            },
        ),
        migrations.AddField(
            model_name="leaver",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leavers",
                to="leavers.refundfile",
                verbose_name="payment file",
            ),
        ),
        migrations.AddConstraint(
            model_name="leaver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account", None), ("file", None)),
                    models.Q(("account__isnull", False), ("file__isnull", False)),
                    _connector="OR",
                ),
                name="refund_in_a_file_has_an_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="refundfile",
            constraint=models.UniqueConstraint(fields=("batch", "newest_account_at"), name="refunds_go_into_one_file"),
        ),
        migrations.AddConstraint(
            model_name="refundfile",
            constraint=models.CheckConstraint(condition=models.Q(("total_fen__gt", 0)), name="refund_file_pays_something"),
        ),
    ]
