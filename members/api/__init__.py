"""What the API offers of members: orders, refunds, people and their points."""

from ninja import Router

from members.api import orders

router = Router()
router.add_router("", orders.router)
