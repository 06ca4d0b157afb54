"""The day's head of the register: kept once, bound to every line, and no help to whoever guesses what a line says."""

import hashlib
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from records import audit, clock, heads, integrity
from records.models import AuditEvent, RegisterHead
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.records import RegisterHeadFactory

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def write(*reasons: str) -> None:
    subject, by = OrganisationFactory(), UserFactory()
    for reason in reasons:
        audit.record("sample.done", subject, by=by, reason=reason)
    audit.chain_now()


def keep(day: date) -> RegisterHead | None:
    return heads.keep(day=day, at=clock.now())


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_head_binds_every_line_up_to_it():
    write("甲", "乙")
    first = keep(MONDAY)
    write("丙")

    second = keep(TUESDAY)

    assert (first.lines, second.lines, second.position) == (first.position, 1, first.position + 1)
    lines = list(heads.fingerprints())
    assert [line.position for line in lines] == list(range(1, second.position + 1))
    assert {line.day for line in lines[:-1]} == {MONDAY}
    assert lines[-1].day == TUESDAY
    seal = ""
    for line in lines:
        seal = sha(f"{seal}:{line.position}:{line.mark}")
        if line.position == first.position:
            assert seal == first.seal
    assert seal == second.seal


def test_a_line_is_shown_by_its_own_key_and_by_nothing_else():
    write("甲")
    head = keep(MONDAY)
    line = AuditEvent.objects.get(position=head.position)

    (mark,) = [each.mark for each in heads.fingerprints() if each.position == line.position]

    key = sha(f"{head.secret}:{line.position}")
    assert mark == sha(f"{key}:{line.hash}")
    assert mark not in (line.hash, sha(line.hash), sha(f"{line.position}:{line.hash}"))


def test_a_day_is_kept_once_and_never_before_a_later_one():
    write("甲")
    first = keep(TUESDAY)

    assert (keep(TUESDAY), keep(MONDAY)) == (None, None)
    assert list(RegisterHead.objects.all()) == [first]


def test_a_day_without_lines_has_the_head_of_the_day_before():
    write("甲")
    first = keep(MONDAY)

    second = keep(TUESDAY)

    assert (second.position, second.seal, second.lines) == (first.position, first.seal, 0)
    assert heads.faults() == []


def test_a_register_without_lines_has_no_head(monkeypatch):
    monkeypatch.setattr(audit, "head", lambda: (0, ""))

    assert keep(MONDAY) is None


def test_fingerprints_can_be_asked_for_from_a_place_on():
    write("甲", "乙", "丙")
    head = keep(MONDAY)

    assert [line.position for line in heads.fingerprints(after=head.position - 2)] == [
        head.position - 1,
        head.position,
    ]
    assert [line.position for line in heads.fingerprints(most=1)] == [1]
    assert list(heads.fingerprints(after=head.position)) == []


def test_lines_after_the_last_head_are_not_published():
    write("甲")
    head = keep(MONDAY)
    write("乙")

    assert max(line.position for line in heads.fingerprints()) == head.position


@pytest.mark.parametrize("change", [{"seal": "0" * 64}, {"day": TUESDAY}, {"position": 1}])
def test_a_kept_head_never_changes(change):
    write("甲")
    head = keep(MONDAY)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        RegisterHead.objects.filter(pk=head.pk).update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        head.delete()


def test_a_head_without_a_seal_is_refused():
    with pytest.raises(IntegrityError, match="records_registerhead_sealed"), transaction.atomic():
        RegisterHeadFactory(seal="")


def rewrite(sql: str) -> None:
    """What somebody does who owns the table: no trigger stands in the way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


TAMPERINGS = {
    "edited and chained again": (
        "UPDATE records_auditevent SET hash = encode(sha256(convert_to(hash, 'UTF8')), 'hex') WHERE position >= {at}"
    ),
    "removed": "DELETE FROM records_auditevent WHERE position = {at}",
    "cut off": "DELETE FROM records_auditevent WHERE position >= {at}",
    "moved": (
        "UPDATE records_auditevent a SET hash = b.hash FROM records_auditevent b "
        "WHERE a.position = {at} AND b.position = {at} + 1"
    ),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_a_register_that_was_rewritten_no_longer_leads_to_its_heads(how):
    write("甲", "乙")
    keep(MONDAY)
    write("丙", "丁")
    keep(TUESDAY)
    assert heads.faults() == []
    last = audit.head()[0]

    rewrite(TAMPERINGS[how].format(at=last - 1))

    assert [words[:10] for words in heads.faults()] == ["2026-11-24"]
    found = {invariant.words: findings for invariant, findings in integrity.run() if invariant.code == "I13"}
    assert len(found["登记簿的每个日链头都能由登记簿逐条算得"]) == 1
