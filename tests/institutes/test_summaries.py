"""The county's list of all that it recommends in a call: issued in order, as a paper, as a spreadsheet, by program."""

import csv
import io
import subprocess
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Division
from accounts.roles import Role as R
from accounts.services import issue_token
from institutes import services, tasks
from institutes.enums import ApplicationState as S
from institutes.models import Application, RecommendationList
from notices.models import Notice
from records import audit, clock
from records.errors import Incomplete
from records.models import Document
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CallFactory,
    IndustryChainFactory,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
BOOK = {"partners": {"partners": [{"key": "0", "name": "示例大学"}, {"key": "1", "name": "示例研究所"}]}}


@pytest.fixture(autouse=True)
def _monday():
    publish_rules()
    with clock.at(MONDAY):
        yield


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def division():
    return Division.objects.get(code="130102")


def recommended(call, *ranks, **facts) -> list[Application]:
    """Signed by the leader, each with its letter, in those places of the order."""
    found = []
    for rank in ranks:
        one = ApplicationFactory(
            call=call,
            state=S.COUNTY_SIGNING,
            chain=IndustryChainFactory(code="chain-a", name="示例链甲"),
            county_rank=rank,
            county_support_amount="500000.00",
            county_support_document="示县财预〔示例〕12号",
            **facts,
        )
        ApplicationVersionFactory(application=one, answers=BOOK)
        services.sign_recommendation(application=one, by=UserFactory())
        found.append(one)
    return found


def issue(call, division, **more) -> RecommendationList:
    return services.issue_recommendation_list(call=call, division=division, by=UserFactory(), **more)


def paper_of(summary) -> Document:
    event = audit.history(summary).get()
    services.issue_paper(event=event)
    return Document.objects.about(summary).get()


def test_the_list_says_all_in_the_order_of_the_county(call, division):
    third, first, second = recommended(call, 3, 1, 2)
    recommended(call, 1, host__division__code="130104")
    recommended(CallFactory(), 1)
    ApplicationFactory(call=call, state=S.CLOSED_NOT_RECOMMENDED)

    summary = issue(call, division)

    assert [row["name"] for row in summary.rows] == [one.institute_name for one in (first, second, third)]
    assert [row["place"] for row in summary.rows] == [1, 2, 3]
    letter = audit.history(first).get(verb="institutes.application.sign_recommendation").data["paper"]
    assert summary.rows[0] == {
        "place": 1,
        "name": first.institute_name,
        "number": first.number,
        "host": first.host.name,
        "uscc": first.host.uscc,
        "chain": "示例链甲",
        "co_builders": ["示例大学", "示例研究所"],
        "opinion": first.county_opinion,
        "support": first.county_support,
        "support_amount": "50",
        "support_document": "示县财预〔示例〕12号",
        "letter": letter["number"],
    }
    assert (summary.version, summary.number, summary.size) == (1, "SJZ-TJB-2026-0001", 3)


def test_everything_that_is_missing_is_said_at_once(call, division):
    recommended(call, None)
    waiting = ApplicationFactory(call=call, state=S.COUNTY_SIGNING)

    with pytest.raises(Incomplete) as refused:
        issue(call, division)

    assert [reason.text for reason in refused.value.reasons] == [
        f"“{waiting}”尚未签发推荐函。",
        "尚有 2 件没有推荐排序，请先排序并保存。",
    ]
    assert not RecommendationList.objects.exists()


def test_nothing_to_list_is_said(call, division):
    with pytest.raises(Incomplete, match="没有推荐的申报"):
        issue(call, division)


def test_what_was_signed_after_the_order_was_fixed_stands_behind(call, division):
    (late, first) = recommended(call, None, 1)
    Application.objects.filter(pk=first.pk).update(
        state=S.FORMAL_CONFIRMATION,
        formal_proposed_at=MONDAY,
        formal_proposed_by=UserFactory(),
        formal_round=1,
        formal_finding="pass",
    )

    assert [row["name"] for row in issue(call, division).rows] == [first.institute_name, late.institute_name]


