from django.db import migrations


class Migration(migrations.Migration):
    """Tell the planner of the columns and indexes that members got, before somebody asks; a few seconds at a million."""

    dependencies = [("members", "0043_numbers_of_the_erased")]

    operations = [migrations.RunSQL("ANALYZE members_member", migrations.RunSQL.noop)]
