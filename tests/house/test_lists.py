"""Every list asks the database as often for thirty rows as for one, and so does every page of a case."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role as R
from records.desk import all_desks
from tests.house.addresses import addresses
from tests.house.many import SOUGHT, Town, add_children

pytestmark = pytest.mark.django_db
MANY = 30
CLOSED = -1
MOST = 40
READERS = 5
OFFICERS = (R.BUREAU_CLERK, R.AUDITOR)
DECIDERS = (R.BUREAU_CLERK, R.BUREAU_APPROVER)
MONEY = (R.FINANCE, R.COUNTY_FIN, R.ENT_ADMIN, R.AUDITOR)

# The lists, each with roles that see its rows: those whose pages differ in what they ask for.
LISTS = {
    "home": (R.ENT_ADMIN, R.COUNTY_STAFF, R.BUREAU_CLERK, R.BUREAU_APPROVER, R.AGENCY, R.EXPERT),
    "directory": (R.TAX,),
    "days": (R.BUREAU_CLERK,),
    "open-data-register": (R.TAX,),
    "open-data-opportunities": (R.TAX,),
    "open-data-awards": (R.TAX,),
    "register": (R.AUDITOR,),
    "register-export": (R.AUDITOR,),
    "matters": (R.COUNTY_STAFF, R.COUNTY_FIN, R.BUREAU_CLERK, R.AUDITOR),
    "matter-export": (R.BUREAU_APPROVER,),
    "availability": (R.SYSADMIN, R.BUREAU_CLERK),
    "availability-export": (R.AUDITOR,),
    "accounts:registration-list": (R.COUNTY_STAFF,),
    "accounts:member-list": (R.ENT_ADMIN,),
    "accounts:organisation-list": (R.SYSADMIN, R.BUREAU_CLERK),
    "accounts:organisation-export": (R.SYSADMIN,),
    "accounts:user-list": (R.SYSADMIN, R.SECADMIN),
    "accounts:grant-list": (R.SECADMIN, R.SYSADMIN),
    "accounts:lockout-list": (R.SECADMIN,),
    "accounts:visit-list": (R.EXPERT,),
    "notices:notice-list": (R.ENT_ADMIN,),
    "notices:delivery-list": (R.SYSADMIN,),
    "records:job-list": (R.BUREAU_CLERK,),
    "notices:publicity-list": (R.TAX,),
    "notices:publicity-export": (R.TAX,),
    "notices:objection-list": DECIDERS,
    "notices:objection-export": DECIDERS,
    "institutes:call-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "institutes:call-export": (R.BUREAU_CLERK,),
    "institutes:application-list": (
        R.ENT_FILLER,
        R.COUNTY_STAFF,
        R.BUREAU_CLERK,
        R.BUREAU_APPROVER,
        R.AUDITOR,
    ),
    "institutes:application-export": OFFICERS,
    "institutes:decision-list": (R.BUREAU_APPROVER,),
    "institutes:formal-list": (R.BUREAU_CLERK, R.BUREAU_APPROVER),
    "institutes:formal-export": (R.BUREAU_CLERK,),
    "institutes:institute-list": (R.ENT_ADMIN, R.BUREAU_CLERK),
    "institutes:institute-export": OFFICERS,
    "directory-export": (R.TAX,),
    "institutes:batch-list": (R.BUREAU_APPROVER,),
    "institutes:recommendation-list": (R.COUNTY_LEAD,),
    "institutes:recommendation-export": (R.COUNTY_STAFF,),
    "institutes:summary-list": (R.COUNTY_STAFF, R.BUREAU_CLERK),
    "institutes:chain-list": (R.BUREAU_CLERK,),
    "institutes:chain-export": (R.BUREAU_CLERK,),
    "institutes:chain-map": (R.TAX,),
    "institutes:chain-proposal-list": (R.BUREAU_CLERK, R.COUNTY_STAFF),
    "institutes:chain-proposal-export": (R.BUREAU_CLERK,),
    "evaluation:engagement-list": (R.BUREAU_CLERK, R.AGENCY),
    "evaluation:engagement-export": (R.BUREAU_CLERK,),
    "institutes:services": (R.TAX,),
    "institutes:services-export": (R.TAX,),
    "institutes:offering-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK),
    "institutes:offering-export": (R.COUNTY_STAFF,),
    "institutes:question-list": (R.BUREAU_CLERK,),
    "institutes:question-export": (R.AUDITOR,),
    "institutes:questions": (R.TAX,),
    "institutes:county-policy-list": (R.COUNTY_STAFF, R.BUREAU_CLERK),
    "institutes:county-policy-export": (R.COUNTY_STAFF, R.AUDITOR),
    "institutes:local-policies": (R.TAX,),
    "institutes:cultivation-list": (R.COUNTY_STAFF, R.BUREAU_CLERK),
    "institutes:cultivation-export": (R.COUNTY_STAFF, R.AUDITOR),
    "evaluation:draw-list": (R.TAX,),
    "institutes:build-list": (R.ENT_FILLER, R.BUREAU_CLERK, R.COUNTY_STAFF),
    "institutes:build-export": (R.BUREAU_CLERK,),
    "institutes:progress-list": (R.ENT_FILLER, R.BUREAU_CLERK, R.COUNTY_STAFF),
    "institutes:progress-export": (R.BUREAU_CLERK,),
    "api:progress-reports-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "institutes:achievement-list": (R.ENT_FILLER, R.BUREAU_CLERK, R.COUNTY_STAFF, R.TAX),
    "institutes:achievement-export": (R.BUREAU_CLERK,),
    "api:achievements-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "institutes:change-list": (R.ENT_FILLER, R.BUREAU_CLERK, R.COUNTY_STAFF),
    "institutes:change-export": (R.BUREAU_CLERK,),
    "institutes:earlier-list": (R.BUREAU_CLERK,),
    "institutes:earlier-export": (R.AUDITOR,),
    "api:earlier-recognitions-list": (R.BUREAU_CLERK,),
    "institutes:filing-list": (R.ENT_FILLER, R.BUREAU_CLERK, R.COUNTY_STAFF),
    "institutes:filing-export": (R.BUREAU_CLERK,),
    "api:provincial-filings-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "institutes:suspension-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "institutes:suspension-export": (R.BUREAU_CLERK,),
    "institutes:revocation-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "institutes:revocation-export": (R.BUREAU_CLERK,),
    "directory-changes": (R.TAX,),
    "api:changes-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "api:suspensions-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "api:revocations-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "evaluation:site-visit-list": (R.AGENCY, R.BUREAU_CLERK, R.ENT_ADMIN),
    "evaluation:site-visit-export": (R.AGENCY, R.BUREAU_CLERK),
    "evaluation:report-list": (R.AGENCY, R.BUREAU_CLERK),
    "evaluation:assessment-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.TAX, R.FINANCE, R.BUREAU_CLERK),
    "evaluation:assessment-export": (R.BUREAU_CLERK,),
    "evaluation:assessment-results": (R.AGENCY,),
    "api:assessments-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "evaluation:acceptance-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.AGENCY, R.BUREAU_CLERK),
    "evaluation:acceptance-export": (R.BUREAU_CLERK,),
    "api:acceptances-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "evaluation:evaluation-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.AGENCY, R.BUREAU_CLERK, R.TAX),
    "evaluation:evaluation-export": (R.BUREAU_CLERK,),
    "evaluation:round-list": (R.BUREAU_CLERK,),
    "evaluation:round-export": (R.BUREAU_CLERK,),
    "evaluation:cycle-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "evaluation:cycle-export": (R.BUREAU_CLERK,),
    "api:evaluations-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "api:rounds-list": (R.BUREAU_CLERK,),
    "api:cycles-list": (R.BUREAU_CLERK,),
    "evaluation:report-export": (R.BUREAU_CLERK,),
    "projects:project-proposal-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.AGENCY, R.BUREAU_CLERK),
    "projects:project-proposal-export": (R.BUREAU_CLERK,),
    "projects:project-call-list": (R.TAX, R.BUREAU_CLERK),
    "projects:project-call-export": (R.TAX,),
    "projects:guide-list": (R.TAX,),
    "projects:project-decision-list": (R.BUREAU_CLERK,),
    "projects:project-decision-export": (R.BUREAU_CLERK,),
    "projects:project-overview": (R.ENT_FILLER, R.BUREAU_CLERK),
    "api:project-calls-list": (R.BUREAU_CLERK,),
    "api:project-proposals-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "api:project-decisions-list": (R.BUREAU_CLERK,),
    "api:projects-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "projects:midterm-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK),
    "projects:midterm-export": (R.BUREAU_CLERK,),
    "api:project-midterms-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "projects:project-change-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK),
    "projects:project-change-export": (R.BUREAU_CLERK,),
    "api:project-changes-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "projects:final-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK),
    "projects:final-export": (R.BUREAU_CLERK,),
    "api:project-finals-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "projects:ending-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK),
    "projects:ending-export": (R.BUREAU_CLERK,),
    "api:project-endings-list": (R.ENT_FILLER, R.BUREAU_CLERK),
    "projects:approved-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK),
    "projects:approved-export": (R.BUREAU_CLERK,),
    "api:site-visits-list": (R.AGENCY, R.BUREAU_CLERK),
    "api:agency-reports-list": (R.AGENCY, R.BUREAU_CLERK),
    "evaluation:panel-list": (R.AGENCY, R.BUREAU_APPROVER),
    "evaluation:panel-export": (R.AGENCY,),
    "evaluation:assignment-list": (R.EXPERT,),
    "evaluation:expert-list": (R.AGENCY, R.AUDITOR),
    "evaluation:expert-export": (R.AGENCY,),
    "funding:award-list": MONEY,
    "funding:award-export": OFFICERS,
    "funding:payee-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "funding:payee-export": (R.BUREAU_CLERK,),
    "funding:budget-list": (R.FINANCE,),
    "funding:budget-export": (R.FINANCE,),
    "funding:plan-list": (R.FINANCE, R.BUREAU_CLERK),
    "funding:plan-export": (R.FINANCE,),
    "funding:plan-new": (R.BUREAU_CLERK,),
    "funding:plan-publicity-list": (R.COUNTY_FIN, R.TAX),
    "funding:plan-publicity-export": (R.COUNTY_LEAD,),
    "funding:disbursement-list": MONEY,
    "funding:disbursement-export": (R.FINANCE,),
    "funding:clawback-list": MONEY,
    "funding:clawback-export": (R.FINANCE,),
    "funding:clawback-published": (R.TAX,),
    "funding:repayment-list": MONEY,
    "funding:repayment-export": (R.FINANCE,),
    "funding:adjustment-list": (R.FINANCE, R.BUREAU_CLERK),
    "funding:adjustment-export": (R.FINANCE,),
    "funding:statement-list": (R.FINANCE,),
    "funding:statement-export": (R.FINANCE,),
    "funding:line-list": (R.FINANCE, R.AUDITOR),
    "funding:line-export": (R.FINANCE,),
    "funding:county-budget-list": (R.BUREAU_CLERK, R.FINANCE),
    "funding:county-budget-export": (R.FINANCE,),
    "funding:balance": (R.FINANCE,),
    "funding:balance-export": (R.FINANCE,),
    "funding:ledger": (R.FINANCE,),
    "funding:ledger-export": (R.FINANCE,),
    "api:registrations-list": (R.COUNTY_STAFF,),
    "api:memberships-list": (R.SECADMIN, R.ENT_ADMIN),
    "api:public-notices-list": (R.TAX,),
    "api:recommendation-lists-list": (R.COUNTY_STAFF, R.BUREAU_CLERK),
    "api:chains-list": (R.BUREAU_CLERK,),
    "api:chain-proposals-list": (R.BUREAU_CLERK, R.COUNTY_STAFF),
    "api:county-policies-list": (R.COUNTY_STAFF, R.BUREAU_CLERK),
    "api:service-offerings-list": (R.ENT_FILLER, R.COUNTY_STAFF),
    "api:questions-list": (R.BUREAU_CLERK,),
    "api:cultivation-list": (R.COUNTY_STAFF, R.BUREAU_CLERK),
    "api:decisions-list": (R.BUREAU_APPROVER,),
    "api:certificate-batches-list": (R.BUREAU_APPROVER,),
    "api:jobs-list": (R.BUREAU_CLERK,),
    "api:inquiries-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "api:calls-list": (R.BUREAU_CLERK,),
    "api:applications-list": (R.ENT_FILLER, R.COUNTY_STAFF, R.BUREAU_CLERK, R.AUDITOR),
    "api:objections-list": DECIDERS,
    "api:engagements-list": (R.BUREAU_CLERK, R.AGENCY),
    "api:experts-list": (R.AGENCY, R.AUDITOR),
    "api:panels-list": (R.AGENCY,),
    "api:packages-list": (R.BUREAU_CLERK, R.AGENCY),
    "api:assignments-list": (R.EXPERT,),
    "api:awards-list": MONEY,
    "api:payees-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "api:plans-list": (R.FINANCE,),
    "api:plan-publicities-list": (R.COUNTY_FIN,),
    "api:disbursements-list": MONEY,
    "api:institutes-list": (R.ENT_ADMIN, R.BUREAU_CLERK),
    "api:budgets-list": (R.FINANCE,),
    "api:ledger-list": (R.FINANCE,),
    "api:ledger-balance": (R.FINANCE,),
    "api:adjustments-list": (R.FINANCE,),
    "api:clawbacks-list": MONEY,
    "api:repayments-list": MONEY,
    "api:bank-statements-list": (R.FINANCE,),
    "api:bank-lines-list": (R.FINANCE,),
    "api:county-budgets-list": (R.FINANCE,),
    "api:matters-list": (R.COUNTY_LEAD, R.BUREAU_CLERK, R.FINANCE),
    "api:deadlines-list": (R.ENT_ADMIN, R.BUREAU_CLERK, R.COUNTY_STAFF, R.AGENCY),
    "api:notices-list": (R.ENT_ADMIN,),
    "api:documents-list": (R.BUREAU_CLERK, R.ENT_ADMIN),
    "api:register-list": (R.AUDITOR,),
    "api:availability-list": (R.SYSADMIN,),
    "accounts:deputy-list": (R.BUREAU_CLERK,),
    "api:deputies-list": (R.BUREAU_CLERK,),
    "notices:robot-list": (R.SECADMIN,),
    "api:robots-list": (R.SECADMIN,),
    "api:deliveries-list": (R.SYSADMIN,),
    "api:working-days-list": (R.BUREAU_CLERK,),
    "api:calendar-changes-list": (R.SYSADMIN,),
    "api:call-extensions-list": (R.BUREAU_CLERK, R.ENT_FILLER),
    "api:publicity-extensions-list": (R.BUREAU_CLERK, R.ENT_FILLER),
}
# Addresses without a blank that show no rows of the business.
OTHERS = {
    "dashboard-export", "briefing", "counties", "counties-export", "api:dashboard",
    "institutes:change-new", "institutes:filing-new", "institutes:earlier-new", "institutes:achievement-new",
    "evaluation:round-open", "projects:guide-new", "projects:project-call-new", "projects:project-decision-new",
    "projects:project-change-new", "api:project-endings-give-up",
    "institutes:achievement-import", "institutes:achievement-import-confirm", "institutes:achievement-template",
    "api:achievements-import", "targets", "api:targets", "map", "api:map", "chain-picture",
    "api:panels-call-analysis",
    "institutes:suspension-new", "institutes:revocation-new",
    "institutes:recommendation-sign",
    "evaluation:engagement-new", "evaluation:site-visit-new", "evaluation:report-new",
    "institutes:formal-confirm", "api:applications-preview-passes", "api:applications-confirm-passes",
    "evaluation:expert-import", "evaluation:expert-import-confirm", "evaluation:expert-template",
    "institutes:decision-new",
    "institutes:county-policy-new", "institutes:offering-new", "institutes:question-new",
    "institutes:cultivation-new", "institutes:cultivation-import", "institutes:cultivation-import-confirm",
    "institutes:cultivation-template", "api:cultivation-import", "api:experts-import",
    "institutes:chain-proposal-new", "institutes:chain-new",
    "admin-door", "accounts:login-code", "accounts:second-step", "accounts:second-step-drop",
    "healthz", "readyz", "display", "ui", "verify", "policy", "policy-numbers", "policy-versions", "dashboard",
    "search", "guide", "calculator", "sitemap", "robots", "feed-calls", "feed-notices",
    "accounts:login", "accounts:logout", "accounts:password-change", "accounts:password-reset",
    "accounts:password-reset-sent", "accounts:password-reset-done", "accounts:register",
    "accounts:uscc-check", "accounts:account", "accounts:visit-end-others", "accounts:member-invite",
    "accounts:organisation-create", "accounts:user-create", "notices:notice-read-all",
    "day-import", "notices:robot-new", "api:calendar", "api:preference", "api:deliveries-retry-all",
    "api:notices-subjects", "api:notices-read-all",
    "api:working-days-preview", "api:working-days-year", "api:working-days-year-preview",
    "notices:preference", "calendar", "calendar-feed", "calendar-feed-close",
    "operations", "workload", "workload-people", "workload-export", "api:workload", "api:workload-people",
    "notices:delivery-retry-all",
    "api:jobs-tables", "api:jobs-export",
    "institutes:call-new", "funding:payee-create", "funding:budget-create", "funding:award-propose",
    "funding:statement-import", "funding:clawback-new", "funding:statement-template", "funding:county-budget-new",
    "api:county-budgets-missing", "api:proof", "api:assessments-publish",
    "api:awards-propose", "api:schema", "api:docs", "api:token", "api:api-root", "api:nothing",
    "ui-kind", "open-data", "open-data-catalog", "open-data-verifier",
}  # fmt: skip
SEARCHED = dict.fromkeys(["accounts:organisation-list", "accounts:user-list"], f"?q={SOUGHT}") | {
    "days": "?year=2031",
    "matters": "?role=county_fin",
    "api:matters-list": "?role=county_fin",
    "api:applications-list": "?page_size=100",
    "open-data-opportunities": "?pageSize=100",
    "institutes:recommendation-export": "?call={town.call.pk}",
}
ROW = re.compile(r"<tr\b|<li\b|<article\b|\n")


@pytest.fixture(autouse=True)
def seen_once_a_day(monkeypatch):
    """Once a minute a look also writes down that its reader is still there. No test takes a day."""
    monkeypatch.setattr("accounts.sessions.FRESH", timedelta(days=1))


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture(scope="module")
def grown(made_once) -> Iterator[Town]:
    """A row of each kind, for all desks."""
    with made_once():
        town = Town()
        town.grow()
        yield town


def browsers(town: Town) -> dict[str, Client]:
    found = {}
    for role, someone in town.people.items():
        found[role] = Client()
        found[role].force_login(someone)
    return found


def asked(client: Client, url: str, *, before: int | None = None) -> tuple[int, int]:
    """How often a page asks the database, and how many rows it shows.

    The first look at a page learns what a process asks once. A page that asked ``before`` so often, and otherwise now,
    is looked at again: what it keeps for a minute may have run out, what it asks for each row has not.
    """
    found = look(client, url)
    return found if found[0] == before else look(client, url)


def look(client: Client, url: str) -> tuple[int, int]:
    reset_queries()  # the log is finite, and what it drops is not counted
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
        body = b"".join(response)
    shown = rows_in(response, body.decode("utf-8", "replace")) if response.status_code == 200 else CLOSED
    return len(queries), shown


def rows_in(response, body: str) -> int:
    if response["Content-Type"].startswith("application/json"):
        found = response.json()
        return len(found.get("results", found.get("items", ())) if isinstance(found, dict) else found)
    return len(ROW.findall(body))


def test_the_table_has_every_list():
    listed = {a.name for a in addresses() if set(a.blanks) <= {"kind"}}

    assert sorted(listed) == sorted({*LISTS, *OTHERS})


def test_every_list_asks_as_often_for_thirty_rows_as_for_one(town):
    town.grow()
    clients = browsers(town)
    urls = {
        a.name: a.url(kind="csv") + SEARCHED.get(a.name, "").format(town=town)
        for a in addresses()
        if a.name in LISTS
    }
    pages = [(name, role) for name, roles in LISTS.items() for role in roles]
    few = {(name, role): asked(clients[role], urls[name]) for name, role in pages}
    assert [page for page in pages if few[page][1] == CLOSED] == []
    for _more in range(MANY - 1):
        town.grow()
    # A database that runs knows its sizes; in one transaction nobody counts them.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    many = {(name, role): asked(clients[role], urls[name], before=few[name, role][0]) for name, role in pages}

    assert {page: (few[page][0], many[page][0]) for page in pages if many[page][0] != few[page][0]} == {}
    assert {page: (few[page][1], many[page][1]) for page in pages if many[page][1] < few[page][1] + 10} == {}
    assert {page: many[page][0] for page in pages if many[page][0] > MOST} == {}


@pytest.mark.parametrize("desk", all_desks(), ids=lambda desk: desk.name)
def test_a_case_asks_as_often_with_thirty_children_as_with_one(desk, grown):
    """Lines of its history, annexes, papers and messages: on its page, and in the API with moves and history."""
    town, subject = grown, grown.case_of(desk)
    readers = {r: p for r, p in town.people.items() if desk.visible(p).filter(pk=subject.pk).exists()}
    readers = dict(list(readers.items())[:READERS])
    clients, api = browsers(town), f"/api/v1/{desk.resource}/{subject.pk}/"
    pages = [
        (role, url)
        for role in readers
        for url in (desk.url_of(subject.pk), api, f"{api}moves/", f"{api}history/")
    ]
    add_children(subject, town.people[R.BUREAU_CLERK])
    few = {page: asked(clients[page[0]], page[1])[0] for page in pages}
    for _more in range(MANY - 1):
        add_children(subject, town.people[R.BUREAU_CLERK])
    many = {page: asked(clients[page[0]], page[1], before=few[page])[0] for page in pages}

    assert readers
    assert {page: (few[page], many[page]) for page in pages if few[page] != many[page]} == {}
