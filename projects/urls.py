"""Addresses of the joint research programme."""

from django.urls import path

from projects.views import calls, decisions, filling, finals, handling, overview, projects, proposals, running

app_name = "projects"
urlpatterns = [
    path("projects/", proposals.proposal_list, name="project-proposal-list"),
    path("projects/export/<slug:kind>/", proposals.proposal_export, name="project-proposal-export"),
    path("projects/overview/", overview.overview, name="project-overview"),
    path("projects/calls/", calls.call_list, name="project-call-list"),
    path("projects/calls/export/<slug:kind>/", calls.call_export, name="project-call-export"),
    path("projects/calls/new/", calls.call_new, name="project-call-new"),
    path("projects/calls/<int:pk>/", calls.call_page, name="project-call"),
    path("projects/calls/<int:pk>/edit/", calls.call_edit, name="project-call-edit"),
    path("projects/calls/<int:pk>/propose/", calls.proposal_new, name="project-call-propose"),
    path("projects/calls/<int:pk>/ranking/", decisions.ranking, name="project-ranking"),
    path("projects/calls/<int:pk>/<slug:action>/", calls.call_move, name="project-call-move"),
    path("projects/guides/", calls.guide_list, name="guide-list"),
    path("projects/guides/new/", calls.guide_new, name="guide-new"),
    path("projects/guides/<int:pk>/", calls.guide_page, name="guide"),
    path("projects/guides/<int:pk>/edit/", calls.guide_edit, name="guide-edit"),
    path("projects/decisions/", decisions.decision_list, name="project-decision-list"),
    path("projects/decisions/export/<slug:kind>/", decisions.decision_export, name="project-decision-export"),
    path("projects/decisions/new/", decisions.decision_new, name="project-decision-new"),
    path("projects/decisions/<int:pk>/", decisions.decision, name="project-decision"),
    path("projects/decisions/<int:pk>/<slug:action>/", decisions.decision_move, name="project-decision-move"),
    path("projects/finals/", finals.final_list, name="final-list"),
    path("projects/finals/export/<slug:kind>/", finals.final_export, name="final-export"),
    path("projects/finals/<int:pk>/", finals.final, name="final"),
    path("projects/finals/<int:pk>/edit/", finals.final_edit, name="final-edit"),
    path("projects/finals/<int:pk>/files/", finals.final_files, name="final-files"),
    path(
        "projects/finals/<int:pk>/files/<int:file>/remove/",
        finals.final_file_remove,
        name="final-file-remove",
    ),
    path("projects/finals/<int:pk>/<slug:action>/", finals.final_move, name="final-move"),
    path("projects/approved/", projects.project_list, name="approved-list"),
    path("projects/approved/export/<slug:kind>/", projects.project_export, name="approved-export"),
    path("projects/approved/<int:pk>/", projects.project, name="approved"),
    path("projects/approved/<int:pk>/clauses/<slug:code>/", projects.clause_edit, name="approved-clause"),
    path("projects/approved/<int:pk>/copies/", projects.copies, name="approved-copies"),
    path(
        "projects/approved/<int:pk>/stages/<int:stage>/", running.stage_report, name="approved-stage-report"
    ),
    path(
        "projects/approved/<int:pk>/stages/<int:stage>/check/",
        running.stage_check,
        name="approved-stage-check",
    ),
    path("projects/approved/<int:pk>/expenses/", running.expenses, name="approved-expenses"),
    path(
        "projects/approved/<int:pk>/expenses/export/<slug:kind>/",
        running.expense_export,
        name="approved-expense-export",
    ),
    path("projects/approved/<int:pk>/expenses/new/", running.expense_new, name="approved-expense-new"),
    path(
        "projects/approved/<int:pk>/expenses/import/", running.expense_import, name="approved-expense-import"
    ),
    path(
        "projects/approved/<int:pk>/expenses/template/",
        running.expense_template,
        name="approved-expense-template",
    ),
    path(
        "projects/approved/<int:pk>/expenses/<int:expense>/void/",
        running.expense_void,
        name="approved-expense-void",
    ),
    path("projects/approved/<int:pk>/<slug:action>/", projects.project_move, name="approved-move"),
    path("projects/<int:pk>/", proposals.proposal, name="project-proposal"),
    path("projects/<int:pk>/leader/", filling.leader, name="project-leader"),
    path("projects/<int:pk>/files/", filling.files, name="project-files"),
    path("projects/<int:pk>/files/<int:file>/remove/", filling.file_remove, name="project-file-remove"),
    path("projects/<int:pk>/sections/<slug:code>/", filling.section, name="project-section"),
    path("projects/<int:pk>/sections/<slug:code>/save/", filling.section_save, name="project-section-save"),
    path("projects/<int:pk>/book/", proposals.proposal_book, name="project-book"),
    path("projects/<int:pk>/lookups/", handling.lookups, name="project-lookups"),
    path("projects/<int:pk>/likeness/", handling.likeness, name="project-likeness"),
    path("projects/<int:pk>/<slug:action>/", proposals.proposal_move, name="project-proposal-move"),
]
