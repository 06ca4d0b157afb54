"""From the call to the last yuan."""

from institutes import tasks as institutes
from funding import tasks as funding
from notices.models import Notice
from records.models import AuditEvent
from tests.journeys.money import MoneyWalk


def test_walk(city, worker):
    walk = MoneyWalk(city)
    walk.create_budget()
    walk.draft_call()
    walk.publish_call()
    walk.apply()
    walk.pass_days()
    walk.propose_recommendation()
    walk.sign()
    walk.pass_days()
    walk.propose_formal()
    walk.confirm_pass()
    walk.pass_days()
    walk.review()
    walk.pass_days()
    walk.visit()
    walk.pass_days()
    walk.shortlist()
    walk.pass_days(5)
    with walk.hour(0):
        institutes.sweep_publicity()
        funding.propose_awards()
    walk.name_account()
    walk.confirm_award()
    walk.check_account()
    walk.pass_days()
    walk.approve()
    walk.pass_days()
    walk.draft_plan()
    walk.review_plan()
    walk.cosign()
    walk.issue()
    walk.pass_days()
    walk.receive()
    walk.pass_days()
    walk.pay()
    walk.pass_days()
    walk.receipt()
    for e in AuditEvent.objects.filter(at__gte="2026-03-01").order_by("pk"): print(e.at, e.verb, e.actor_label, e.from_state, e.to_state, sep="|")
    for n in Notice.objects.order_by("pk").filter(created_at__gte="2026-03-01").select_related("recipient"): print("N", n.event, n.recipient.username, n.title, sep="|")
