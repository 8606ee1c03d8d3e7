"""The WSGI door: what gunicorn loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")

application = get_wsgi_application()

# What is loaded by now stays: the collector need not look through it again while a thousand orders wait.
len(get_resolver().url_patterns)
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
