"""A real worker that comes late, and one that is killed over its work: pages go on, everything comes, once."""

import threading
import time
from datetime import timedelta

import pytest
from django.db.models import F

from funding.models import Disbursement
from notices import tasks
from notices.models import Delivery, Notice
from records import integrity
from records.models import Document, NumberSeries
from tests.journeys.mailbox import Mailbox, sent_once_or_done
from tests.journeys.money import MoneyWalk
from tests.journeys.test_walk import EVERY_PAPER
from tests.journeys.timetable import sweep
from tests.queue.processes import wait_until, worker

CLOCKS_OWN = (
    "institutes.tasks.sweep_publicity",
    "funding.tasks.propose_awards",
    "funding.tasks.sweep_exports",
)


@pytest.fixture
def mailbox():
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def waiting() -> int:
    return Delivery.objects.open().filter(channel="email").count()


def papers() -> list[str]:
    return sorted(Document.objects.values_list("kind", flat=True))


def deliveries_in(mailbox: Mailbox) -> list[str]:
    return [reference for reference in mailbox.received if reference.startswith("<delivery-")]


def minutes_go_by() -> None:
    """What a dead worker had claimed is free again after five minutes."""
    Delivery.objects.filter(claimed_at__isnull=False).update(
        claimed_at=F("claimed_at") - timedelta(minutes=6)
    )


@pytest.fixture
def paid(city) -> MoneyWalk:
    """The whole case to the last receipt, while no worker runs; only the treasury is rung for by hand."""
    walk = MoneyWalk(city)
    walk.create_budget()
    walk.draft_call()
    walk.publish_call()
    walk.apply()
    for step in (MoneyWalk.to_the_bureau, MoneyWalk.to_the_experts, MoneyWalk.visit, MoneyWalk.shortlist):
        walk.pass_days()
        step(walk)
    walk.pass_days(5)
    with walk.hour(9):
        walk["bureau_approver"].take(walk.url, "recognise")
        clerk = walk["bureau_clerk"]
        clerk.send(clerk.open("/awards/"), "/awards/propose/")
    for step in (MoneyWalk.name_account, MoneyWalk.confirm_award, MoneyWalk.check_account, MoneyWalk.approve):
        step(walk)
    walk.pass_days()
    for step in (MoneyWalk.draft_plan, MoneyWalk.review_plan, MoneyWalk.cosign, MoneyWalk.issue):
        step(walk)
    walk.pass_days()
    with walk.hour(1):
        sweep(walk, "funding.tasks.sweep_exports")
    for step in (MoneyWalk.receive, MoneyWalk.pay, MoneyWalk.receipt):
        step(walk)
        walk.pass_days()
    return walk


def test_what_waited_for_a_worker_comes_once_even_if_that_one_is_killed(paid, mailbox):
    """Without a worker: paid, and nothing sent. Then one that is killed over its fifth message; then another."""
    assert Disbursement.objects.get().state == "receipted"
    assert Document.objects.count() == 0
    promised = Delivery.objects.filter(channel="email").count()
    assert promised == Notice.objects.count() > 20

    with worker(mail=mailbox.url) as killed:
        mailbox.at_message = (5, killed.kill)
        wait_until(lambda: killed.poll() is not None)
    assert len(mailbox.received) == 5
    assert waiting() > 0

    minutes_go_by()
    with worker(mail=mailbox.url):
        wait_until(lambda: waiting() == 0 and papers() == EVERY_PAPER)
    with worker(mail=mailbox.url):
        time.sleep(5)  # one more start finds nothing to do

    each_message_came(mailbox)
    each_paper_is_there_once()
    tasks.remind_due()  # of the stages that were promised for the build period
    assert [finding for _invariant, findings in integrity.run() for finding in findings] == []


def each_message_came(mailbox: Mailbox) -> None:
    """All of them. The one over which the worker died came twice, under one Message-ID: a mailbox shows it once."""
    came = deliveries_in(mailbox)
    twice = {reference for reference, times in mailbox.counts().items() if times > 1}

    sent_once_or_done(set(mailbox.carried))
    assert len(came) - len(set(came)) == len(twice) <= 1
    assert twice <= {mailbox.received[4]}


def each_paper_is_there_once() -> None:
    assert papers() == EVERY_PAPER
    numbers = Document.objects.exclude(kind="issue_notice").values_list("number", flat=True)
    assert len(set(numbers)) == len(numbers)
    for series in NumberSeries.objects.all():
        taken = Document.objects.filter(kind=series.series).count()
        assert taken in (0, series.last), f"{series}: a number was lost"
