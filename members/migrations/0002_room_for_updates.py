from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in each page, so that a changed balance or lot stays beside its old row and no index is touched."""

    dependencies = [("members", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE members_account SET (fillfactor = 75); ALTER TABLE members_pointslot SET (fillfactor = 90);",
            "ALTER TABLE members_account RESET (fillfactor); ALTER TABLE members_pointslot RESET (fillfactor);",
        ),
    ]
