"""Keeping what was seen: one open alert for each kind and person, until somebody has looked into it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import compress
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from loyalty_site import auditing
from programs.models import Merchant, Role, Staff
from reports.models import RadarAlert
from reports.radar.looking import Sighting

SETTLED = "radar-settled"
Subject = tuple[str, int | None, int | None]


@transaction.atomic
def keep(merchant: Merchant, sightings: Iterable[Sighting], day: date) -> int:
    """Open an alert for each sighting, or add to the one that is open; say how many are new.

    What was settled is not brought up again: only what was done since counts. The same day twice changes nothing.
    """
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    settled = last_settled(merchant)
    fresh = (since(sighting, settled.get(subject_of(sighting))) for sighting in sightings)
    return sum(put(merchant, sighting, day) for sighting in fresh if len(sighting.ids) >= sighting.least)


def subject_of(sighting: Sighting) -> Subject:
    return sighting.kind, sighting.staff_id, sighting.member_id


def last_settled(merchant: Merchant) -> dict[Subject, datetime]:
    """When somebody last settled an alert, by kind and whom it was about."""
    found = merchant.radar_alerts.exclude(settled_at=None).values_list("kind", "staff_id", "member_id")
    return {(kind, staff, member): at for kind, staff, member, at in found.annotate(at=Max("settled_at")).order_by()}


def since(sighting: Sighting, settled_at: datetime | None) -> Sighting:
    if settled_at is None:
        return sighting
    is_fresh = [at > settled_at for at in sighting.at]
    return replace(sighting, ids=list(compress(sighting.ids, is_fresh)))


def put(merchant: Merchant, sighting: Sighting, day: date) -> bool:
    """Whether the alert is new."""
    about: dict[str, Any] = {"staff_id": sighting.staff_id, "member_id": sighting.member_id, "settled_at": None}
    alert, is_new = RadarAlert.objects.get_or_create(
        merchant=merchant,
        kind=sighting.kind,
        **about,
        defaults={"first_on": day, "last_on": day, "evidence": sighting.ids, "share": sighting.share},
    )
    if not is_new and not set(sighting.ids) <= set(alert.evidence):
        alert.evidence = sorted({*alert.evidence, *sighting.ids})
        alert.last_on, alert.share = max(alert.last_on, day), sighting.share
        alert.save(update_fields=["evidence", "last_on", "share"])
    return is_new


def open_for(staff: Staff) -> QuerySet[RadarAlert]:
    """The open alerts that a person may look into."""
    return visible_to(staff, RadarAlert.objects.filter(merchant=staff.merchant_id, settled_at=None))


def visible_to(staff: Staff, alerts: QuerySet[RadarAlert]) -> QuerySet[RadarAlert]:
    """The owner sees all alerts, a manager those about others below the owner."""
    alerts = alerts.select_related("staff__user", "member", "merchant")
    if staff.role < Role.OWNER:
        alerts = alerts.exclude(staff=staff).exclude(staff__role=Role.OWNER)
    return alerts


def settle(alert: RadarAlert, *, finding: str, note: str, by: Staff, now: datetime) -> bool:
    """Close an alert with what was found; whoever comes second changes nothing, and is told so by False.

    The note, which may name people, stands with the alert alone: events are final.
    """
    is_first = RadarAlert.objects.filter(pk=alert.pk, settled_at=None).update(
        settled_at=now, settled_by=by, finding=finding, note=note
    )
    if is_first:
        auditing.record(
            SETTLED,
            merchant=alert.merchant_id,
            actor=by.user,
            at=now,
            subject=alert.kind,
            alert=alert.pk,
            finding=finding,
        )
    return bool(is_first)


def forget(member_ids: Collection[int], *, now: datetime) -> None:
    """Empty what was noted about alerts on members who are erased; the finding stays."""
    RadarAlert.objects.filter(member__in=member_ids).exclude(note="").update(note="")
