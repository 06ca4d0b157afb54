"""Addresses of the pages of money."""

from django.urls import path

from funding.views import awards, budgets, disbursements, files, ledger, payees, plans

app_name = "funding"

urlpatterns = [
    path("awards/", awards.award_list, name="award-list"),
    path("awards/export/", awards.award_export, name="award-export"),
    path("awards/propose/", awards.award_propose, name="award-propose"),
    path("awards/<int:pk>/", awards.award, name="award"),
    path("awards/<int:pk>/moves/<slug:action>/", awards.award_move, name="award-move"),
    path("payees/", payees.payee_list, name="payee-list"),
    path("payees/export/", payees.payee_export, name="payee-export"),
    path("payees/new/", payees.payee_create, name="payee-create"),
    path("payees/<int:pk>/", payees.payee, name="payee"),
    path("payees/<int:pk>/reveal/", payees.payee_reveal, name="payee-reveal"),
    path("payees/<int:pk>/moves/<slug:action>/", payees.payee_move, name="payee-move"),
    path("budgets/", budgets.budget_list, name="budget-list"),
    path("budgets/export/", budgets.budget_export, name="budget-export"),
    path("budgets/new/", budgets.budget_create, name="budget-create"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/raise/", budgets.budget_raise, name="budget-raise"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/export/", plans.plan_export, name="plan-export"),
    path("plans/new/", plans.plan_new, name="plan-new"),
    path("plans/new/<int:budget_pk>/", plans.plan_create, name="plan-create"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/revise/", plans.plan_revise, name="plan-revise"),
    path("plans/<int:pk>/treasury/", plans.plan_treasury, name="plan-treasury"),
    path("plans/<int:pk>/moves/<slug:action>/", plans.plan_move, name="plan-move"),
    path("disbursements/", disbursements.disbursement_list, name="disbursement-list"),
    path("disbursements/export/", disbursements.disbursement_export, name="disbursement-export"),
    path("disbursements/<int:pk>/", disbursements.disbursement, name="disbursement"),
    path(
        "disbursements/<int:pk>/moves/<slug:action>/",
        disbursements.disbursement_move,
        name="disbursement-move",
    ),
    path("money/<slug:resource>/<int:pk>/files/<int:file>/", files.file, name="file"),
    path("money/<slug:resource>/<int:pk>/papers/<int:file>/", files.paper, name="paper"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/", ledger.ledger_export, name="ledger-export"),
]
