"""Sixty applications in one call, page by page: every officer's list is quick and says what it should."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role as R
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.models import CertificateBatch, DecisionBatch, Recognition
from institutes.services import certificates
from notices.models import PublicNotice
from records import clock, jobs
from records.models import AuditEvent, Document, Job
from tests.factories.accounts import person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CallFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    SiteVisitFactory,
    policy_terms,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db
MANY, FEW, NAMED = 60, 3, 20
MOST, MOST_TO_WRITE = 40, 90
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
BOOK = {"partners": {"partners": [{"key": str(k), "name": f"示例共建单位{k}"} for k in range(6)]}}
LISTS = [
    ("institutes:recommendation-list", R.COUNTY_LEAD, S.COUNTY_SIGNING),
    ("institutes:application-list", R.COUNTY_STAFF, S.COUNTY_REVIEW),
    ("institutes:formal-list", R.BUREAU_CLERK, S.FORMAL_REVIEW),
    ("institutes:formal-list", R.BUREAU_APPROVER, S.FORMAL_CONFIRMATION),
    ("institutes:application-list", R.BUREAU_CLERK, S.REVIEWING),
    ("institutes:decision-list", R.BUREAU_APPROVER, S.PENDING_DECISION),
    ("institutes:decision-new", R.BUREAU_CLERK, S.PENDING_DECISION),
    ("home", R.BUREAU_CLERK, S.FORMAL_REVIEW),
]


class KilledError(Exception):
    """A worker that is killed commits nothing of the step it was in."""


@pytest.fixture
def call():
    publish_rules()
    terms = policy_terms() | {"certificates": {"papers": "batch", "joint_issuers": ["示例科技局"]}}
    return CallFactory(edition=RecognitionEditionFactory(terms=terms))


def add(call, many: int, state: str) -> list:
    found = []
    for n in range(many):
        chain, facts = IndustryChainFactory(code=f"chain-{n % 5}"), {}
        if state == S.PENDING_DECISION:
            facts = {
                "review_score": score(n),
                "review_tie_break": tie_break(n),
                "county_signed_at": signed(n),
            }
        one = ApplicationFactory(call=call, state=state, chain=chain, **facts)
        ApplicationVersionFactory(application=one, answers=BOOK)
        if state == S.PENDING_DECISION:
            SiteVisitFactory(application=one)
        found.append(one)
    return found


def score(n: int) -> Decimal:
    """Three share each score, so that every place is contested."""
    return Decimal("95.50") - n // 3


def tie_break(n: int) -> Decimal:
    """Of three with one score two share what is compared first as well."""
    return Decimal("20.00") if n % 3 == 2 else Decimal("18.00")


def signed(n: int) -> datetime:
    """The later in the sixty, the earlier signed."""
    return MONDAY - timedelta(days=30, minutes=n)


def in_order(applications) -> list[str]:
    """The ranking by hand: of each three the third leads by its points, then the second, which was signed first."""
    threes = [applications[n : n + 3] for n in range(0, len(applications), 3)]
    return [one.institute_name for three in threes for one in (three[2], three[1], three[0])]


def asked(client, url: str, **data) -> tuple[int, str]:
    """How often a page asks the database, and its text; what a process asks once was asked before."""
    client.get(url, data)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, data)
    assert response.status_code == 200
    return len(queries), response.text


def take_a_step_and_be_killed(job: Job) -> None:
    jobs.take_step(job.pk)
    raise KilledError


def sent(client, url: str, data: dict) -> tuple[int, object]:
    with CaptureQueriesContext(connection) as queries:
        response = client.post(url, data)
    return len(queries), response


def names_in(text: str, applications) -> list[str]:
    """The names of institutes in the order in which a page tells them, each once."""
    known = {one.institute_name for one in applications}
    told = re.findall(r"石家庄市示例\d+产业技术研究院", text)
    return [name for name in dict.fromkeys(told) if name in known]


@pytest.mark.parametrize(("name", "role", "state"), LISTS)
def test_a_list_of_sixty_asks_as_often_as_one_of_three(client, call, name, role, state):
    client.force_login(person(role))
    applications = add(call, FEW, state)
    few, _text = asked(client, reverse(name), call=call.pk)
    applications += add(call, MANY - FEW, state)
    many, text = asked(client, reverse(name), call=call.pk)

    assert (many, many <= MOST) == (few, True)
    if name != "home":
        further = [client.get(reverse(name), {"call": call.pk, "page": number}).text for number in (2, 3)]
        assert sorted(names_in("".join([text, *further]), applications)) == sorted(
            one.institute_name for one in applications
        )


def test_the_county_orders_sixty(client, call):
    client.force_login(person(R.COUNTY_LEAD))
    applications = add(call, FEW, S.COUNTY_SIGNING)
    few = _order(client, call, applications)
    applications += add(call, MANY - FEW, S.COUNTY_SIGNING)
    many = _order(client, call, applications)

    _asked, text = asked(client, reverse("institutes:recommendation-list"), call=call.pk)
    assert names_in(text, applications) == [one.institute_name for one in reversed(applications)]
    assert many <= min(few, MOST)


def _order(client, call, applications) -> int:
    """Put them in the reverse order; returns how often the database was asked."""
    ranks = {f"rank_{one.pk}": rank for rank, one in enumerate(reversed(applications), 1)}
    client.post(reverse("institutes:call-order", args=[call.pk]), ranks)
    many, response = sent(client, reverse("institutes:call-order", args=[call.pk]), ranks)
    assert response.status_code == 302
    return many


def test_the_ranking_of_sixty_breaks_every_tie_and_says_where_the_line_cuts_one(client, call):
    applications = add(call, MANY, S.PENDING_DECISION)
    client.force_login(person(R.BUREAU_APPROVER))

    _asked, text = asked(client, reverse("institutes:decision-list"), places=NAMED)

    ranking = text[text.index('id="ranking"') : text.index('id="decisions"')]
    assert names_in(ranking, applications) == in_order(applications)
    assert ranking.count("cut-after") == 1
    # Three share a score, so the line after the twentieth cuts the seventh three.
    row = ranking[ranking.index("cut-after") :]
    assert in_order(applications)[NAMED - 1] in row[: row.index("</tr>")]
    assert "名额线：以上在名额内，与下一名同分" in row[: row.index("</tr>")]


def test_a_meeting_on_sixty_from_draft_to_certificates(client, call, monkeypatch):
    """Twenty are shortlisted and forty refused, in one release; then twenty certificates, though the worker dies."""
    applications = add(call, MANY, S.PENDING_DECISION)
    by_name = {one.institute_name: one for one in applications}
    chosen = in_order(applications)[:NAMED]
    with clock.at(MONDAY):
        notice = _decided(client, call, applications, {by_name[name].pk for name in chosen})
    _all_and_only_are_published(client, notice, chosen)
    with clock.at(MONDAY + timedelta(days=8)):
        assert services.recognise_what_has_run() == NAMED
        _certificates_are_whole(client, chosen, monkeypatch)


def _decided(client, call, applications, chosen: set[int]) -> PublicNotice:
    """Drafted by the clerk, looked at and released by the approver."""
    client.force_login(person(R.BUREAU_CLERK))
    outcomes = ["shortlist" if one.pk in chosen else "reject" for one in applications]
    refused = [outcome == "reject" for outcome in outcomes]
    draft = {
        "call": call.pk,
        "minute_number": "示例纪要〔2026〕1 号",
        "meeting_on": str(clock.today()),
        "items_item": [one.pk for one in applications],
        "items_outcome": outcomes,
        "items_cause": ["weak_plan" if no else "" for no in refused],
        "items_reason": ["示例：目标与投入不匹配。" if no else "" for no in refused],
    }
    drafting, response = sent(client, reverse("institutes:decision-new"), draft)
    batch = DecisionBatch.objects.get()
    reading, _text = asked(client, batch.get_absolute_url())
    client.force_login(person(R.BUREAU_APPROVER))
    preview = reverse("institutes:decision-batch-preview", args=[batch.pk])
    previewing, page = sent(client, preview, {})
    release = reverse("institutes:decision-batch-move", args=[batch.pk, "release"])
    releasing, released = sent(client, release, {"revision": 1, "key": uuid4()})

    assert (response.status_code, page.status_code, released.status_code) == (302, 200, 302)
    assert reading <= MOST
    assert [n for n in (drafting, previewing, releasing) if n > MOST_TO_WRITE] == []
    assert names_in(page.text, applications) != []
    assert sorted(names_in(page.text, applications)) == sorted(one.institute_name for one in applications)
    batch.refresh_from_db()
    return batch.notice


def _all_and_only_are_published(client, notice: PublicNotice, chosen: list[str]) -> None:
    client.logout()
    many, text = asked(client, notice.get_absolute_url())
    assert re.findall(r'<th scope="row">(.+?)</th>', text) == chosen
    assert many <= MOST
    assert [item.name for item in notice.items.order_by("place")] == chosen
    refused = AuditEvent.objects.filter(verb="institutes.application.reject").order_by("subject_id")
    numbers = [event.data["paper"]["number"] for event in refused]
    assert len(set(numbers)) == MANY - NAMED
    assert numbers == sorted(numbers)


def _certificates_are_whole(client, chosen: list[str], monkeypatch) -> None:
    monkeypatch.setattr(certificates, "AT_A_TIME", 7)
    client.force_login(person(R.BUREAU_APPROVER))
    many, _text = asked(client, reverse("institutes:batch-list"))
    waiting = list(Recognition.objects.order_by("sequence"))
    order = {"number": "示科认〔2026〕1号", "recognitions": [one.pk for one in waiting]}
    ordering, response = sent(client, reverse("institutes:batch-list"), order)
    assert (response.status_code, len(waiting), max(many, ordering) <= MOST) == (302, NAMED, True)
    assert {one.institute.name for one in waiting} == set(chosen)

    job, batch = Job.objects.get(), CertificateBatch.objects.get()
    while True:
        with pytest.raises(KilledError), transaction.atomic():
            take_a_step_and_be_killed(job)
        if not jobs.take_step(job.pk):
            break

    made = Document.objects.filter(kind="certificate").order_by("pk")
    assert [one.number for one in made] == [f"SJZ-CYY-2026-{n:03d}" for n in range(1, NAMED + 1)]
    looking, page = asked(client, batch.get_absolute_url())
    directory, _page = asked(client, reverse("directory"))
    assert max(looking, directory) <= MOST
    told = dict.fromkeys(re.findall(r"SJZ-CYY-2026-\d{3}", page))
    assert list(told) == [one.number for one in made]
