from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0005_list_cards"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("create sequence cards_card_no start 2000000001", "drop sequence cards_card_no"),
        migrations.CreateModel(
            name="CardBox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("box_no", models.CharField(max_length=40, unique=True, verbose_name="box number")),
                ("count", models.IntegerField(verbose_name="cards")),
                ("first_no", models.BigIntegerField(blank=True, null=True, verbose_name="first number")),
                ("last_no", models.BigIntegerField(blank=True, null=True, verbose_name="last number")),
                ("supplier", models.CharField(blank=True, max_length=80, verbose_name="supplier")),
                ("received_by", models.CharField(max_length=150, verbose_name="received by")),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="received at"),
                ),
            ],
            options={
                "verbose_name": "box of blank cards",
                "verbose_name_plural": "boxes of blank cards",
            },
        ),
        migrations.CreateModel(
            name="CardJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("formal", "Formal"),
                            ("temporary", "Temporary"),
                            ("family", "Family"),
                            ("merchant_staff", "Merchant staff"),
                            ("test", "Test"),
                        ],
                        default="formal",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("created_by", models.CharField(max_length=150, verbose_name="created by")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
            ],
            options={
                "verbose_name": "card job",
                "verbose_name_plural": "card jobs",
            },
        ),
        migrations.CreateModel(
            name="CardStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("make", "Made"),
                            ("issue_card", "Issue a card"),
                            ("hand_out_card", "Hand out"),
                            ("activate_card", "Activate"),
                            ("report_loss", "Report loss"),
                            ("withdraw_loss_report", "Withdraw loss report"),
                            ("freeze_card", "Freeze"),
                            ("unfreeze_card", "Unfreeze"),
                            ("replace_card", "Replace"),
                            ("extend_card", "Extend"),
                            ("return_card", "Take back"),
                            ("scrap_card", "Scrap"),
                            ("cancel_card", "Cancel card"),
                        ],
                        max_length=24,
                        verbose_name="step",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("made", "Made"),
                            ("issued", "Issued"),
                            ("active", "Active"),
                            ("lost", "Lost"),
                            ("frozen", "Frozen"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                            ("returned", "Returned"),
                            ("scrapped", "Scrapped"),
                        ],
                        max_length=16,
                        verbose_name="stage after it",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("by", models.CharField(max_length=150, verbose_name="by")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "step of a card",
                "verbose_name_plural": "steps of cards",
            },
        ),
        migrations.CreateModel(
            name="HandOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("closes_on", models.DateField(verbose_name="closes on")),
                ("opened_by", models.CharField(max_length=150, verbose_name="opened by")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closed_by", models.CharField(blank=True, max_length=150, verbose_name="closed by")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
            ],
            options={
                "verbose_name": "batch to hand out",
                "verbose_name_plural": "batches to hand out",
            },
        ),
        migrations.CreateModel(
            name="HandOutCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("desk", models.CharField(blank=True, max_length=40, verbose_name="desk")),
                ("handed_out_at", models.DateTimeField(blank=True, null=True, verbose_name="handed out at")),
                ("handed_out_by", models.CharField(blank=True, max_length=150, verbose_name="handed out by")),
            ],
            options={
                "verbose_name": "card to hand out",
                "verbose_name_plural": "cards to hand out",
            },
        ),
        migrations.CreateModel(
            name="JobCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("card_no", models.BigIntegerField(unique=True, verbose_name="card number")),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Queued"),
                            (2, "At the encoder"),
                            (3, "Encoded"),
                            (4, "Printed"),
                            (5, "Checked"),
                            (6, "Spoiled"),
                        ],
                        default=1,
                        verbose_name="state",
                    ),
                ),
                ("chip_no", models.CharField(blank=True, max_length=32, verbose_name="chip")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("changed_by", models.CharField(max_length=150, verbose_name="changed by")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "card of a job",
                "verbose_name_plural": "cards of jobs",
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("received", "Received from the maker"),
                            ("sent", "Sent with a slip"),
                            ("handed_over", "Receipt confirmed"),
                            ("sent_back", "Slip refused, sent back"),
                            ("to_desk", "Given to a desk"),
                            ("from_desk", "Taken back from a desk"),
                            ("personalised", "Personalised"),
                            ("issued", "Issued to a holder"),
                            ("returned", "Taken back from a holder"),
                            ("scrapped", "Scrapped"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("count", models.IntegerField(verbose_name="cards")),
                ("by", models.CharField(max_length=150, verbose_name="by")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "stock movement",
                "verbose_name_plural": "stock movements",
            },
        ),
        migrations.CreateModel(
            name="StockPile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("making", "Card-making centre"),
                            ("settlement", "Settlement centre"),
                            ("desk", "Desk"),
                            ("on_the_way", "On the way"),
                            ("issued", "With holders"),
                            ("scrapped", "Scrapped"),
                        ],
                        max_length=12,
                        verbose_name="place",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[("blank", "Blank"), ("personalised", "Personalised"), ("returned", "Taken back")],
                        max_length=12,
                        verbose_name="condition",
                    ),
                ),
                ("desk", models.CharField(blank=True, max_length=40, verbose_name="desk")),
                ("count", models.IntegerField(default=0, verbose_name="cards")),
            ],
            options={
                "verbose_name": "pile of cards",
                "verbose_name_plural": "piles of cards",
            },
        ),
        migrations.CreateModel(
            name="StockSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_place",
                    models.CharField(
                        choices=[
                            ("making", "Card-making centre"),
                            ("settlement", "Settlement centre"),
                            ("desk", "Desk"),
                            ("on_the_way", "On the way"),
                            ("issued", "With holders"),
                            ("scrapped", "Scrapped"),
                        ],
                        max_length=12,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_place",
                    models.CharField(
                        choices=[
                            ("making", "Card-making centre"),
                            ("settlement", "Settlement centre"),
                            ("desk", "Desk"),
                            ("on_the_way", "On the way"),
                            ("issued", "With holders"),
                            ("scrapped", "Scrapped"),
                        ],
                        max_length=12,
                        verbose_name="to",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[("blank", "Blank"), ("personalised", "Personalised"), ("returned", "Taken back")],
                        max_length=12,
                        verbose_name="condition",
                    ),
                ),
                ("count", models.IntegerField(verbose_name="cards")),
                (
                    "card_nos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name="card numbers"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("sent", "Waits for the receiver"), ("received", "Received"), ("refused", "Refused")],
                        default="sent",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("sent_by", models.CharField(max_length=150, verbose_name="sent by")),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("decided_by", models.CharField(blank=True, max_length=150, verbose_name="received by")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="received at")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "hand-over slip",
                "verbose_name_plural": "hand-over slips",
            },
        ),
        migrations.CreateModel(
            name="TestCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("card_no", models.BigIntegerField(unique=True, verbose_name="card number")),
                ("purpose", models.CharField(max_length=120, verbose_name="purpose")),
                ("registered_by", models.CharField(max_length=150, verbose_name="registered by")),
                (
                    "registered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="registered at"),
                ),
            ],
            options={
                "verbose_name": "test card",
                "verbose_name_plural": "test cards",
            },
        ),
        migrations.RemoveConstraint(
            model_name="card",
            name="one_formal_card_per_person",
        ),
        migrations.AddField(
            model_name="card",
            name="deposit_fen",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="deposit"),
        ),
        migrations.AddField(
            model_name="card",
            name="deposit_paid_by",
            field=models.CharField(
                blank=True,
                choices=[("purse", "From the cash purse"), ("counter", "In cash at the counter")],
                db_default="",
                max_length=8,
                verbose_name="deposit paid",
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="deposit_returned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="deposit returned at"),
        ),
        migrations.AddField(
            model_name="card",
            name="medium",
            field=models.SmallIntegerField(
                choices=[(1, "Made, in stock"), (2, "With its holder"), (3, "Taken back"), (4, "Scrapped")],
                db_default=2,
                default=2,
                verbose_name="medium",
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="pin_blocked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="PIN blocked at"),
        ),
        migrations.AddField(
            model_name="card",
            name="pin_day_fen",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="own day limit without PIN"),
        ),
        migrations.AddField(
            model_name="card",
            name="pin_single_fen",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="own limit without PIN"),
        ),
        migrations.AddField(
            model_name="card",
            name="pin_wrong_record",
            field=models.CharField(blank=True, db_default="", max_length=64, verbose_name="record of the last wrong PIN"),
        ),
        migrations.AddField(
            model_name="card",
            name="pin_wrong_tries",
            field=models.SmallIntegerField(db_default=0, default=0, verbose_name="wrong PINs in a row"),
        ),
        migrations.AddField(
            model_name="card",
            name="requested_by",
            field=models.CharField(blank=True, db_default="", max_length=80, verbose_name="unit that asked for it"),
        ),
        migrations.AddConstraint(
            model_name="cardbox",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="box_is_not_empty"),
        ),
        migrations.AddConstraint(
            model_name="cardbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_no", None), ("last_no", None)),
                    (
                        "last_no",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("first_no"), "+", models.F("count")),
                            "-",
                            models.Value(1),
                        ),
                    ),
                    _connector="OR",
                ),
                name="box_numbers_agree_with_count",
            ),
        ),
        migrations.AddField(
            model_name="cardstep",
            name="card",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="cards.card", verbose_name="card"
            ),
        ),
        migrations.AddConstraint(
            model_name="handout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_by", "")),
                    models.Q(("closed_at__isnull", False), models.Q(("closed_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="closed_hand_out_says_by_whom",
            ),
        ),
        migrations.AddField(
            model_name="handoutcard",
            name="card",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_out", to="cards.card", verbose_name="card"
            ),
        ),
        migrations.AddField(
            model_name="handoutcard",
            name="hand_out",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="cards.handout", verbose_name="batch"
            ),
        ),
        migrations.AddField(
            model_name="jobcard",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="cards.cardjob", verbose_name="job"
            ),
        ),
        migrations.AddField(
            model_name="jobcard",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person", verbose_name="person"
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="box",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="cards.cardbox", verbose_name="box"
            ),
        ),
        migrations.AddConstraint(
            model_name="stockpile",
            constraint=models.UniqueConstraint(fields=("place", "condition", "desk"), name="one_pile_per_place_and_condition"),
        ),
        migrations.AddConstraint(
            model_name="stockpile",
            constraint=models.CheckConstraint(condition=models.Q(("count__gte", 0)), name="pile_is_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="stockpile",
            constraint=models.CheckConstraint(
                condition=models.Q(("place", "desk"), ("desk", ""), _connector="XOR"), name="only_desks_have_names"
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="from_pile",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outgoing",
                to="cards.stockpile",
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="to_pile",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incoming",
                to="cards.stockpile",
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="pile",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards",
                to="cards.stockpile",
                verbose_name="pile",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("pin_single_fen__isnull", False)), fields=["card_no"], name="cards_card_own_limits"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "formal"), models.Q(("state", 5), _negated=True), models.Q(("medium", 1), _negated=True)
                ),
                fields=("person",),
                name="one_formal_card_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                condition=models.Q(("medium", 1)), fields=("person", "kind"), name="one_made_card_per_person_and_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "test"), _negated=True), name="test_card_is_no_persons_card"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("medium", 1), _negated=True), ("state", 1), _connector="OR"),
                name="made_card_buys_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("medium__in", [3, 4]), _negated=True), ("state", 5), _connector="OR"),
                name="card_that_came_back_is_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deposit_fen", 0), ("deposit_paid_by", "")),
                    models.Q(("deposit_fen__gt", 0), models.Q(("deposit_paid_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="deposit_says_how_it_was_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pin_wrong_tries__gte", 0), models.Q(("pin_blocked_at", None), ("pin_wrong_tries__gt", 0), _connector="OR")
                ),
                name="blocked_pin_was_wrong",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockslip",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="slip_is_not_empty"),
        ),
        migrations.AddConstraint(
            model_name="stockslip",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by", models.F("sent_by")), _negated=True), name="slip_is_handed_to_somebody_else"
            ),
        ),
        migrations.AddConstraint(
            model_name="stockslip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", ""), ("state", "sent")),
                    models.Q(
                        models.Q(("state", "sent"), _negated=True),
                        models.Q(("decided_by", ""), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="decided_slip_says_by_whom",
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="slip",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="cards.stockslip", verbose_name="slip"
            ),
        ),
        migrations.AddConstraint(
            model_name="testcard",
            constraint=models.CheckConstraint(condition=models.Q(("card_no__gt", 0)), name="test_card_number_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="handoutcard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handed_out_at", None), ("handed_out_by", "")),
                    models.Q(models.Q(("handed_out_by", ""), _negated=True), models.Q(("desk", ""), _negated=True)),
                    _connector="OR",
                ),
                name="handed_out_card_says_where_and_by_whom",
            ),
        ),
        migrations.AddIndex(
            model_name="jobcard",
            index=models.Index(fields=["job", "state", "id"], name="cards_jobcard_job_state"),
        ),
        migrations.AddConstraint(
            model_name="jobcard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", 6), _negated=True), fields=("job", "person"), name="one_good_card_per_person_and_job"
            ),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(fields=["on"], name="cards_stockmovement_on"),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="movement_is_not_empty"),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_pile", None), models.Q(("from_pile", models.F("to_pile")), _negated=True), _connector="OR"
                ),
                name="movement_has_two_piles",
            ),
        ),
    ]
