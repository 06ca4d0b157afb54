"""Two people at once: one succeeds, the other is told in words, nothing is half-written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Organisation
from accounts.roles import Role
from notices import selectors, services
from notices.models import Objection, PublicNoticeItem
from records import audit
from records.errors import Refusal
from tests.factories.accounts import person
from tests.factories.notices import MONDAY, ObjectionFactory, publish_rules
from tests.notices.test_objections import filing
from tests.notices.test_publicity import post

pytestmark = pytest.mark.django_db(transaction=True)


def both(*deeds):
    """Do ``deeds`` at the same moment, on connections of their own; what each returned or was refused with."""
    start = Barrier(len(deeds))

    def run(deed):
        try:
            with connection.cursor():
                start.wait()
            return deed()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.fixture
def item():
    publish_rules()
    return post(person(Role.BUREAU_APPROVER)).items.get()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_two_clerks_accept_one_objection_once(item):
    objection = ObjectionFactory(item=item, filed_at=MONDAY)
    clerks = [person(Role.BUREAU_CLERK) for _ in range(2)]

    def accept(by):
        return services.accept_objection(objection=fresh(objection), by=by, at=MONDAY).pk

    answers = both(*(lambda by=by: accept(by) for by in clerks))

    assert sorted(map(str, answers)) == sorted([str(objection.pk), "IllegalMove"])
    assert [event.verb for event in audit.history(objection)] == ["notices.objection.accept"]
    assert [event.verb for event in audit.history(item)] == ["notices.publicnoticeitem.pause"]


def test_the_same_form_pressed_twice_at_once_files_one_objection(item):
    person(Role.BUREAU_CLERK)
    key = uuid4()

    answers = both(*(lambda: filing(fresh(item), key=key).pk for _ in range(2)))

    assert answers == [Objection.objects.get().pk] * 2


def test_an_objection_and_the_conclusion_of_its_item_never_both_stand(item):
    later = MONDAY + timedelta(days=5)
    subject, by = Organisation.objects.get(pk=item.subject_id), person(Role.BUREAU_APPROVER)

    answers = both(
        lambda: filing(fresh(item), at=MONDAY + timedelta(days=4)).state,
        lambda: services.conclude_publicity(subject=subject, by=by, at=later).pk,
    )

    concluded = PublicNoticeItem.objects.get().concluded_at is not None
    assert concluded is (Objection.objects.count() == 0)
    assert set(map(str, answers)) in ({"received", "Conflict"}, {"TooLate", str(item.pk)})
    assert selectors.is_way_clear(subject, on=later.date()) is concluded
