"""Addresses. Every room brings its own; the roof adds what needs several rooms at once."""

from django.contrib import admin
from django.urls import include, path

from accounts.views.entry import admin_door
from portal.views import (
    agenda,
    availability,
    chain_picture,
    charts,
    county_map,
    dashboard,
    days,
    display,
    findable,
    gallery,
    guide,
    health,
    home,
    matters,
    operations,
    policy,
    public,
    register,
    targets,
    what_if,
    workload,
)

handler500 = "portal.views.errors.server_error"

ROOMS = (
    "records.urls",
    "accounts.urls",
    "notices.urls",
    "institutes.urls",
    "projects.urls",
    "evaluation.urls",
    "funding.urls",
)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("display/", display.set_display, name="display"),
    path("ui/", gallery.gallery, name="ui"),  # both answer 404 outside DEBUG
    path("ui/<slug:kind>/", gallery.kind, name="ui-kind"),
    path("", home.home, name="home"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:code>/", dashboard.dashboard_of_division, name="dashboard-division"),
    path("chain-picture/", chain_picture.chain_picture, name="chain-picture"),
    path("map/", county_map.county_map, name="map"),
    path("charts/<slug:name>/<slug:kind>/", charts.chart_export, name="chart-export"),
    path("matters/", matters.matter_list, name="matters"),
    path("matters/export/<slug:kind>/", matters.matter_export, name="matter-export"),
    path("targets/", targets.targets, name="targets"),
    path("rounds/<int:pk>/what-if/", what_if.what_if, name="what-if"),
    path("rounds/<int:pk>/what-if/xlsx/", what_if.what_if_export, name="what-if-export"),
    path("directory/", public.directory, name="directory"),
    path("directory/export/<slug:kind>/", public.directory_export, name="directory-export"),
    path("directory/changes/", public.directory_changes, name="directory-changes"),
    path("directory/<int:pk>/", public.directory_institute, name="directory-institute"),
    path("verify/", public.verify, name="verify"),
    path("verify/<slug:code>/", public.verify_code, name="verify-code"),
    path("working-days/", days.day_list, name="days"),
    path("working-days/import/", days.day_import, name="day-import"),
    path("working-days/changes/<int:pk>/", days.day_change, name="day-change"),
    path(
        "working-days/changes/<int:pk>/export/<slug:kind>/", days.day_change_export, name="day-change-export"
    ),
    path("working-days/<int:pk>/remove/", days.day_remove, name="day-remove"),
    path("calendar/", agenda.calendar, name="calendar"),
    path("calendar/feed/", agenda.calendar_feed, name="calendar-feed"),
    path("calendar/feed/close/", agenda.calendar_feed_close, name="calendar-feed-close"),
    path("calendar/feed/<str:secret>.ics", agenda.calendar_file, name="calendar-file"),
    path("operations/", operations.operations, name="operations"),
    path("workload/", workload.workload, name="workload"),
    path("workload/people/", workload.workload_people, name="workload-people"),
    path("workload/export/<slug:kind>/", workload.workload_export, name="workload-export"),
    path("availability/", availability.availability, name="availability"),
    path("availability/export/<slug:kind>/", availability.availability_export, name="availability-export"),
    path("register-book/", register.register, name="register"),
    path("sitemap.xml", findable.site_map, name="sitemap"),
    path("sitemap-<slug:section>.xml", findable.site_map_part, name="sitemap-part"),
    path("robots.txt", findable.robots, name="robots"),
    path("feeds/calls.xml", findable.feed_calls, name="feed-calls"),
    path("feeds/notices.xml", findable.feed_notices, name="feed-notices"),
    path("guide/", guide.guide, name="guide"),
    path("calculator/", policy.calculator, name="calculator"),
    path("policy/", policy.policy, name="policy"),
    path("policy/numbers/", policy.numbers, name="policy-numbers"),
    *(path("", include(room)) for room in ROOMS),
    # After the rooms: a paper of a case is asked for by its number, a public one by its code.
    path("papers/<slug:code>/", public.public_paper, name="public-paper"),
    path("api/", include("portal.api.urls")),
    path("admin/login/", admin_door, name="admin-door"),
    path("admin/", admin.site.urls),
]
