"""Messages, public notices, objections."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/read-all/", views.read_all, name="notice-read-all"),
    path("notices/settings/", views.preference, name="preference"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/<int:pk>/open/", views.notice_open, name="notice-open"),
    path("notices/<int:pk>/read-subject/", views.read_group, name="notice-read-subject"),
    path("operations/outbox/", views.delivery_list, name="delivery-list"),
    path("operations/outbox/retry/", views.delivery_retry_all, name="delivery-retry-all"),
    path("operations/outbox/<int:pk>/retry/", views.delivery_retry, name="delivery-retry"),
    path("robots/", views.robot_list, name="robot-list"),
    path("robots/new/", views.robot_new, name="robot-new"),
    path("robots/<int:pk>/", views.robot, name="robot"),
    path("robots/<int:pk>/switch/", views.robot_switch, name="robot-switch"),
    path("robots/<int:pk>/try/", views.robot_try, name="robot-try"),
    path("publicity/", views.publicity_list, name="publicity-list"),
    path("publicity/export/<slug:kind>/", views.publicity_export, name="publicity-export"),
    path("publicity/extensions/<int:pk>/", views.publicity_extension, name="publicity-extension"),
    path(
        "publicity/extensions/<int:pk>/moves/<slug:action>/",
        views.publicity_extension_move,
        name="publicity-extension-move",
    ),
    path("publicity/<int:pk>/", views.publicity, name="publicity"),
    path("publicity/<int:pk>/items/<int:item>/objection/", views.objection_create, name="objection-create"),
    path("publicity/objections/<slug:code>/", views.objection_receipt, name="objection-receipt"),
    path(
        "publicity/objections/<slug:code>/letters/<slug:kind>/",
        views.objection_letter,
        name="objection-letter",
    ),
    path("inquiries/<int:pk>/", views.inquiry, name="inquiry"),
    path("inquiries/<int:pk>/moves/<slug:action>/", views.inquiry_move, name="inquiry-move"),
    path("objections/", views.objection_list, name="objection-list"),
    path("objections/export/<slug:kind>/", views.objection_export, name="objection-export"),
    path("objections/<int:pk>/", views.objection, name="objection"),
    path("objections/<int:pk>/identity/", views.objection_identity, name="objection-identity"),
    path("objections/<int:pk>/files/<int:file>/", views.objection_file, name="objection-file"),
    path("objections/<int:pk>/moves/<slug:action>/", views.objection_move, name="objection-move"),
]
