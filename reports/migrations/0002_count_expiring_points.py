from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="fillmark",
            name="expiring_members",
            field=models.PositiveIntegerField(default=0, help_text="How many members hold them."),
        ),
        migrations.AddField(
            model_name="fillmark",
            name="expiring_points",
            field=models.BigIntegerField(default=0, help_text="Open points that expire in the 30 days after."),
        ),
    ]
