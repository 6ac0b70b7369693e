from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [("terminals", "0002_enrolment_parameters_status")]

    operations = [
        migrations.AddField(
            model_name="terminalbatch",
            name="is_whole",
            field=models.GeneratedField(
                db_persist=True,
                expression=RawSQL("received = int8multirange(int8range(1, upper(received)))", ()),
                output_field=models.BooleanField(),
                verbose_name="without gaps",
            ),
        ),
        migrations.AddIndex(
            model_name="terminalbatch",
            index=models.Index(
                condition=models.Q(("is_whole", False)), fields=["terminal", "batch_no"], name="terminals_batch_with_gaps"
            ),
        ),
    ]
