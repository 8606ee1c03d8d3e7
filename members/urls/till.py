"""The till's addresses of members, below /till/<merchant>/."""

from django.urls import URLPattern, path

from members.views.till import adjustments, cards, offline, operators, people, purchases, sending

urlpatterns: list[URLPattern] = [
    path("", people.home, name="till-home"),
    path("shell/", offline.shell, name="till-shell"),
    path("worker.js", offline.worker, name="till-worker"),
    path("operator/", operators.operator_switch, name="till-operator-switch"),
    path("find/", people.member_find, name="till-member-find"),
    path("members/add/", people.member_add, name="till-member-add"),
    path("cards/start/", cards.card_start, name="till-card-start"),
    path("members/<str:number>/", people.member_show, name="till-member-show"),
    path("members/<str:number>/preview/", purchases.purchase_preview, name="till-purchase-preview"),
    path("members/<str:number>/purchases/", purchases.purchase_record, name="till-purchase-record"),
    path("members/<str:number>/adjustments/", adjustments.points_adjust, name="till-points-adjust"),
    path("purchases/", sending.purchase_send, name="till-purchase-send"),
    path("purchases/<int:order_id>/undo/", purchases.purchase_undo, name="till-purchase-undo"),
    path("adjustments/<int:adjustment_id>/undo/", adjustments.adjustment_undo, name="till-adjustment-undo"),
]
