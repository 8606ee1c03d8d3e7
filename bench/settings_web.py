"""The site as in production, on the benchmark's database, with one address more: the floor."""

from bench.scratch import NAME
from loyalty_site.settings import *  # noqa: F403
from loyalty_site.settings import DATABASES

DATABASES["default"]["NAME"] = NAME
ROOT_URLCONF = "bench.urls"
LOOKUPS_PER_HOUR = 1_000_000
API_REQUESTS_PER_MINUTE = 1_000_000  # counted as ever, and never reached
