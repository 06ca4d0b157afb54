"""Calls, applications, institutes."""

from django.urls import path

from institutes.views import (
    applicant,
    calls,
    case,
    chain_imports,
    chain_map,
    chain_proposals,
    chains,
    confirmation,
    decision,
    lists,
    rows,
)

app_name = "institutes"

urlpatterns = [
    path("calls/", calls.call_list, name="call-list"),
    path("calls/new/", calls.call_new, name="call-new"),
    path("calls/<int:pk>/", calls.call_page, name="call"),
    path("calls/<int:pk>/edit/", calls.call_edit, name="call-edit"),
    path("calls/<int:pk>/apply/", calls.application_new, name="application-new"),
    path("applications/<int:pk>/sections/<slug:code>/", applicant.section, name="section"),
    path("applications/<int:pk>/sections/<slug:code>/save/", applicant.section_save, name="section-save"),
    path("applications/<int:pk>/sections/<slug:code>/rows/<slug:table>/", rows.rows, name="application-rows"),
    path(
        "applications/<int:pk>/sections/<slug:code>/rows/<slug:table>/<slug:kind>/",
        rows.rows_workbook,
        name="application-rows-workbook",
    ),
    path("applications/<int:pk>/files/", applicant.application_files, name="application-files"),
    path("applications/<int:pk>/files/<int:file>/remove/", applicant.annex_remove, name="annex-remove"),
    path("applications/<int:pk>/check/", applicant.application_check, name="application-check"),
    path("applications/<int:pk>/submit/", applicant.application_submit, name="application-submit"),
    path("applications/<int:pk>/confirmation/", confirmation.confirmation, name="application-confirmation"),
    path("applications/<int:pk>/book/", applicant.application_book, name="application-book"),
    path("applications/<int:pk>/review/", applicant.application_review, name="application-review"),
    path("calls/<int:pk>/moves/<slug:action>/", case.call_move, name="call-move"),
    path("applications/", lists.application_list, name="application-list"),
    path("applications/export/<slug:kind>/", lists.application_export, name="application-export"),
    path("applications/decision/", decision.decision_list, name="decision-list"),
    path("applications/decision/new/", decision.decision_new, name="decision-new"),
    path("applications/decision/<int:pk>/", decision.decision_batch, name="decision-batch"),
    path("applications/decision/<int:pk>/edit/", decision.decision_edit, name="decision-batch-edit"),
    path("applications/decision/<int:pk>/preview/", decision.decision_preview, name="decision-batch-preview"),
    path(
        "applications/decision/<int:pk>/moves/<slug:action>/",
        decision.decision_move,
        name="decision-batch-move",
    ),
    path("applications/<int:pk>/", case.application, name="application"),
    path("applications/<int:pk>/moves/<slug:action>/", case.application_move, name="application-move"),
    path("institutes/", lists.institute_list, name="institute-list"),
    path("institutes/export/<slug:kind>/", lists.institute_export, name="institute-export"),
    path("institutes/<int:pk>/", case.institute, name="institute"),
    path("chains/", chains.chain_list, name="chain-list"),
    path("chains/new/", chains.chain_new, name="chain-new"),
    path("chains/export/<slug:kind>/", chains.chain_export, name="chain-export"),
    path("chains/sources/<int:pk>/", chains.chain_source_file, name="chainsource-file"),
    path("chains/<int:pk>/", chains.chain, name="chain"),
    path("chains/<int:pk>/moves/<slug:action>/", chains.chain_move, name="chain-move"),
    path("chains/<int:pk>/import/", chain_imports.chain_import, name="chain-import"),
    path("chains/<int:pk>/import/confirm/", chain_imports.chain_import_confirm, name="chain-import-confirm"),
    path("chains/<int:pk>/template/", chain_imports.chain_template, name="chain-template"),
    path("chains/<int:pk>/members/<slug:kind>/", chain_imports.chain_members, name="chain-members"),
    path("chain-proposals/", chain_proposals.proposal_list, name="chain-proposal-list"),
    path("chain-proposals/new/", chain_proposals.proposal_new, name="chain-proposal-new"),
    path(
        "chain-proposals/export/<slug:kind>/", chain_proposals.proposal_export, name="chain-proposal-export"
    ),
    path("chain-proposals/<int:pk>/", chain_proposals.proposal, name="chain-proposal"),
    path("chain-proposals/<int:pk>/edit/", chain_proposals.proposal_edit, name="chain-proposal-edit"),
    path(
        "chain-proposals/<int:pk>/moves/<slug:action>/",
        chain_proposals.proposal_move,
        name="chain-proposal-move",
    ),
    path("industry-chains/", chain_map.chain_map, name="chain-map"),
    path("industry-chains/<slug:code>/", chain_map.chain_on_map, name="chain-on-map"),
]
