"""The dashboard's addresses of programs and of the keys to them, below /m/<merchant>/."""

from django.urls import URLPattern, path

from programs.views.dashboard import (
    developer,
    earning,
    limits,
    moving,
    presets,
    program,
    publishing,
    rule_acts,
    rules,
    shop,
    stopping,
    tiers,
    versions,
    wording,
)

urlpatterns: list[URLPattern] = [
    path("program/", earning.program_show, name="dashboard-program-show"),
    path("program/add/", presets.program_add, name="dashboard-program-add"),
    path("program/<slug:code>/preset/", presets.program_preset, name="dashboard-program-preset"),
    path("program/<slug:code>/", earning.program_show, name="dashboard-program-show"),
    path("program/<slug:code>/edit/", program.program_edit, name="dashboard-program-edit"),
    path("program/<slug:code>/base/", earning.program_base, name="dashboard-program-base"),
    path("program/<slug:code>/rules/add/", rules.program_rule_add, name="dashboard-program-rule-add"),
    path("program/<slug:code>/rules/example/", rules.program_rule_example, name="dashboard-program-rule-example"),
    path("program/<slug:code>/rules/order/", rule_acts.program_rules_order, name="dashboard-program-rules-order"),
    path("program/<slug:code>/rules/restore/", rule_acts.program_rule_restore, name="dashboard-program-rule-restore"),
    path("program/<slug:code>/rules/<slug:rule>/edit/", rules.program_rule_edit, name="dashboard-program-rule-edit"),
    path(
        "program/<slug:code>/rules/<slug:rule>/pause/",
        rule_acts.program_rule_pause,
        name="dashboard-program-rule-pause",
    ),
    path(
        "program/<slug:code>/rules/<slug:rule>/duplicate/",
        rule_acts.program_rule_duplicate,
        name="dashboard-program-rule-duplicate",
    ),
    path(
        "program/<slug:code>/rules/<slug:rule>/remove/",
        rule_acts.program_rule_remove,
        name="dashboard-program-rule-remove",
    ),
    path("program/<slug:code>/tiers/", tiers.program_tiers, name="dashboard-program-tiers"),
    path("program/<slug:code>/tiers/start/", tiers.tiers_start, name="dashboard-tiers-start"),
    path("program/<slug:code>/tiers/stop/", tiers.tiers_stop, name="dashboard-tiers-stop"),
    path("program/<slug:code>/tiers/<slug:level>/remove/", tiers.tier_remove, name="dashboard-tier-remove"),
    path("program/<slug:code>/limits/", limits.program_limits, name="dashboard-program-limits"),
    path("program/<slug:code>/wording/", wording.program_wording, name="dashboard-program-wording"),
    path("program/<slug:code>/wording/preview/", wording.text_preview, name="dashboard-text-preview"),
    path("program/<slug:code>/publish/", publishing.program_publish, name="dashboard-program-publish"),
    path(
        "program/<slug:code>/draft/discard/", publishing.program_draft_discard, name="dashboard-program-draft-discard"
    ),
    path(
        "program/<slug:code>/draft/on-top/",
        publishing.program_draft_put_on_top,
        name="dashboard-program-draft-put-on-top",
    ),
    path("program/<slug:code>/versions/", versions.versions, name="dashboard-versions"),
    path("program/<slug:code>/versions/compare/", versions.versions_compare, name="dashboard-versions-compare"),
    path("program/<slug:code>/versions/<int:number>/", versions.version_show, name="dashboard-version-show"),
    path(
        "program/<slug:code>/versions/<int:number>/restore/", versions.version_restore, name="dashboard-version-restore"
    ),
    path(
        "program/<slug:code>/versions/<int:number>/withdraw/",
        versions.version_withdraw,
        name="dashboard-version-withdraw",
    ),
    path("program/<slug:code>/terms.yaml", moving.terms_export, name="dashboard-terms-export"),
    path("program/<slug:code>/import/", moving.terms_import, name="dashboard-terms-import"),
    path("program/<slug:code>/duplicate/", moving.program_duplicate, name="dashboard-program-duplicate"),
    path("program/<slug:code>/state/", stopping.program_state, name="dashboard-program-state"),
    path("program/<slug:code>/pause/", stopping.program_pause, name="dashboard-program-pause"),
    path("program/<slug:code>/resume/", stopping.program_resume, name="dashboard-program-resume"),
    path("program/<slug:code>/close/", stopping.program_close, name="dashboard-program-close"),
    path("program/<slug:code>/reopen/", stopping.program_reopen, name="dashboard-program-reopen"),
    path("shop/", shop.shop_edit, name="dashboard-shop-edit"),
    path("look/", shop.look_edit, name="dashboard-look-edit"),
    path("look/words/", shop.look_words, name="dashboard-look-words"),
    path("developer/", developer.developer, name="dashboard-developer"),
    path("developer/keys/add/", developer.key_make, name="dashboard-key-make"),
    path("developer/keys/<int:key_id>/revoke/", developer.key_revoke, name="dashboard-key-revoke"),
]
