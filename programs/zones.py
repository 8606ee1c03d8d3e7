"""Time zones by their IANA names, and what the countries that have them are called."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import Locale, get_global
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FALLBACK = "UTC"


def validate_zone(name: str) -> None:
    """Refuse a name that is not a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            _("“%(name)s” is not a time zone; choose one such as Europe/Warsaw.") % {"name": name}
        ) from error


@cache
def country_of_zone() -> dict[str, str]:
    """The country of each zone under its present name: Europe/Warsaw is PL."""
    zones = ((zone, country) for country, found in get_global("territory_zones").items() for zone in found)
    known = available_timezones()
    return {zone: country for zone, country in zones if zone in known and "/" in zone and not zone.startswith("Etc/")}


@cache
def former_names() -> dict[str, str]:
    """What zones used to be called, as browsers still call some: Asia/Kolkata was Asia/Calcutta."""
    known = country_of_zone()
    return {zone: name for name, zone in get_global("zone_aliases").items() if zone in known}


def present_name(name: str) -> str:
    """What a zone is called today."""
    return str(get_global("zone_aliases").get(name, name))


def by_region(kept: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones to choose from, by continent: (Europe, [(Europe/Warsaw, Warsaw), …]); `kept` must be among them."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted({*country_of_zone(), FALLBACK, kept or FALLBACK}):
        region, _slash, place = zone.partition("/")
        regions.setdefault(region, []).append((zone, (place or zone).replace("_", " ").replace("/", ", ")))
    return sorted(regions.items())


@cache
def countries(*, locale: str) -> list[tuple[str, str]]:
    """Countries to choose from, by name: (PL, Poland)."""
    names = Locale.parse(locale).territories
    known = {country for country in country_of_zone().values() if len(country) == 2 and country in names}
    return sorted(((code, names[code]) for code in known), key=lambda choice: choice[1].casefold())
