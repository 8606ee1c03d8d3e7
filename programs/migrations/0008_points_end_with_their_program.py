from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0007_logos")]

    operations = [
        migrations.AddField(
            model_name="program",
            name="points_end_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
