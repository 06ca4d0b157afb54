from django.urls import path

from evaluation.views import agency, draws, engagements, experts, invitations, pool, scoring

app_name = "evaluation"
urlpatterns = [
    path("engagements/", engagements.engagement_list, name="engagement-list"),
    path("engagements/export/<slug:kind>/", engagements.engagement_export, name="engagement-export"),
    path("engagements/new/", engagements.engagement_new, name="engagement-new"),
    path("engagements/<int:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<int:pk>/edit/", engagements.engagement_edit, name="engagement-edit"),
    path("engagements/<int:pk>/moves/<slug:action>/", engagements.engagement_move, name="engagement-move"),
    path("draws/", draws.draw_list, name="draw-list"),
    path("draws/<str:code>/<int:number>/", draws.draw, name="draw"),
    path("draws/<str:code>/<int:number>/record.json", draws.draw_record, name="draw-record"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("panels/", agency.panel_list, name="panel-list"),
    path("panels/export/<slug:kind>/", agency.panel_export, name="panel-export"),
    path("panels/open/<int:pk>/", agency.panel_open, name="panel-open"),
    path("panels/<int:pk>/", agency.panel, name="panel"),
    path("panels/<int:pk>/moves/<slug:action>/", agency.panel_move, name="panel-move"),
    path("assignments/", scoring.assignment_list, name="assignment-list"),
    path("assignments/<int:pk>/", scoring.assignment, name="assignment"),
    path("assignments/<int:pk>/sheet/", scoring.sheet_save, name="sheet-save"),
    path("assignments/<int:pk>/moves/<slug:action>/", scoring.assignment_move, name="assignment-move"),
    path("experts/", experts.expert_list, name="expert-list"),
    path("experts/export/<slug:kind>/", experts.expert_export, name="expert-export"),
    path("experts/import/", pool.expert_import, name="expert-import"),
    path("experts/import/confirm/", pool.expert_import_confirm, name="expert-import-confirm"),
    path("experts/import/template/", pool.expert_template, name="expert-template"),
    path("experts/<int:pk>/phone/", pool.expert_phone, name="expert-phone"),
    path("experts/<int:pk>/change/<slug:what>/", pool.expert_change, name="expert-change"),
    path("experts/<int:pk>/ties/<int:tie>/withdraw/", pool.expert_tie_withdraw, name="expert-tie-withdraw"),
    path(
        "experts/<int:pk>/absences/<int:absence>/cancel/",
        pool.expert_absence_cancel,
        name="expert-absence-cancel",
    ),
    path("experts/<int:pk>/files/<int:file>/", pool.expert_file, name="expert-file"),
    path("experts/<int:pk>/", experts.expert, name="expert"),
    path("experts/<int:pk>/availability/", experts.expert_availability, name="expert-availability"),
]
