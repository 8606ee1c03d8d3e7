"""What pages of the second factor must know. `{% load second_factor %}`."""

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from loyalty_site import second_factor

register = template.Library()


@register.simple_tag(takes_context=True)
def second_factor_owed(context: Context) -> bool:
    """Whether the person was sent here because their role asks for a second factor, and has not given it yet."""
    request = context["request"]
    return second_factor.is_owed(request) and second_factor.AFTERWARDS in request.session


@register.simple_tag(takes_context=True)
def after_second_factor(context: Context) -> str:
    """Where the person was going when a second factor came in between."""
    place = context["request"].session.get(second_factor.AFTERWARDS, "")
    is_ours = url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return place if is_ours else reverse(settings.LOGIN_REDIRECT_URL)
