"""Doorbells and sweeps: done twice, does once; everybody who must act is told."""

from datetime import timedelta

import pytest

from funding import tasks
from funding.models import Award, Disbursement
from notices.models import Notice
from records import clock
from tests.factories.accounts import person
from tests.factories.funding import an_approved_award, an_award, an_issued_plan
from tests.factories.institutes import RecognitionFactory

pytestmark = pytest.mark.django_db


def test_propose_awards_twice_proposes_once(terms):
    recognition = RecognitionFactory()
    admin = person("ent_admin", organisation=recognition.institute.host)
    tasks.propose_awards()
    tasks.propose_awards()

    assert Award.objects.count() == 1
    [notice] = Notice.objects.filter(recipient=admin)
    assert notice.title.startswith("贵单位可领取一项资金：")


def test_export_plan_twice_issues_once(treasury):
    plan = an_issued_plan(an_approved_award())
    county = person("county_fin")
    tasks.export_plan(plan.pk)
    tasks.export_plan(plan.pk)
    tasks.sweep_exports()

    assert Disbursement.objects.get().state == "issued"
    assert len(treasury.files) == 1
    assert Notice.objects.filter(recipient=county, event="funding.disbursement.issue.holder").count() == 1


def test_lapse_awards_twice_ends_once(terms):
    award = an_award()
    with clock.at(clock.now() + timedelta(days=90)):
        tasks.lapse_awards()
        tasks.lapse_awards()

    award.refresh_from_db()
    assert award.state == "waived"


def test_sweep_papers_without_plans_does_nothing(terms):
    tasks.sweep_papers()
