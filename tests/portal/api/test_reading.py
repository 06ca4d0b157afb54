"""Lists and cases: who reads what, filtered, sorted and paged, at the same cost whatever their length."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from institutes.enums import ApplicationState as S
from records import audit, clock
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person
from tests.factories.evaluation import (
    AssignmentFactory,
    BlindPackageFactory,
    EngagementFactory,
    ExpertFactory,
    PanelFactory,
)
from tests.factories.funding import (
    AllocationPlanFactory,
    AwardFactory,
    BudgetFactory,
    DisbursementFactory,
    LedgerEntryFactory,
    PayeeAccountFactory,
)
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    CertificateBatchFactory,
    DecisionItemFactory,
    RecognitionFactory,
)
from tests.factories.notices import InquiryFactory, NoticeFactory, ObjectionFactory
from tests.factories.records import AuditEventFactory, DeadlineFactory, DocumentFactory, JobFactory


def _assignments(user):
    expert = ExpertFactory(user=user)
    return lambda: AssignmentFactory(expert=expert, panel=PanelFactory(state="scoring"))


def _held(make):
    """Rows that somebody holds until a day."""

    def made():
        subject = make()
        DeadlineFactory(subject=subject, due_on=clock.today(), division=getattr(subject, "division", None))
        return subject

    return made


LISTS = {
    "registrations": (Role.COUNTY_STAFF, lambda user: _held(lambda: OrganisationFactory(pending=True))),
    "memberships": (Role.SYSADMIN, lambda user: _held(MembershipFactory)),
    "calls": (Role.ENT_FILLER, lambda user: CallFactory),
    "applications": (
        Role.BUREAU_CLERK,
        lambda user: _held(lambda: ApplicationFactory(state=S.FORMAL_REVIEW)),
    ),
    "decisions": (Role.BUREAU_CLERK, lambda user: lambda: DecisionItemFactory().batch),
    "objections": (Role.BUREAU_CLERK, lambda user: _held(ObjectionFactory)),
    "inquiries": (Role.BUREAU_CLERK, lambda user: _held(InquiryFactory)),
    "engagements": (Role.BUREAU_CLERK, lambda user: _held(EngagementFactory)),
    "panels": (Role.BUREAU_CLERK, lambda user: _held(lambda: PanelFactory(state="scoring"))),
    "packages": (Role.BUREAU_CLERK, lambda user: _held(BlindPackageFactory)),
    "assignments": (Role.EXPERT, lambda user: _held(_assignments(user))),
    "awards": (Role.FINANCE, lambda user: _held(AwardFactory)),
    "payees": (Role.BUREAU_CLERK, lambda user: _held(PayeeAccountFactory)),
    "plans": (Role.FINANCE, lambda user: _held(lambda: AllocationPlanFactory(budget=_budget()))),
    "plan-publicities": (
        Role.COUNTY_FIN,
        lambda user: (
            lambda: AllocationPlanFactory(
                budget=_budget(), publicity_from=clock.today(), publicity_until=clock.today()
            )
        ),
    ),
    "disbursements": (Role.FINANCE, lambda user: _held(lambda: _instalment())),
    "institutes": (Role.BUREAU_CLERK, lambda user: lambda: RecognitionFactory().institute),
    "certificate-batches": (Role.BUREAU_CLERK, lambda user: CertificateBatchFactory),
    "jobs": (Role.BUREAU_CLERK, lambda user: lambda: JobFactory(state="failed", error="示例原因")),
    "budgets": (Role.FINANCE, lambda user: _budget),
    "ledger": (Role.FINANCE, lambda user: lambda: LedgerEntryFactory(award=_award())),
    "deadlines": (Role.BUREAU_CLERK, lambda user: DeadlineFactory),
    "matters": (Role.BUREAU_APPROVER, lambda user: DeadlineFactory),
    "notices": (Role.TAX, lambda user: lambda: NoticeFactory(recipient=user)),
    "documents": (
        Role.BUREAU_CLERK,
        lambda user: lambda: DocumentFactory(subject=ApplicationFactory(state=S.FORMAL_REVIEW)),
    ),
    "register": (Role.AUDITOR, lambda user: AuditEventFactory),
}
_years = iter(range(2100, 2022, -1))


def _budget():
    return BudgetFactory(year=next(_years), committed="200000.00")


def _award():
    return AwardFactory(state="approved", budget=_budget())


def _instalment():
    return DisbursementFactory(award=_award())


@pytest.mark.parametrize("resource", LISTS)
def test_a_list_costs_the_same_at_one_row_and_at_many(resource, program):
    role, maker = LISTS[resource]
    user = person(role)
    client, make = program(user), maker(user)

    make()
    client.get(f"/api/v1/{resource}/")  # what is read once per process is read now
    few, rows = _queries(client, resource)
    for _ in range(5):
        make()
    many, more = _queries(client, resource)

    assert more >= rows + 5 >= 6
    assert many == few <= 12


def _queries(client, resource) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/api/v1/{resource}/")
    assert answer.status_code == 200, answer.data
    return len(captured), len(answer.data["results"])


@pytest.mark.parametrize(
    "resource",
    [
        "awards",
        "payees",
        "plans",
        "disbursements",
        "budgets",
        "ledger",
        "objections",
        "register",
        "decisions",
        "certificate-batches",
    ],
)
def test_a_list_that_is_not_for_a_role_is_403_as_its_page(resource, program):
    assert program(person(Role.TAX)).get(f"/api/v1/{resource}/").status_code == 403


def test_applications_are_searched_filtered_sorted_and_paged(program):
    client = program(person(Role.BUREAU_CLERK))
    first, second = (ApplicationFactory(state=S.FORMAL_REVIEW) for _ in range(2))
    other = ApplicationFactory(state=S.REVIEWING, host__division__code="130104")

    def found(**asked):
        return [row["id"] for row in client.get("/api/v1/applications/", asked).data["results"]]

    assert found(sort="received") == [first.pk, second.pk, other.pk]
    assert found(state="reviewing") == [other.pk]
    assert found(division=other.division_id) == [other.pk]
    assert found(call=first.call_id) == [first.pk]
    assert found(q=second.number) == [second.pk]
    assert found(page=2, page_size=2) == [first.pk]
    assert client.get("/api/v1/applications/", {"state": "no-such-state"}).status_code == 422
    assert client.get("/api/v1/applications/", {"page": 9}).status_code == 404


def test_a_case_says_who_holds_it_and_until_when_in_the_words_of_the_reader(program):
    application = ApplicationFactory(state=S.FORMAL_CONFIRMATION)
    DeadlineFactory(subject=application, holder_role=Role.BUREAU_APPROVER, due_on=clock.today())
    unit, officer = person(Role.ENT_ADMIN, organisation=application.host), person(Role.BUREAU_CLERK)

    told = program(unit).get(f"/api/v1/applications/{application.pk}/").json()
    said = program(officer).get(f"/api/v1/applications/{application.pk}/").json()

    assert (told["state_label"], said["state_label"]) == ("市科技局形式审查中", "形式审查待审定")
    assert said["holder"] == {"role": "bureau_approver", "label": "市科技局审批", "within": ""}
    assert said["due_on"] == clock.today().isoformat()


def test_history_tells_the_unit_of_offices_and_not_of_drafts(program):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    officer = UserFactory(name="示例经办甲")
    for action, before, after in (
        ("unit_approve", "unit_review", "county_review"),
        ("propose_recommendation", "county_review", "county_signing"),
        ("sign_recommendation", "county_signing", "formal_review"),
    ):
        audit.record(
            f"institutes.application.{action}", application, by=officer, from_state=before, to_state=after
        )
    address = f"/api/v1/applications/{application.pk}/history/"

    unit = program(person(Role.ENT_ADMIN, organisation=application.host)).get(address)
    clerk = program(person(Role.BUREAU_CLERK)).get(address)

    assert [(line["action"], line["actor"]) for line in unit.data] == [
        ("unit_approve", "申报单位"),
        ("sign_recommendation", "长安区分管领导"),
    ]
    assert "示例经办甲" not in unit.content.decode()
    assert [line["action"] for line in clerk.data] == [
        "unit_approve",
        "propose_recommendation",
        "sign_recommendation",
    ]
    assert {line["actor"] for line in clerk.data} == {officer.name}


def test_deadlines_are_the_callers_own_with_working_days(program):
    mine = DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on=clock.today())
    DeadlineFactory(holder_role=Role.BUREAU_APPROVER)
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, met_at=clock.now())

    rows = program(person(Role.BUREAU_CLERK)).get("/api/v1/deadlines/").json()["results"]

    assert [(row["id"], row["days_left"], row["subject"]["label"]) for row in rows] == [
        (mine.pk, 0, mine.subject_label)
    ]


def test_notices_are_ones_own_and_are_marked_as_read(program):
    user = person(Role.TAX)
    mine, foreign = NoticeFactory(recipient=user), NoticeFactory()
    client = program(user)

    before = client.get("/api/v1/notices/", {"unread": "true"}).json()["results"]
    answer = client.post(f"/api/v1/notices/{mine.pk}/read/")
    after = client.get("/api/v1/notices/", {"unread": "true"}).json()["results"]

    assert ([row["id"] for row in before], after) == ([mine.pk], [])
    assert answer.json()["read_at"] is not None
    assert (before[0]["calling"], answer.json()["calling"]) == (True, False)
    assert [row["id"] for row in client.get("/api/v1/notices/", {"calling": "false"}).json()["results"]] == [
        mine.pk
    ]
    assert client.post(f"/api/v1/notices/{foreign.pk}/read/").status_code == 404


def test_documents_follow_the_case_and_open(program):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    paper, public = DocumentFactory(subject=application), DocumentFactory(public=True)
    unit, stranger = (
        program(person(Role.ENT_ADMIN, **how)) for how in ({"organisation": application.host}, {})
    )

    seen = [row["id"] for row in unit.get("/api/v1/documents/").json()["results"]]
    file = unit.get(f"/api/v1/documents/{paper.pk}/file/")

    assert seen == [public.pk, paper.pk]
    assert (file.status_code, file["Content-Type"], file.getvalue()[:5]) == (200, "application/pdf", b"%PDF-")
    assert [row["id"] for row in stranger.get("/api/v1/documents/").json()["results"]] == [public.pk]
    assert stranger.get(f"/api/v1/documents/{paper.pk}/file/").status_code == 404


def test_register_is_read_line_by_line_and_never_written(program):
    client = program(person(Role.AUDITOR))
    lines = [AuditEventFactory(at=clock.now() + timedelta(seconds=n)) for n in range(3)]

    first = client.get("/api/v1/register/", {"page_size": 2}).json()
    second = client.get(first["next"]).json()

    assert [row["id"] for row in first["results"]] == [lines[2].pk, lines[1].pk]
    assert second["results"][0]["id"] == lines[0].pk
    assert client.post("/api/v1/register/", {}).status_code == 405
    assert program(person(Role.ENT_ADMIN)).get(f"/api/v1/register/{lines[0].pk}/").status_code == 404
