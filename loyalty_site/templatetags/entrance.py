"""Who may open a shop, for pages outside of shops. `{% load entrance %}`."""

from django import template
from django.conf import settings
from django.utils.module_loading import import_string

from loyalty_site.models import User

register = template.Library()


@register.simple_tag
def sign_up_is_open() -> bool:
    """Whether strangers may sign up as owners of a new shop."""
    return bool(import_string(f"{settings.SIGN_UP_RULES}.is_open")())


@register.simple_tag
def may_open_shop(user: User) -> bool:
    """Whether this person may open a shop here, be it the first or another."""
    return bool(import_string(f"{settings.SIGN_UP_RULES}.may_open")(user))
