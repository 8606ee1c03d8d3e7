"""Settings of a real worker that the tests start: the test's own database, and the test's kinds of job."""

from loyalty_site.settings_test import *  # noqa: F403
from loyalty_site.tests.kind_names import KINDS, OTHERS

JOB_KINDS = KINDS | OTHERS
NIGHT_CALENDAR = "loyalty_site.tests.kinds.young_shops"
SWEEPS: list[str] = []
