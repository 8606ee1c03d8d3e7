"""The dashboard's addresses of members, below /m/<merchant>/."""

from django.urls import URLPattern, path

from members.views.dashboard import (
    activity,
    adjusting,
    books,
    deeds,
    entries,
    lint,
    members,
    moves,
    notes,
    notices,
    preview,
    profile,
    seen,
    tiers,
    trying,
)

urlpatterns: list[URLPattern] = [
    path("members/", members.members, name="dashboard-members"),
    path("members/add/", members.member_add, name="dashboard-member-add"),
    path("members/<str:number>/", profile.member_show, name="dashboard-member-show"),
    path("members/<str:number>/note/", notes.member_note, name="dashboard-member-note"),
    path("members/<str:number>/notes/<int:note_id>/pin/", notes.note_pin, name="dashboard-note-pin"),
    path("members/<str:number>/notes/<int:note_id>/remove/", notes.note_remove, name="dashboard-note-remove"),
    path("members/<str:number>/segments/", deeds.member_segments, name="dashboard-member-segments"),
    path("members/<str:number>/events/", deeds.event_record, name="dashboard-event-record"),
    path("members/<str:number>/adjust/", adjusting.member_adjust, name="dashboard-member-adjust"),
    path("adjustments/<int:adjustment_id>/decide/", adjusting.adjustment_decide, name="dashboard-adjustment-decide"),
    path("adjustments/<int:adjustment_id>/undo/", adjusting.adjustment_undo, name="dashboard-adjustment-undo"),
    path("entries/<int:entry_id>/why/", entries.entry_why, name="dashboard-entry-why"),
    path("activity/", activity.activity, name="dashboard-activity"),
    path("notices/", notices.notices_unsent, name="dashboard-notices-unsent"),
    path("notices/mail/", notices.notices_mail, name="dashboard-notices-mail"),
    path("books/", books.books, name="dashboard-books"),
    path("program/<slug:code>/tiers/members/", tiers.tier_counts, name="dashboard-tier-counts"),
    path("program/<slug:code>/reach/", seen.program_reach, name="dashboard-program-reach"),
    path("program/<slug:code>/seen/", seen.program_seen, name="dashboard-program-seen"),
    path("program/<slug:code>/preview/", preview.program_preview, name="dashboard-program-preview"),
    path(
        "program/<slug:code>/preview/<slug:show>/<str:number>/<slug:language>/<path:page>",
        preview.program_preview_page,
        name="dashboard-program-preview-page",
    ),
    path("program/<slug:code>/lint/", lint.program_lint, name="dashboard-program-lint"),
    path("program/<slug:code>/moves/", moves.program_moves, name="dashboard-program-moves"),
    path("program/<slug:code>/notice/", moves.program_notice, name="dashboard-program-notice"),
    path("program/<slug:code>/try/", trying.program_try, name="dashboard-program-try"),
]
