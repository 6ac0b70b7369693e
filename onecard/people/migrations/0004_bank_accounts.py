import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_pinyin_of_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=80, verbose_name="account holder")),
                ("bank", models.CharField(blank=True, max_length=80, verbose_name="bank")),
                ("account_no", models.BinaryField(verbose_name="account number, sealed")),
                ("ending", models.CharField(max_length=8, verbose_name="account number")),
                ("entered_by", models.CharField(max_length=200, verbose_name="entered by")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                ("replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="replaced at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="people.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "bank account for refunds",
                "verbose_name_plural": "bank accounts for refunds",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)), fields=("person",), name="person_is_refunded_into_one_account"
                    )
                ],
            },
        ),
    ]
