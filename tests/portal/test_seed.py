"""The demo's year: lived through the services, with something in every state."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from evaluation.enums.performance import EvaluationState
from evaluation.models import Assignment, Evaluation, Round
from funding.enums import AwardState, DisbursementState
from funding.models import Award, Clawback, Disbursement
from institutes.enums import AchievementState, ApplicationState, ProposalState
from institutes.models import (
    Achievement,
    AchievementHint,
    Application,
    ChainProposal,
    ChainSegment,
    Change,
    Institute,
    ProvincialFiling,
    Recognition,
    Revocation,
    Suspension,
)
from notices import tasks
from notices.models import Delivery
from portal.demo.accounts import ACCOUNTS
from projects.models import Project, ProjectMidterm
from records import integrity
from tests.portal.following import differences


@pytest.mark.django_db
def test_demo_data_belongs_in_the_demo_only(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")


@pytest.fixture
def year(settings, transactional_db):
    """The whole year, once."""
    settings.DEMO = True
    settings.TREASURY_GATEWAY = "funding.gateway.MemoryTreasury"
    call_command("load_policy", verbosity=0)
    call_command("load_day_overrides", stdout=StringIO())
    call_command("seed_demo", stdout=StringIO())


@pytest.mark.slow
def test_the_year_shows_every_state_and_breaks_no_rule(year):
    states = set(Application.objects.values_list("state", flat=True))
    received = Application.objects.filter(received_at__isnull=False)

    assert sorted(set(ApplicationState) - states) == []
    assert sorted(set(AwardState) - set(Award.objects.values_list("state", flat=True))) == []
    orders = set(Disbursement.objects.values_list("state", flat=True))
    assert sorted(set(DisbursementState) - orders) == ["sending"]  # over within minutes
    proposals = set(ChainProposal.objects.values_list("state", flat=True))
    assert sorted(set(ProposalState) - proposals) == []
    after = {"approved", "refused", "checking", "county_opinion", "decision", "draft"}
    assert after == set(Change.objects.values_list("state", flat=True))
    brought_about = set(Achievement.objects.values_list("state", flat=True))
    assert sorted(set(AchievementState) - brought_about) == []
    assert AchievementHint.objects.exists()
    assert {"in_force", "proposed"} == set(Suspension.objects.values_list("state", flat=True))
    assert {"revoked", "statement"} == set(Revocation.objects.values_list("state", flat=True))
    at_the_province = {"province_recognised", "applied_to_province", "inspection_scheduled", "not_supported"}
    assert at_the_province == set(ProvincialFiling.objects.values_list("state", flat=True))
    assert Award.objects.get(kind="provincial").state == "closed"
    assert len({one.standing for one in Recognition.objects.all()}) == 4
    left = set(Assignment.objects.values_list("state", flat=True))
    assert {"declined", "recused", "lapsed"} <= left
    redone = Assignment.objects.get(late_answer="redone").panel
    assert (redone.state, redone.assignments.live().count()) == ("concluded", redone.size)
    claims = {"closed", "partially_repaid", "notice_of_intent", "suspected"}
    assert claims == set(Clawback.objects.values_list("state", flat=True))
    projects = {"contract_unit", "running", "suspended", "terminated", "accepted"}
    assert projects == set(Project.objects.values_list("state", flat=True))
    assert ProjectMidterm.objects.get().state == "continued"
    assert Achievement.objects.exclude(source_number="").count() == 2
    rounds_show_every_state()
    assert ChainSegment.objects.active().count() >= 12
    assert received.count() >= 14
    assert received.values("division").distinct().count() >= 8
    assert Institute.objects.recognised().count() >= 6
    assert Delivery.objects.open().count() * 4 < Delivery.objects.filter(status="sent").count()
    the_worker_catches_up()
    assert [(i.code, findings) for i, findings in integrity.run() if findings] == []
    everybody_can_sign_in()
    figures_are_what_their_rows_come_to()


def figures_are_what_their_rows_come_to():
    """Every figure of a county and of the city opens a list that comes to just that."""
    for name in ("county_lead", "county_fin", "bureau_approver"):
        assert differences(User.objects.get(username=name), "/dashboard/") == {}


def rounds_show_every_state():
    """A decided round of earlier institutes, calibrated as provincial ones were, and one with a case at every desk."""
    shown = set(Evaluation.objects.values_list("state", flat=True))
    assert sorted(set(EvaluationState) - shown) == ["confirmation", "failed", "withdrawn"]
    decided = Round.objects.order_by("year").first()
    grades = Counter(decided.evaluations.filter(attempt=1).values_list("state", "grade"))
    assert (
        grades["final", "excellent"] == Award.objects.filter(kind="performance", state="closed").count() == 8
    )
    assert grades["final", "good"] + grades["final", "pass"] == 5
    assert (grades["rectify", "fail"], grades["absent", ""], grades["deferred", ""]) == (1, 2, 1)
    assert decided.evaluations.filter(exemption="provincial", grade="pass").count() == 1
    entered = Recognition.objects.filter(earlier__isnull=False)
    assert entered.filter(revoked_at__isnull=False).count() == grades["absent", ""]
    assert not Award.objects.filter(recognition__in=entered, kind="construction").exists()


def the_worker_catches_up():
    """What the first minute of a worker does: remind of what is due, and send what waits."""
    tasks.remind_due()
    while tasks.deliver_pending():
        pass


def everybody_can_sign_in():
    known = set(User.objects.filter(is_active=True).values_list("username", flat=True))

    assert [account.username for account in ACCOUNTS if account.username not in known] == []
