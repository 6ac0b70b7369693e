from django.db import migrations

from onecard.people.pinyin import pinyin_of

BATCH = 2_000


def fill(apps, schema_editor):
    """Who was registered before names had a pinyin gets one."""
    people = apps.get_model("people", "Person").objects.using(schema_editor.connection.alias)
    last = 0
    while batch := list(people.filter(pk__gt=last).only("pk", "full_name").order_by("pk")[:BATCH]):
        for person in batch:
            person.pinyin, person.initials = pinyin_of(person.full_name)
        people.bulk_update(batch, ["pinyin", "initials"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("people", "0002_particulars_photos_rosters")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
