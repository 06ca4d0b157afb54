"""A plan is shown to the officers where the edition asks for it, and nothing of it is issued before that is over."""

from copy import deepcopy
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from funding import services
from funding.desk import PLAN_DESK
from funding.integrity.hands import nothing_was_issued_while_it_was_shown
from funding.models import AllocationPlan
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import Conflict
from tests.factories.accounts import person
from tests.factories.funding import GrantEditionFactory, a_plan_ready, an_approved_award, people_of, terms_of
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
LAST = date(2026, 11, 25)
WINDOW = "internal_publicity"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def shown():
    """A plan signed on a Monday, shown for three working days."""
    terms = deepcopy(terms_of("disbursement"))
    terms["plan_publicity"]["on"] = True
    with clock.at(MONDAY):
        award = an_approved_award()
        GrantEditionFactory(kind="disbursement", valid_from=date(2026, 11, 1), terms=terms)
        people_of(award)
        plan = a_plan_ready(award)
        yield plan


def issue(plan):
    terms = {"document_number": "示财教〔2026〕1号", "key": uuid4(), "by": a_user("the-finance")}
    return services.issue_plan(plan=plan, **terms)


def test_it_is_off_as_delivered():
    plan = a_plan_ready(an_approved_award())
    assert (plan.publicity_from, plan.publicity_until) == (None, None)
    assert deadlines.current(plan, kind=WINDOW) is None
    assert issue(plan).state == "issued"


def test_the_days_are_counted_from_the_signature_and_the_issue_is_due_after_them(shown):
    assert (shown.publicity_from, shown.publicity_until) == (MONDAY.date(), LAST)
    assert deadlines.current(shown, kind=WINDOW).due_on == LAST
    assert deadlines.current(shown).due_on == date(2026, 12, 2)
    told = Notice.objects.filter(event="funding.allocationplan.publicity")
    roles = {each.recipient.memberships.get().role for each in told.select_related("recipient")}
    assert roles == {
        "bureau_clerk",
        "bureau_approver",
        "finance",
        "county_staff",
        "county_lead",
        "county_fin",
    }
    assert "2026年11月25日24时" in told.first().body


@pytest.mark.parametrize("day", [23, 25])
def test_nothing_is_issued_before_the_last_day_is_over(shown, day):
    with clock.at(at(day, 23)), pytest.raises(Conflict, match="正在内部公示，至2026年11月25日24时"):
        issue(shown)
    shown.refresh_from_db()
    assert (shown.state, shown.disbursements.count()) == ("issuing", 0)
    with pytest.raises(IntegrityError, match="issued_after_its_publicity"), transaction.atomic():
        AllocationPlan.objects.update(
            issued_at=clock.now(), issued_by=a_user("the-finance"), issued_on=LAST, document_number="示号"
        )


def test_it_is_issued_afterwards_whether_the_sweep_ran_or_not(shown):
    with clock.at(at(26)):
        assert issue(shown).state == "issued"
        assert deadlines.current(shown, kind=WINDOW) is None
        assert services.end_plan_publicities() == 0
    assert nothing_was_issued_while_it_was_shown() == []


def test_finance_hears_once_that_it_is_over(shown):
    with clock.at(at(25, 23)):
        assert services.end_plan_publicities() == 0
    with clock.at(at(26, 0)):
        assert [services.end_plan_publicities() for _ in range(2)] == [1, 0]
    told = Notice.objects.filter(event="funding.allocationplan.end_publicity")
    assert {each.recipient.memberships.get().role for each in told} == {"finance"}
    assert audit.history(shown).filter(verb="funding.allocationplan.end_publicity").count() == 1


def test_either_side_sends_it_back_meanwhile_and_it_is_shown_anew(shown):
    approver, finance = person(Role.BUREAU_APPROVER), person(Role.FINANCE)
    assert PLAN_DESK.may(approver, "send_back", shown)
    assert PLAN_DESK.may(finance, "send_back", shown)
    with clock.at(at(24)):
        services.return_plan(plan=shown, reason="县里有意见", by=approver)
    assert (shown.publicity_until, deadlines.current(shown, kind=WINDOW)) == (None, None)
    assert not PLAN_DESK.may(approver, "issue", shown)

    with clock.at(at(26)):
        services.submit_plan(plan=shown, integrity_checked_on=clock.today(), by=a_user("the-clerk"))
        services.review_plan(plan=shown, opinion="同意。", by=a_user("the-reviewer"))
        services.cosign_plan(plan=shown, by=a_user("the-approver"))
    assert (shown.publicity_from, shown.publicity_until) == (date(2026, 11, 26), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COUNTY_STAFF, 200),
        (Role.COUNTY_LEAD, 200),
        (Role.COUNTY_FIN, 200),
        (Role.TAX, 200),
        (Role.AUDITOR, 200),
        (Role.BUREAU_CLERK, 200),
        (Role.ENT_ADMIN, 403),
        (Role.EXPERT, 403),
        (Role.AGENCY, 403),
    ],
)
def test_officers_of_every_county_read_it_and_nobody_else(client, shown, role, status):
    user = person(role, division="130104") if role.startswith("county") else person(role)
    client.force_login(user)
    listed = client.get(reverse("funding:plan-publicity-list"))
    page = client.get(reverse("funding:plan-publicity", args=[shown.pk]))
    program = client.get(f"/api/v1/plan-publicities/{shown.pk}/items/")

    assert listed.status_code == status
    assert page.status_code == (200 if status == 200 else 404)
    assert program.status_code == (200 if status == 200 else 404)
    if status == 200:
        award = shown.items.get().award
        words = (shown.title, str(award.institute), "200,000.00", "内部公示中")
        assert [word for word in words if word not in page.text] == []
        assert award.account.last4 not in page.text
        assert [row["amount"] for row in program.json()] == ["200000.00"]


def test_a_plan_that_was_never_shown_is_not_there(client):
    plan = a_plan_ready(an_approved_award())
    client.force_login(person(Role.FINANCE))
    assert client.get(reverse("funding:plan-publicity", args=[plan.pk])).status_code == 404
    assert "没有公示的分配方案" in client.get(reverse("funding:plan-publicity-list")).text
