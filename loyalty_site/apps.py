from django.apps import AppConfig

from loyalty_site.celery import app as celery_app

__all__ = ["LoyaltySiteConfig", "celery_app"]  # whoever sets Django up has the queue, too


class LoyaltySiteConfig(AppConfig):
    name = "loyalty_site"
    verbose_name = "Regulars"
