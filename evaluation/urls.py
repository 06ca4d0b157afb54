from django.urls import path

from evaluation.views import agency, experts, scoring

app_name = "evaluation"
urlpatterns = [
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
    path("experts/<int:pk>/", experts.expert, name="expert"),
    path("experts/<int:pk>/availability/", experts.expert_availability, name="expert-availability"),
]
