from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cards", "0001_initial")]

    operations = [
        migrations.RunSQL("create sequence cards_blacklist_version", "drop sequence cards_blacklist_version"),
    ]
