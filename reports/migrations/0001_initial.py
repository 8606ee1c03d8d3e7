import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FillMark",
            fields=[
                (
                    "merchant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fill_mark",
                        serialize=False,
                        to="programs.merchant",
                    ),
                ),
                ("closed_on", models.DateField(null=True)),
                (
                    "filled_at",
                    models.DateTimeField(
                        help_text="By the clock of the database, when the last fill began.", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DailyKpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("order_count", models.PositiveIntegerField(default=0)),
                ("sales", models.DecimalField(decimal_places=3, default=0, max_digits=16)),
                ("refunds", models.DecimalField(decimal_places=3, default=0, max_digits=16)),
                ("points_earned", models.BigIntegerField(default=0)),
                (
                    "points_redeemed",
                    models.BigIntegerField(default=0, help_text="Net of what cancelled vouchers gave back."),
                ),
                ("points_expired", models.BigIntegerField(default=0)),
                ("points_clawed_back", models.BigIntegerField(default=0)),
                ("points_adjusted", models.BigIntegerField(default=0)),
                ("points_moved", models.BigIntegerField(default=0, help_text="Transfers and forfeits, signed.")),
                (
                    "points_outstanding",
                    models.BigIntegerField(default=0, help_text="All points held when the day ended."),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="daily_kpis", to="programs.merchant"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant", "day"), name="daily_kpi_once_per_day")],
            },
        ),
        migrations.CreateModel(
            name="WindowKpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("weeks", models.PositiveSmallIntegerField()),
                (
                    "active_count",
                    models.PositiveIntegerField(default=0, help_text="Members with an order in these weeks."),
                ),
                (
                    "previous_count",
                    models.PositiveIntegerField(default=0, help_text="The same, as many weeks earlier."),
                ),
                ("returned_count", models.PositiveIntegerField(default=0, help_text="Members with an order in both.")),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="window_kpis", to="programs.merchant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "weeks", "day"), name="window_kpi_once_per_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_count__lte", models.F("active_count")),
                            ("returned_count__lte", models.F("previous_count")),
                        ),
                        name="window_kpi_returned_within_both",
                    ),
                ],
            },
        ),
    ]
