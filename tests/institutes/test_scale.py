"""Sixty applications in one call: the release, its preview and the public notice stay quick and right."""

import subprocess
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutes import services
from institutes.enums import ApplicationState as S
from notices.services import issue_public_notice
from records import clock
from tests.factories.accounts import UserFactory
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CallFactory,
    IndustryChainFactory,
    decide,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db
MANY, FEW, MOST = 60, 10, 90
SECONDS = 60  # far above what it takes, for machines that do other things


@pytest.fixture
def call():
    publish_rules()
    return CallFactory()


def waiting(call, many):
    chain = IndustryChainFactory()
    found = []
    for n in range(many):
        one = ApplicationFactory(
            call=call, state=S.PENDING_DECISION, chain=chain, review_score=f"{60 + n % 40}.{n % 10}0"
        )
        partners = [{"key": str(k), "name": f"示例共建单位{n}-{k}"} for k in range(6)]
        ApplicationVersionFactory(application=one, answers={"partners": {"partners": partners}})
        found.append(one)
    return found


def queries_of_preview(applications) -> int:
    half = len(applications) // 2
    refusal = {"outcome": "reject", "cause": "overlap", "reason": "示例理由。"}
    batch = services.draft_decisions(
        call=applications[0].call,
        minute_number="示例纪要",
        meeting_on=clock.today(),
        items=[
            *({"application": one, "outcome": "shortlist"} for one in applications[:half]),
            *({"application": one, **refusal} for one in applications[half:]),
        ],
        override_reason="示例理由",
        by=UserFactory(),
    )
    with CaptureQueriesContext(connection) as asked:
        services.preview_release(batch=batch, by=UserFactory())
    return len(asked)


def test_a_release_asks_as_often_for_sixty_as_for_ten(call):
    few = queries_of_preview(waiting(call, FEW))
    many = queries_of_preview(waiting(CallFactory(edition=call.edition), MANY))

    assert many <= min(few, MOST)


def test_sixty_are_released_together_in_the_order_of_their_scores(call):
    applications, start = waiting(call, MANY), perf_counter()

    notice = decide(shortlist=applications, override_reason="示例理由")

    assert perf_counter() - start < SECONDS
    scores = {one.institute_name: float(one.review_score) for one in applications}
    shown = [scores[item.name] for item in notice.items.order_by("place")]
    assert (len(shown), shown) == (MANY, sorted(shown, reverse=True))
    assert {one.state for one in applications} == {S.PUBLICITY}


@pytest.mark.slow
def test_the_paper_of_sixty_has_every_row_and_its_page_numbers(call):
    notice = decide(shortlist=waiting(call, MANY), override_reason="示例理由")
    start = perf_counter()

    document = issue_public_notice(notice=notice)

    assert perf_counter() - start < SECONDS
    text = subprocess.run(
        ["pdftotext", "-raw", document.file.path, "-"], capture_output=True, text=True, check=True
    ).stdout
    words = "".join(text.split())
    assert [item["name"] for item in document.context["items"] if item["name"] not in words] == []
    pages = text.count("\f")
    assert pages >= 3
    assert [n for n in range(1, pages + 1) if f"—{n}—" not in words] == []
