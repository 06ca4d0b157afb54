"""From the call to the last yuan, and what is left of it in register, ledger, papers, messages and deadlines."""

from decimal import Decimal

import pytest
from django.core import mail
from django.db.models import Sum
from django.test import Client

from funding import tasks as funding_tasks
from funding.models import Award, Budget, LedgerPosting
from institutes import tasks as institutes_tasks
from notices import tasks as notices_tasks
from notices.models import Notice
from records import integrity
from records.models import AuditEvent, Deadline, Document
from tests.journeys.mailbox import carried_by, sent_once_or_done
from tests.journeys.money import MoneyWalk
from tests.journeys.pages import Page
from tests.journeys.walk import MONDAY

GRANT = Decimal("200000.00")

APPLICATION = [
    "begin",
    "submit",
    "unit_approve",
    *["record_integrity"] * 4,
    "propose_recommendation",
    "sign_recommendation",
    "propose_formal",
    "confirm_pass",
    "pass_review",
    "record_visit",
    "shortlist",
    "recognise",
]
MONEY = [
    "funding.budget.create",
    "funding.budgetadjustment.begin",
    "funding.budgetadjustment.enter",
    "funding.award.begin",
    "funding.payeeaccount.begin",
    "funding.award.confirm",
    "funding.payeeaccount.first_check",
    "funding.payeeaccount.verify",
    "funding.award.pass_account",
    "funding.award.approve",
    "funding.allocationplan.begin",
    "funding.allocationplan.submit",
    "funding.allocationplan.review",
    "funding.allocationplan.cosign",
    "funding.allocationplan.issue",
    "funding.disbursement.begin",
    "funding.disbursement.send",
    "funding.disbursement.issue",
    "funding.bankline.begin",
    "funding.bankstatement.import",
    "funding.bankline.propose",
    "funding.bankline.confirm",
    "funding.disbursement.receive",
    "funding.disbursement.pay",
    "funding.disbursement.confirm_receipt",
    "funding.award.close",
]
# Who is told that it is their turn, by what was done before; nobody by what they have just done themselves.
TURNS = {
    "funding.budgetadjustment.begin.holder": ["finance2"],
    "institutes.call.begin": ["bureau_approver", "bureau_approver2"],
    "institutes.application.submit": ["ent_admin", "ent_filler"],
    "institutes.application.unit_approve.holder": ["county_staff"],
    "institutes.application.propose_recommendation.holder": ["county_lead"],
    "institutes.application.sign_recommendation.holder": ["bureau_clerk", "bureau_clerk2"],
    "institutes.application.propose_formal.holder": ["bureau_approver", "bureau_approver2"],
    "institutes.application.confirm_pass.holder": ["agency"],
    "evaluation.panel.all_locked": ["agency"],
    "institutes.application.pass_review.holder": [],
    "institutes.application.record_visit.holder": ["bureau_approver", "bureau_approver2"],
    "institutes.application.recognise": ["ent_admin", "ent_filler"],
    "funding.award.begin": ["ent_admin"],
    "funding.payeeaccount.begin.holder": ["bureau_clerk", "bureau_clerk2"],
    "funding.payeeaccount.first_check.holder": ["bureau_clerk2"],
    "funding.award.pass_account.holder": ["bureau_approver", "bureau_approver2"],
    "funding.award.approve.holder": ["bureau_clerk", "bureau_clerk2"],
    "funding.allocationplan.submit.holder": ["finance", "finance2"],
    "funding.allocationplan.review.holder": ["bureau_approver", "bureau_approver2"],
    "funding.allocationplan.cosign.holder": ["finance", "finance2"],
    "funding.disbursement.issue.holder": ["county_fin"],
    "funding.disbursement.receive.holder": [],
    "funding.disbursement.pay": ["ent_admin"],
    "funding.award.close": ["ent_admin"],
}
PAPERS = {
    "application_book": "SJZ-SBS-2026-0001",
    "recommendation": "SJZ-TJ-2026-0001",
    "draw_record": "SJZ-CQ-2026-0001",
    "score_sheet": "SJZ-PF-2026-0001",
    "visit_sheet": "SJZ-KC-2026-0001",
    "public_notice": "SJZ-GS-2026-001",
    "certificate": "SJZ-CYY-2026-001",
    "account_confirmation": "SJZ-ZH-2026-0001",
    "approval_form": "石财教〔2026〕52号",
    "issue_notice": "石财教〔2026〕52号",
}
EVERY_PAPER = sorted([*PAPERS, *["commitment"] * 5])
"""Each once, and what each expert of the panel signed."""


@pytest.fixture
def walked(city, worker) -> MoneyWalk:
    """The whole walk, every step by the person whose turn it is."""
    walk = MoneyWalk(city)
    walk.create_budget()
    walk.draft_call()
    walk.publish_call()
    walk.apply()
    for step in (
        MoneyWalk.to_the_bureau,
        MoneyWalk.to_the_experts,
        to_the_public,
        to_the_award,
        to_the_plan,
        to_the_unit,
    ):
        walk.pass_days()
        step(walk)
    return walk


def to_the_public(walk):
    walk.visit()
    walk.pass_days()
    walk.shortlist()


