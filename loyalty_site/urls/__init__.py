"""Every address of the site: the ground's own, then each app's, by area."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from loyalty_site.api import api
from loyalty_site.views import ground, look, reference, sessions

# allauth counts attempts, the admin's own sign-in page does not.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),  # first, because shops' systems ask most
    path("api/v1/openapi.json", reference.openapi, name="api-openapi"),
    path("", ground.landing, name="landing"),
    path("healthz", ground.healthz, name="healthz"),
    path("styleguide/", look.styleguide, name="styleguide"),
    path("demo/mail/", ground.demo_mail, name="demo-mail"),
    path("csp-report/", ground.csp_report, name="csp-report"),
    path("me/sessions/", sessions.me_sessions, name="me-sessions"),
    path("me/sessions/end/", sessions.me_sessions_end, name="me-sessions-end"),
    path("me/sessions/<int:session_id>/end/", sessions.me_session_end, name="me-session-end"),
    path("accounts/", include("loyalty_site.urls.accounts")),
    path("admin/", admin.site.urls),
    path("developers/", reference.reference, name="api-reference"),
    path("m/<slug:merchant>/", include("loyalty_site.urls.dashboard")),
    path("m/<slug:merchant>/", include("programs.urls.dashboard")),
    path("m/<slug:merchant>/", include("members.urls.dashboard")),
    path("m/<slug:merchant>/", include("rewards.urls.dashboard")),
    path("m/<slug:merchant>/", include("reports.urls.dashboard")),
    path("till/<slug:merchant>/", include("members.urls.till")),
    path("till/<slug:merchant>/", include("rewards.urls.till")),
    path("p/<slug:merchant>/", include("members.urls.portal")),
    path("p/<slug:merchant>/", include("rewards.urls.portal")),
    path("", include("programs.urls")),
    path("", include("members.urls")),
    path("", include("rewards.urls")),
    path("", include("reports.urls")),
]