def test_the_same_list_is_issued_once_and_another_replaces_it(call, division):
    first, second = recommended(call, 1, 2)
    once, again = issue(call, division), issue(call, division)
    paper = paper_of(once)
    Application.objects.filter(pk=first.pk).update(county_rank=2)
    Application.objects.filter(pk=second.pk).update(county_rank=1)
    later = issue(call, division)
    later_paper = paper_of(later)

    assert (once, once.version, later.version) == (again, 1, 2)
    assert later_paper.replaces == paper
    assert [row["name"] for row in later.rows] == [second.institute_name, first.institute_name]
    once.refresh_from_db()
    assert [row["name"] for row in once.rows] == [first.institute_name, second.institute_name]


def test_the_paper_of_a_later_version_makes_the_former_first(call, division):
    (first,) = recommended(call, 1)
    issue(call, division)
    recommended(call, 2)
    later = issue(call, division)

    paper = paper_of(later)

    assert paper.replaces.number == "SJZ-TJB-2026-0001"
    assert services.issue_missing_papers(before=clock.now()) >= 0
    assert Document.objects.filter(kind="recommendation_list").count() == 2
    assert first.institute_name in str(paper.context["rows"])


def test_the_sweep_makes_the_paper_that_no_task_made(call, division, monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)
    recommended(call, 1)
    summary = issue(call, division)

    services.issue_missing_papers(before=MONDAY.replace(hour=10))

    assert Document.objects.about(summary).get().number == summary.number


@pytest.mark.slow
def test_the_paper_tells_rows_opinions_and_support(call, division):
    rows = recommended(call, 1, 2)
    paper = paper_of(issue(call, division))
    text = subprocess.run(
        ["pdftotext", "-raw", paper.file.path, "-"], capture_output=True, text=True, check=True
    ).stdout
    words = "".join(text.split())

    for one in rows:
        for said in (one.institute_name, one.host.uscc, one.county_opinion, one.county_support):
            assert said in words
    assert "长安区科技管理部门" in words
    assert "共推荐2家单位" in words
    assert not paper.public


def test_staff_and_bureau_are_told(call, division):
    staff, clerk = person(R.COUNTY_STAFF), person(R.BUREAU_CLERK)
    other = person(R.COUNTY_STAFF, division="130104")
    recommended(call, 1)

    summary = issue(call, division)

    told = Notice.objects.filter(event="institutes.recommendationlist.issue")
    assert {one.recipient for one in told} == {staff, clerk}
    assert other not in {one.recipient for one in told}
    assert {one.link for one in told} == {summary.get_absolute_url()}
    assert "共 1 件" in told[0].body


def test_the_leader_issues_it_on_the_page(client, call, division):
    rows = recommended(call, 2, 1)
    client.force_login(person(R.COUNTY_LEAD))
    page = client.get(reverse("institutes:recommendation-list")).text
    assert "出具推荐汇总表" in page

    answer = client.post(reverse("institutes:call-summary", args=[call.pk]))

    summary = RecommendationList.objects.get()
    assert (answer.status_code, answer.url) == (302, summary.get_absolute_url())
    shown = client.get(answer.url).text
    assert shown.index(rows[1].institute_name) < shown.index(rows[0].institute_name)
    assert "正在生成" in shown
    assert client.get(reverse("institutes:summary-file", args=[summary.pk])).status_code == 404
    paper_of(summary)
    assert summary.number in client.get(reverse("institutes:summary-list")).text
    file = client.get(reverse("institutes:summary-file", args=[summary.pk]))
    assert b"".join(file).startswith(b"%PDF-")
    file.close()


def test_the_page_says_what_is_missing_and_the_deed_refuses(client, call):
    waiting = ApplicationFactory(call=call, state=S.COUNTY_SIGNING)
    client.force_login(person(R.COUNTY_LEAD))

    page = client.get(reverse("institutes:recommendation-list")).text
    answer = client.post(reverse("institutes:call-summary", args=[call.pk]))

    assert "出具推荐汇总表" not in page
    assert f"“{waiting}”尚未签发推荐函。" in page
    assert answer.status_code == 409
    assert "尚未签发推荐函" in answer.text


