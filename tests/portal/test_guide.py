"""The guide and the home of the public site."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION
from institutes.models import Application
from institutes.selectors.reasons import OTHER, REVIEW, grouped_causes
from portal.policy.loader import load_policy, policy_file
from portal.selectors import guide, public
from portal.selectors.workload import Pace
from portal.templatetags.ui import clause_url
from records import clock
from tests.factories.institutes import ApplicationFactory, CallFactory, RecognitionFactory

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        ({}, []),
        ({"a": 1}, []),
        ({"a": 2}, [("a", 2)]),
        ({"a": 3, "b": 1}, [("a", 3)]),
        ({"a": 3, "b": 1, "c": 1}, [("a", 3), (OTHER, 2)]),
        ({"a": 1, "b": 1, "c": 1}, []),
        ({"a": 2, OTHER: 5}, [("a", 2), (OTHER, 5)]),
    ],
)
def test_reasons_of_few_are_never_told_alone(counted, told):
    assert grouped_causes(Counter(counted), least=2) == told


def at(day, hour=9, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("closes", "now", "words"),
    [
        (at(30, 17), at(27), "还剩 3 天（1 个工作日）"),
        (at(28, 0), at(27), "今天 24:00 截止"),
        (at(27, 17), at(27, 16, 59), "今天 17:00 截止"),
        (at(28, 9), at(27), "还剩 1 天（0 个工作日）"),
    ],
)
def test_how_long_a_window_stays_open(closes, now, words):
    assert public.closing_in_words(closes, at=now) == words


@pytest.mark.django_db
def test_the_guide_says_who_can_apply_by_which_clause_and_how_long_each_step_takes(client):
    load_policy(policy_file())
    call = CallFactory()

    page = client.get("/guide/").content.decode()

    assert call.title in page
    assert [step.days for step in guide.steps(call.edition, [])] == [None, 5, 10, 10, 5, 20, 10, 10, 5]
    assert "/policy/#clause-2-1" in page
    assert "10 个工作日" in page
    assert "营业执照" in page
    assert "县级拨付到企" in page


def paced(step: str, bound: int, kept: int) -> Pace:
    return Pace("认定申报", step, bound, 5, 1.0, 2.0, bound, kept)


@pytest.mark.django_db
def test_what_the_offices_promise_is_public_with_how_often_it_was_kept(client, monkeypatch):
    load_policy(policy_file())
    matter = str(Application._meta.verbose_name)
    states = APPLICATION.states
    rows = [
        paced(str(states[S.FORMAL_REVIEW].label), 30, 29),
        paced(str(states[S.SUPPLEMENT_REQUESTED].label), 1, 1),
    ]
    monkeypatch.setattr(guide, "paces", lambda **_asked: [replace(row, matter=matter) for row in rows])

    page, file = client.get("/guide/").text, client.get("/open-data/service-promise.json")
    data = json.loads(b"".join(file))

    assert "96%" in page
    assert "29/30" in page
    told = {row["step"]: (row["working_days"], row["done"], row["kept"]) for row in data["rows"]}
    assert told["形式审查"] == (10, 30, 29)
    assert told["补正"] == (5, None, None)  # one case alone is nobody else's business
    assert "填报提交" not in told


@pytest.mark.django_db
def test_the_guide_asks_as_often_for_one_call_as_for_three(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    CallFactory()
    client.get("/guide/")
    with django_assert_max_num_queries(12) as few:
        client.get("/guide/")
    CallFactory.create_batch(2)

    with django_assert_num_queries(len(few)):
        client.get("/guide/")


@pytest.mark.django_db
def test_common_reasons_come_from_calls_that_are_wholly_decided():
    call = CallFactory(over=True)
    ApplicationFactory.create_batch(2, call=call, state=S.CLOSED_REVIEW)

    assert guide.common_reasons(at=clock.now()) == [(REVIEW, 2)]
    ApplicationFactory(call=call, state=S.REVIEWING)
    assert guide.common_reasons(at=clock.now()) == []


@pytest.mark.django_db
def test_numbers_of_the_home_are_those_of_the_rows_behind_them(client):
    RecognitionFactory.create_batch(2)
    RecognitionFactory(revoked=True)
    RecognitionFactory(suspended=True)

    figures = client.get("/").context["figures"]

    assert figures["institutes"] == client.get("/directory/").context["page"].paginator.count
    this_year = client.get("/directory/", {"year": figures["year"]})
    assert figures["this_year"] == this_year.context["page"].paginator.count
    assert figures["services"] == client.get("/services/").context["total"]
    running = client.get("/publicity/", {"period": "running"})
    assert figures["running"] == running.context["total"]


@pytest.mark.parametrize(
    ("number", "anchor"), [("四(三)", "clause-4-3"), ("二(三)1", "clause-2-3-1"), ("三", "clause-3")]
)
def test_a_clause_leads_to_its_place_in_the_text(number, anchor):
    assert clause_url(number) == f"/policy/#{anchor}"
    assert anchor in {clause.anchor for clause in policy_file().clauses}
