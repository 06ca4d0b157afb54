from datetime import date

import pytest

from institutes.models import RecognitionEdition
from records.editions import only_adds, publish_edition
from records.errors import Conflict
from tests.factories.institutes import CallFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2022, 1, 19), date(2027, 1, 1)


def publish(valid_from=FIRST, terms=None):
    return publish_edition(
        RecognitionEdition,
        kind="示例",
        valid_from=valid_from,
        terms=terms or {"time_limits": {"county_review": 10}},
        citations={},
        source="示例政策",
    )


def test_the_same_content_twice_changes_nothing():
    first, written = publish()
    again, rewritten = publish()

    assert (again, written, rewritten) == (first, True, False)


def test_in_force_is_the_latest_that_has_begun():
    first, _ = publish()
    second, _ = publish(valid_from=SECOND)

    assert RecognitionEdition.objects.in_force("示例", date(2026, 12, 31)) == first
    assert RecognitionEdition.objects.in_force("示例", SECOND) == second
    with pytest.raises(RecognitionEdition.DoesNotExist):
        RecognitionEdition.objects.in_force("示例", date(2022, 1, 18))


def test_terms_change_while_nothing_was_decided_by_them():
    first, _ = publish()
    again, written = publish(terms={"time_limits": {"county_review": 12}})

    assert (again, written, again.working_days("county_review")) == (first, True, 12)


def test_terms_that_decided_something_never_change():
    edition, _ = publish()
    CallFactory(edition=edition)

    with pytest.raises(Conflict, match="已有业务依据"):
        publish(terms={"time_limits": {"county_review": 12}})
    edition.refresh_from_db()
    assert edition.working_days("county_review") == 10


def test_terms_that_decided_something_are_completed_by_what_they_did_not_name():
    edition, _ = publish()
    CallFactory(edition=edition)

    again, written = publish(
        terms={"time_limits": {"county_review": 10, "review": 20}, "book": {"age_min": 18}}
    )

    assert (again, written, again.working_days("review")) == (edition, True, 20)


@pytest.mark.parametrize(
    ("wanted", "adds"),
    [
        ({"a": 1, "b": 2}, True),
        ({"a": 1, "list": []}, True),
        ({"a": 2}, False),
        ({"b": 2}, False),
        ({"a": {"deep": 1}}, False),
    ],
)
def test_only_adds_keeps_every_value(wanted, adds):
    assert only_adds({"a": 1}, wanted) is adds


def test_a_longer_list_is_a_change():
    assert not only_adds({"criteria": ["one"]}, {"criteria": ["one", "two"]})
