"""Tasks: done twice, done once; each sweep finds what was lost."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from institutes import services, tasks
from institutes.documents import in_words
from institutes.enums import ApplicationState as S
from institutes.models import Recognition
from records import audit, clock, deadlines
from records.models import Document
from tests.factories.accounts import UserFactory
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    IndustryChainFactory,
    decide,
)
from tests.factories.notices import ObjectionFactory, publish_rules

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SATURDAY = MONDAY + timedelta(days=5)


@pytest.fixture
def rung(monkeypatch):
    """The doorbells of papers that were rung."""
    found = []
    monkeypatch.setattr(tasks.issue_paper, "delay", found.append)
    return found


def signed(**fields):
    """An application whose county has just signed: a letter is promised."""
    application = ApplicationFactory(state=S.COUNTY_SIGNING, **fields)
    ApplicationVersionFactory(application=application)
    services.sign_recommendation(application=application, by=UserFactory())
    return application, audit.history(application).last()


def published():
    publish_rules()
    application = ApplicationFactory(state=S.PENDING_DECISION, chain=IndustryChainFactory())
    notice = decide(shortlist=[application])
    return application, notice.items.get()


def test_a_signature_rings_for_its_paper_after_the_commit(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _application, event = signed()

    assert rung == [event.pk]


@pytest.mark.slow
def test_issue_paper_twice_makes_one():
    _application, event = signed()

    tasks.issue_paper(event.pk)
    tasks.issue_paper(event.pk)

    assert Document.objects.get().number == event.data["paper"]["number"]


@pytest.mark.slow
def test_a_paper_made_late_is_dated_by_what_it_certifies():
    application, event = signed()
    late = event.at + timedelta(days=3)

    with clock.at(late):
        tasks.issue_paper(event.pk)

    letter = Document.objects.get()
    assert (letter.issued_at, letter.context["issued_on"]) == (event.at, in_words(event.at))
    assert audit.history(application).get(verb="records.document.issue").at == late


def test_issue_paper_of_what_promises_none_does_nothing():
    event = audit.record("institutes.application.begin", ApplicationFactory(), by=UserFactory())

    tasks.issue_paper(event.pk)
    tasks.issue_paper(0)

    assert not Document.objects.exists()


@pytest.mark.slow
def test_sweep_certificates_finds_the_lost_and_waits_for_the_fresh():
    with clock.at(MONDAY):
        application, _event = signed()
    with clock.at(MONDAY + timedelta(minutes=4)):
        assert tasks.sweep_certificates() == 0
    with clock.at(MONDAY + timedelta(minutes=6)):
        assert tasks.sweep_certificates() == 1
        assert tasks.sweep_certificates() == 0

    assert Document.objects.get().subject_id == application.pk


def test_sweep_publicity_recognises_what_has_run_once():
    with clock.at(MONDAY):
        application, _item = published()
    with clock.at(SATURDAY - timedelta(days=1)):
        assert tasks.sweep_publicity() == 0
    with clock.at(SATURDAY):
        assert tasks.sweep_publicity() == 1
        assert tasks.sweep_publicity() == 0

    application.refresh_from_db()
    assert application.state == S.RECOGNISED
    assert Recognition.objects.get().recognised_by.is_system


def test_sweep_publicity_leaves_what_was_objected_to():
    with clock.at(MONDAY):
        application, item = published()
        free, _item = published()
        ObjectionFactory(item=item)
    with clock.at(SATURDAY):
        assert tasks.sweep_publicity() == 1

    application.refresh_from_db()
    free.refresh_from_db()
    assert (application.state, free.state) == (S.PUBLICITY, S.RECOGNISED)


def test_one_that_meets_an_obstacle_holds_up_no_other():
    with clock.at(MONDAY):
        stuck, _item = published()
        free, _item = published()
        type(stuck).objects.filter(pk=stuck.pk).update(chain=None)
    with clock.at(SATURDAY):
        assert tasks.sweep_publicity() == 1

    stuck.refresh_from_db()
    free.refresh_from_db()
    assert (stuck.state, free.state) == (S.PUBLICITY, S.RECOGNISED)


def test_sweep_supplements_closes_the_overdue_once():
    late, timely = (ApplicationFactory(state=S.SUPPLEMENT_REQUESTED) for _n in range(2))
    for application, due_on in ((late, date(2026, 11, 23)), (timely, date(2026, 11, 24))):
        deadlines.open_for(application, label="待补正", role="ent_filler", due_on=due_on)

    with clock.at(MONDAY + timedelta(days=1)):
        assert tasks.sweep_supplements() == 1
        assert tasks.sweep_supplements() == 0

    late.refresh_from_db()
    timely.refresh_from_db()
    assert (late.state, timely.state) == (S.CLOSED_FORMAL, S.SUPPLEMENT_REQUESTED)