@pytest.mark.parametrize(
    ("role", "code", "issues", "reads"),
    [
        (R.COUNTY_LEAD, "130102", 302, 200),
        (R.COUNTY_STAFF, "130102", 403, 200),
        (R.COUNTY_LEAD, "130104", 409, 404),
        (R.COUNTY_STAFF, "130104", 403, 404),
        (R.BUREAU_CLERK, "130102", 403, 200),
        (R.AUDITOR, "130102", 403, 200),
        (R.ENT_ADMIN, "130102", 403, 404),
        (R.AGENCY, "130102", 403, 404),
        (R.EXPERT, "130102", 403, 404),
        (R.FINANCE, "130102", 403, 404),
    ],
)
def test_who_issues_and_who_reads(client, call, division, role, code, issues, reads):
    recommended(call, 1)
    summary = issue(call, division)
    paper_of(summary)
    someone = person(role, division=code)
    client.force_login(someone)
    api = APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=someone)}")

    assert client.post(reverse("institutes:call-summary", args=[call.pk])).status_code == issues
    urls = [
        summary.get_absolute_url(),
        reverse("institutes:summary-file", args=[summary.pk]),
        reverse("institutes:summary-export", args=[summary.pk, "xlsx"]),
    ]
    one = f"/api/v1/recommendation-lists/{summary.pk}/"
    answers = [client.get(url) for url in urls] + [api.get(url) for url in (one, f"{one}file/")]
    for answer in answers:
        answer.close()
    assert {answer.status_code for answer in answers} == {reads}


def test_a_program_issues_and_reads_the_list_of_its_county_alone(call, division):
    (one,) = recommended(call, 1)
    recommended(call, 1, host__division__code="130104")
    other = issue(call, Division.objects.get(code="130104"))
    api = APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=person(R.COUNTY_LEAD))}")

    made = api.post("/api/v1/recommendation-lists/", {"call": call.pk}, format="json")
    listed = api.get("/api/v1/recommendation-lists/").json()["results"]

    assert (made.status_code, [row["name"] for row in made.json()["rows"]]) == (201, [one.institute_name])
    assert [row["id"] for row in listed] == [made.json()["id"]]
    assert api.get(f"/api/v1/recommendation-lists/{other.pk}/").status_code == 404
    missing = api.post("/api/v1/recommendation-lists/", {"call": CallFactory().pk}, format="json")
    assert (missing.status_code, missing.json()["code"]) == (409, "incomplete")


def test_the_spreadsheet_has_the_rows_of_the_county_in_order(client, call):
    second, first = recommended(call, 2, 1)
    recommended(call, 1, host__division__code="130104")
    client.force_login(person(R.COUNTY_STAFF))

    answer = client.get(reverse("institutes:recommendation-export", args=["csv"]), {"call": call.pk})

    head, *rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert head[:2] == ["推荐排序", "研究院名称"]
    assert [row[:3] for row in rows] == [
        ["1", first.institute_name, first.number],
        ["2", second.institute_name, second.number],
    ]
    assert {"50", "示例大学、示例研究所"} <= set(rows[0])
    client.force_login(person(R.BUREAU_CLERK))
    assert client.get(reverse("institutes:recommendation-export", args=["csv"])).status_code == 403


def test_the_list_of_lists_is_searched_filtered_and_sorted(client, call, division):
    recommended(call, 1)
    recommended(call, 1, host__division__code="130104")
    here, there = issue(call, division), issue(call, Division.objects.get(code="130104"))
    client.force_login(person(R.BUREAU_CLERK))

    def shown(**asked) -> list[str]:
        text = client.get(reverse("institutes:summary-list"), asked).text
        found = [(text.find(one.number), one.number) for one in (here, there)]
        return [number for place, number in sorted(found) if place >= 0]

    assert shown() == [there.number, here.number]
    assert shown(q=here.number) == shown(division=division.pk) == [here.number]
    assert shown(call=CallFactory().pk) == []
    assert shown(sort="number") == [here.number, there.number]
