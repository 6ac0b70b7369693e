from django.db import migrations, models
from django.db.models import Q

WORDS = (("disabled_for", "disabled because", 200), ("disabled_by", "disabled by", 150))


class Migration(migrations.Migration):
    dependencies = [("terminals", "0003_whole_batches")]

    operations = [
        *(
            migrations.AddField(
                model_name="terminal",
                name=name,
                field=models.CharField(blank=True, default="", max_length=length, verbose_name=title),
                preserve_default=False,
            )
            for name, title, length in WORDS
        ),
        migrations.AddField(
            model_name="terminal",
            name="disabled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="disabled at"),
        ),
        migrations.AddConstraint(
            model_name="terminal",
            constraint=models.CheckConstraint(
                condition=Q(state=2) | Q(disabled_for="", disabled_by="", disabled_at=None),
                name="enabled_terminal_has_no_reason_to_be_disabled",
            ),
        ),
    ]