def to_the_award(walk):
    walk.pass_days(3)
    with walk.hour(23):
        assert institutes_tasks.sweep_publicity() == 0, "the last of the five days is not over"
    walk.pass_days()
    with walk.hour(1):
        assert institutes_tasks.sweep_publicity() == 1
        funding_tasks.propose_awards()
    walk.name_account()
    walk.confirm_award()
    walk.check_account()


def to_the_plan(walk):
    walk.approve()
    walk.pass_days()
    walk.draft_plan()
    walk.review_plan()
    walk.cosign()
    walk.issue()


def to_the_unit(walk):
    walk.settle()
    walk.receive()
    walk.pass_days()
    walk.pay()
    walk.pass_days()
    walk.receipt()


def test_from_the_call_to_the_last_yuan(walked):
    the_register_tells_the_story(walked)
    the_money_adds_up()
    each_was_told_when_it_was_their_turn()
    every_message_went_out_once(walked)
    every_deadline_was_met()
    every_paper_was_issued_once(walked)
    the_public_can_read_it(walked)
    the_pages_agree(walked)
    notices_tasks.remind_due()  # of the stages that were promised for the build period
    assert [(invariant.code, findings) for invariant, findings in integrity.run() if findings] == []


def the_register_tells_the_story(walk):
    lines = AuditEvent.objects.filter(at__date__gte=MONDAY).order_by("pk")
    of_the_application = lines.filter(subject_type="institutes.application", verb__startswith="institutes.")
    of_the_experts = lines.filter(subject_type="evaluation.assignment")
    money = lines.filter(verb__startswith="funding.").values_list("verb", flat=True)

    assert [line.verb.rpartition(".")[2] for line in of_the_application] == APPLICATION
    assert sorted(line.verb.rpartition(".")[2] for line in of_the_experts) == [
        verb for verb in ("begin", "commit", "issue", "lock") for _expert in range(5)
    ]
    assert list(money) == MONEY
    read = walk["auditor"].open("/register-book/")
    assert walk.application.institute_name in read.text


def the_money_adds_up():
    award, budget = Award.objects.get(), Budget.objects.get()
    accounts = dict(LedgerPosting.objects.values_list("account").annotate(Sum("amount")))

    assert (award.state, award.amount, award.ordered, award.paid) == ("closed", GRANT, GRANT, GRANT)
    assert (budget.committed, budget.ordered, budget.paid) == (GRANT, GRANT, GRANT)
    assert budget.left == budget.total - GRANT
    assert sum(accounts.values()) == 0
    assert (accounts["bank"], accounts["cleared"]) == (-GRANT, GRANT)
    unbalanced = LedgerPosting.objects.values("entry").annotate(sum=Sum("amount")).exclude(sum=0)
    assert list(unbalanced) == []


def each_was_told_when_it_was_their_turn():
    told = {
        event: sorted(Notice.objects.filter(event=event).values_list("recipient__username", flat=True))
        for event in TURNS
    }

    assert told == TURNS
    assert Notice.objects.filter(event="evaluation.assignment.invited").count() == 5


def every_message_went_out_once(walk):
    sent = len(mail.outbox)
    with walk.hour(18):
        assert notices_tasks.deliver_pending() == 0
    assert len(mail.outbox) == sent > 0
    sent_once_or_done(carried_by(mail.outbox))


def every_deadline_was_met():
    of_the_case = (
        Deadline.objects.exclude(subject_type__startswith="accounts.")
        .exclude(kind="engagement_end")  # the engagement outlives the case
        .exclude(
            subject_type="institutes.institute"
        )  # what the institute promised begins with its recognition
    )

    assert [str(deadline) for deadline in of_the_case if deadline.met_at is None] == []
    states = of_the_case.filter(subject_type="institutes.application").order_by("pk")
    assert [deadline.holder_role for deadline in states] == [
        "ent_filler",
        "ent_admin",
        "county_staff",
        "county_lead",
        "bureau_clerk",
        "bureau_approver",
        "agency",
        "agency",
        "bureau_approver",
        "bureau_clerk",
    ]


def every_paper_was_issued_once(walk):
    commitments = Document.objects.filter(kind="commitment")
    assert sorted(Document.objects.values_list("kind", flat=True)) == EVERY_PAPER
    assert dict(Document.objects.exclude(kind="commitment").values_list("kind", "number")) == PAPERS
    assert sorted(commitments.values_list("number", flat=True)) == [
        f"SJZ-CN-2026-000{n}" for n in range(1, 6)
    ]
    number = PAPERS["certificate"]
    assert walk.admin.open(walk.url).text.count(number) >= 1


def the_public_can_read_it(walk):
    """Whoever holds the certificate follows its QR code, without signing in."""
    certificate, passer_by = Document.objects.get(kind="certificate"), Client()
    page = Page(passer_by.get(f"/verify/{certificate.code}/"))

    assert PAPERS["certificate"] in page.text
    assert walk.application.institute_name in page.text
    assert walk.application.institute_name in Page(passer_by.get("/directory/")).text
    file = passer_by.get(f"/papers/{certificate.code}/")
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert passer_by.get(walk.url).status_code == 302


def the_pages_agree(walk):
    assert "已拨到企业 20 万元" in walk["county_lead"].open("/dashboard/").text
    assert walk["county_lead2"].open(walk.award_url, status=404)
    for username in ("ent_admin", "county_staff", "bureau_clerk", "bureau_approver", "finance", "county_fin"):
        assert walk[username].workbasket().status == 200
