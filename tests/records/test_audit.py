"""The register: append-only, chained at commit, and honest about what was done to it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from records import audit
from records.models import AuditEvent
from tests.factories.accounts import OrganisationFactory, UserFactory


@pytest.mark.django_db
def test_record_says_who_did_what_to_whom():
    subject, by = OrganisationFactory(), UserFactory()

    audit.record("sample.done", subject, by=by, from_state="a", to_state="b", reason="因", pages=3)

    event = audit.history(subject).last()
    assert (event.verb, event.subject_type, event.subject_id) == (
        "sample.done",
        "accounts.organisation",
        subject.pk,
    )
    assert (event.actor, event.actor_label, event.subject_label) == (by, str(by), str(subject))
    assert (event.from_state, event.to_state, event.reason, event.data) == ("a", "b", "因", {"pages": 3})


@pytest.mark.django_db
@pytest.mark.parametrize("tamper", [lambda rows: rows.update(reason="别的"), lambda rows: rows.delete()])
def test_register_refuses_changes_by_trigger(tamper):
    event = audit.record("sample.done", OrganisationFactory(), by=UserFactory())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        tamper(AuditEvent.objects.filter(pk=event.pk))


@pytest.mark.django_db
def test_register_refuses_to_be_chained_again():
    event = audit.record("sample.done", OrganisationFactory(), by=UserFactory())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(hash="0" * 64)


@pytest.mark.django_db(transaction=True)
def test_chain_is_gapless_under_concurrent_commits():
    subject, by, start = OrganisationFactory(), UserFactory(), Barrier(4)

    def write(n):
        try:
            start.wait()
            with transaction.atomic():
                audit.record("sample.one", subject, by=by, n=n)
                with transaction.atomic():
                    audit.record("sample.two", subject, by=by, n=n)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    positions = sorted(AuditEvent.objects.values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert audit.verify_chain() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_link():
    subject, by = OrganisationFactory(), UserFactory()
    with transaction.atomic():
        audit.record("sample.lost", subject, by=by)
        transaction.set_rollback(True)
    audit.record("sample.kept", subject, by=by)

    assert list(audit.history(subject).values_list("verb", flat=True)) == ["sample.kept"]
    assert audit.verify_chain() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        ("UPDATE records_auditevent SET reason = '改' WHERE position = 2", [2]),
        ("DELETE FROM records_auditevent WHERE position = 2", [3]),
        ("UPDATE records_auditevent SET at = at + interval '1 second' WHERE position = 3", [3]),
    ],
    ids=["edited", "deleted", "redated"],
)
def test_verify_chain_finds_what_was_done_behind_the_triggers(tamper, found):
    subject, by = OrganisationFactory(), UserFactory()
    for _ in range(3):
        audit.record("sample.done", subject, by=by)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_auditevent DISABLE TRIGGER ALL")
        cursor.execute(tamper)
        cursor.execute("ALTER TABLE records_auditevent ENABLE TRIGGER ALL")

    assert audit.verify_chain() == found


@pytest.mark.django_db(transaction=True)
def test_head_is_the_last_link():
    assert audit.head() == (0, "")
    event = audit.record("sample.done", OrganisationFactory(), by=UserFactory())
    event.refresh_from_db()

    assert audit.head() == (event.position, event.hash)
