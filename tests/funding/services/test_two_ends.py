"""An order ends by two people: one says that it came back, or that it should not go; another looks and confirms."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from funding import services
from funding.models import Disbursement, LedgerEntry
from notices.models import Notice
from portal.selectors.workbasket import workbasket
from records import audit, clock, deadlines
from records.errors import Conflict, SamePerson
from records.models import Attachment
from tests.factories.accounts import person
from tests.factories.funding import a_disbursement, a_scan, people_of, sent_back, withdrawn
from tests.factories.institutes import a_user
from tests.funding.services.bank import line_of, taken_in
from tests.funding.services.steps import pay, receipt, receive, verbs

pytestmark = pytest.mark.django_db


def told(state="issued", *, by="the-county-fin", **terms):
    order = a_disbursement(state)
    propose = services.propose_void if state == "ordered" else services.propose_return
    return propose(disbursement=order, reason="账号有误", by=a_user(by), **terms)


@pytest.mark.parametrize("state", ["ordered", "issued", "county_received", "paid"])
def test_a_proposal_alone_moves_no_money(state):
    order = told(state)
    before = LedgerEntry.objects.count()
    order.refresh_from_db()

    assert (order.state, order.ended_at, order.ending_reason) == (state, None, "账号有误")
    assert order.award.ordered == order.amount
    assert LedgerEntry.objects.count() == before
    line = audit.history(order).get(verb__contains="propose")
    assert (line.from_state, line.to_state, line.reason) == (state, state, "账号有误")


@pytest.mark.parametrize("state", ["ordered", "issued"])
def test_who_proposed_does_not_confirm(state):
    order = told(state, by="the-finance")
    confirm = services.void_disbursement if state == "ordered" else services.return_disbursement
    with pytest.raises(SamePerson):
        confirm(disbursement=order, key=uuid4(), by=a_user("the-finance"))
    with pytest.raises(IntegrityError, match="ended_by_two_people"), transaction.atomic():
        Disbursement.objects.update(ended_by=a_user("the-finance"), ended_at=clock.now())

    confirm(disbursement=order, key=uuid4(), by=a_user("the-reviewer"))
    assert order.state in ("returned", "voided")
    assert (order.ended_reason, order.ended_by, order.ending_proposed_by) == (
        "账号有误",
        a_user("the-reviewer"),
        a_user("the-finance"),
    )


@pytest.mark.parametrize(
    ("state", "target", "name"),
    [("issued", "returned", "returned_after_a_proposal"), ("ordered", "voided", "voided_after_a_proposal")],
)
def test_nothing_ends_without_a_proposal(state, target, name):
    order = a_disbursement(state)
    confirm = services.void_disbursement if state == "ordered" else services.return_disbursement
    with pytest.raises(Conflict, match="须先由另一人提出"):
        confirm(disbursement=order, key=uuid4(), by=a_user("the-reviewer"))
    ended = {"ended_at": clock.now(), "ended_by": a_user("the-reviewer"), "ended_reason": "示例"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Disbursement.objects.update(state=target, **ended)


@pytest.mark.parametrize(
    ("state", "step"), [("issued", receive), ("county_received", pay), ("paid", receipt)]
)
def test_nothing_else_becomes_of_it_meanwhile(state, step):
    order = told(state)
    with pytest.raises(Conflict, match="待另一人复核；复核前不能办理其他手续"):
        step(order)
    order.refresh_from_db()
    assert (order.state, order.ending_words) == (state, "已提出退汇，待另一人复核")

    services.keep_disbursement(disbursement=order, reason="银行更正", by=a_user("the-reviewer"))
    assert step(order).state != state


def test_an_order_that_is_to_be_voided_is_not_sent_and_goes_once_that_is_refused(treasury):
    order = told("ordered", by="the-finance")
    assert services.export_plan(plan_id=order.plan_id) == []
    assert treasury.files == {}

    services.keep_disbursement(disbursement=order, reason="科目无误", by=a_user("the-reviewer"))
    assert [row.pk for row in services.export_plan(plan_id=order.plan_id)] == [order.pk]


def test_the_same_again_changes_nothing_and_another_proposal_waits():
    order = told(slip=a_scan("slip.pdf"))
    services.propose_return(
        disbursement=order, reason="账号有误", slip=a_scan("slip.pdf"), by=a_user("the-county-fin")
    )
    assert verbs(order).count("propose_return") == 1
    assert Attachment.objects.about(order).filter(kind="return_slip").count() == 1
    for reason, by in (("户名有误", "the-county-fin"), ("账号有误", "the-finance")):
        with pytest.raises(Conflict, match="不能重复提出"):
            services.propose_return(disbursement=order, reason=reason, by=a_user(by))


def test_a_new_proposal_follows_one_that_was_not_confirmed():
    order = told()
    services.keep_disbursement(disbursement=order, reason="凭证不清", by=a_user("the-reviewer"))
    with pytest.raises(Conflict, match="没有待复核的"):
        services.keep_disbursement(disbursement=order, reason="再次", by=a_user("the-reviewer"))
    assert sent_back(order, "账号有误").state == "returned"
    assert verbs(order)[-4:] == ["propose_return", "keep", "propose_return", "return"]


def test_finance_has_it_on_the_desk_and_the_proposer_hears_what_came_of_it():
    order = a_disbursement("county_received")
    county, mine = people_of(order.award)["county_fin"], person(Role.FINANCE)
    services.propose_return(disbursement=order, reason="账号有误", by=county)
    waits = Notice.objects.get(event="funding.disbursement.propose_return.holder", recipient=mine)
    assert (order.number in waits.title, "账号有误" in waits.body) == (True, True)
    tasks = [task for group in workbasket(mine, on=clock.today()) for task in group.tasks]
    assert "复核退汇" in [task.label for task in tasks]
    assert deadlines.current(order, kind="ending").due_on > clock.today()

    services.return_disbursement(disbursement=order, key=uuid4(), by=mine)
    assert deadlines.current(order, kind="ending") is None
    assert Notice.objects.filter(event="funding.disbursement.return.proposer", recipient=county).exists()
    assert not Notice.objects.filter(event="funding.disbursement.return.proposer", recipient=mine).exists()


def test_who_proposed_is_offered_to_take_it_back_and_others_to_confirm(client):
    order = a_disbursement("issued")
    people, other = people_of(order.award), person(Role.FINANCE)
    services.propose_return(disbursement=order, reason="账号有误", by=people["county_fin"])
    forms = {}
    for name, user in {**people, "other": other}.items():
        client.force_login(user)
        page = client.get(order.get_absolute_url())
        found = {"return", "keep", "propose_return"} if page.status_code == 200 else set()
        forms[name] = {each for each in found if f"/moves/{each}/" in page.text}

    assert (forms["county_fin"], forms["other"]) == ({"keep"}, {"return", "keep"})
    assert (forms["ent_admin"], forms["county_lead"]) == (set(), set())


def test_the_banks_own_line_ends_it_whoever_had_told_before():
    order = told(by="the-clerk")
    for direction in ("付", "收"):
        order.refresh_from_db()
        line = taken_in(line_of(order, direction=direction)).lines.get()
        treatment = "payment" if direction == "付" else "return"
        services.propose_line(line=line, treatment=treatment, disbursement=order, by=a_user("the-finance"))
        services.confirm_line(line=line, key=uuid4(), by=a_user("the-reviewer"))
    order.refresh_from_db()

    assert (order.state, order.ending_proposed_by) == ("returned", a_user("the-finance"))
    assert deadlines.current(order, kind="ending") is None


def test_withdrawn_money_is_ordered_again():
    order = withdrawn(a_disbursement("ordered"))
    again = a_disbursement("ordered", order.award)
    assert (again.instalment, again.amount, again.number == order.number) == (1, order.amount, False)
