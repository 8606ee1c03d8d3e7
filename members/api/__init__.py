"""What the API offers of members: orders, refunds, people and their points."""

from ninja import Router

from members.api import orders, people, points, refunds

router = Router()
for part in (orders, refunds, people, points):
    router.add_router("", part.router)
