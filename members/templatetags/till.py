"""What the till's pages carry for the browser."""

from django import template

from programs.models import Staff
from programs.staffing.marks import mark_of

register = template.Library()


@register.simple_tag
def operator_mark(staff: Staff) -> str:
    """A signed note of who is at the till, which kept purchases are sent with."""
    return mark_of(staff)
