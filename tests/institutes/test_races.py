"""Two people at the same moment: one outcome, and the year's places are never given twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from institutes import services
from institutes.enums import ApplicationState as S
from institutes.models import Application, DecisionBatch
from institutes.selectors import places_taken
from notices.models import PublicNotice
from records import clock
from records.errors import Refusal
from records.models import NumberSeries
from tests.factories.accounts import UserFactory
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    DecisionItemFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    fill,
    policy_terms,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """Run the actions in threads that start together; returns the codes of the refusals, "" for what was done."""
    start = Barrier(len(actions))

    def run(action):
        start.wait()
        try:
            action()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(actions)) as threads:
        return sorted(threads.map(run, actions))


@pytest.fixture
def one_place():
    """An edition whose year holds one place only."""
    publish_rules()
    terms = policy_terms()
    return RecognitionEditionFactory(terms=terms | {"yearly_band": terms["yearly_band"] | {"block_at": 1}})


def decided():
    application = ApplicationFactory(state=S.PENDING_DECISION, chain=IndustryChainFactory())
    ApplicationVersionFactory(application=application)
    return application


def shortlist(application, by):
    """The release of a decision about this application alone."""
    batch = DecisionItemFactory(application=application, batch__call=application.call).batch

    def run():
        services.release_decisions(
            batch=DecisionBatch.objects.get(pk=batch.pk), revision=1, key=uuid4(), by=by
        )

    return run


def test_two_approvers_do_not_both_take_the_last_place(one_place):
    first, second = decided(), decided()

    codes = at_once(shortlist(first, UserFactory()), shortlist(second, UserFactory()))

    assert codes == ["", "not-eligible"]
    assert (places_taken(clock.today().year), PublicNotice.objects.count()) == (1, 1)
    assert sorted(Application.objects.values_list("state", flat=True)) == [S.PENDING_DECISION, S.PUBLICITY]


def test_one_application_is_shortlisted_once(one_place):
    application = decided()

    batch = DecisionItemFactory(application=application, batch__call=application.call).batch
    key, by = uuid4(), UserFactory()

    def release():
        services.release_decisions(batch=DecisionBatch.objects.get(pk=batch.pk), revision=1, key=key, by=by)

    def release_by_another():
        services.release_decisions(
            batch=DecisionBatch.objects.get(pk=batch.pk), revision=1, key=uuid4(), by=UserFactory()
        )

    codes = at_once(release, release)

    assert (codes, PublicNotice.objects.count()) == (["", ""], 1)
    codes = at_once(release, release_by_another)

    assert (codes, PublicNotice.objects.count()) == (["", "illegal-move"], 1)


def test_an_application_is_submitted_once():
    application = fill(ApplicationFactory())

    def submit():
        services.submit_application(
            application=Application.objects.get(pk=application.pk), by=application.begun_by
        )

    assert at_once(submit, submit) == ["", "illegal-move"]
    assert application.versions.count() == 1


def test_two_approvals_leave_one_number_and_no_gap():
    application, by = fill(ApplicationFactory()), UserFactory()
    services.submit_application(application=application, by=application.begun_by)

    def approve():
        services.approve_application(application=Application.objects.get(pk=application.pk), by=by)

    assert at_once(approve, approve) == ["", "illegal-move"]
    application.refresh_from_db()
    assert NumberSeries.objects.get(series="application").last == int(application.number[-4:])
