from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0028_keep_notes_and_referrals")]

    operations = [migrations.RemoveField(model_name="member", name="note")]
