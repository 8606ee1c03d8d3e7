"""What the API offers of members: orders, refunds, people and their points."""

from ninja import Router

from members.api import events, orders, people, points, refunds

router = Router()
for part in (orders, refunds, people, points, events):
    router.add_router("", part.router)
