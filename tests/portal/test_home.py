"""The first page: public for strangers, the workbasket for who is signed in."""

import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.roles import Role
from records import clock
from tests.factories.accounts import AccountEditionFactory, UserFactory, person
from tests.factories.funding import load_terms
from tests.factories.institutes import CallFactory, RecognitionFactory
from tests.factories.notices import PublicNoticeFactory
from tests.factories.records import DeadlineFactory, JobFactory

pytestmark = pytest.mark.django_db


def test_strangers_see_open_calls_notices_and_institutes(client):
    call, notice = CallFactory(), PublicNoticeFactory()
    draft, institute = CallFactory(drafted=True), RecognitionFactory().institute

    text = client.get("/").content.decode()

    assert escape(call.title) in text
    assert escape(notice.title) in text
    assert institute.name in text
    assert draft.title not in text


def test_whoever_signs_in_meets_what_waits_for_them(client):
    DeadlineFactory(label="示例待办", subject_label="示例案卷甲", due_on=clock.today())
    DeadlineFactory(label="示例他人待办", holder_role=Role.TAX)
    client.force_login(person(Role.BUREAU_CLERK))

    text = client.get("/").content.decode()

    assert "示例案卷甲" in text
    assert "示例他人待办" not in text


def test_an_empty_workbasket_says_so(client):
    client.force_login(UserFactory())

    assert client.get("/").status_code == 200


def test_the_workbasket_asks_the_database_as_often_for_one_line_as_for_thirty(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(person(Role.BUREAU_CLERK))
    DeadlineFactory()
    client.get("/")
    with django_assert_max_num_queries(12) as few:
        client.get("/")
    for _more in range(29):
        DeadlineFactory()

    with django_assert_num_queries(len(few)):
        client.get("/")


def test_the_home_is_read_only(client):
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("role", [Role.COUNTY_LEAD, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR])
def test_a_leader_meets_the_three_questions_with_the_figures_of_the_board(client, role):
    load_terms()
    RecognitionFactory()
    client.force_login(person(role))
    figure = re.compile(r'data-figure="([^"]+)"\s+data-value="([^"]+)"')

    glance = client.get("/").text.partition('class="glance"')[2].partition("</section>")[0]

    board = dict(figure.findall(client.get(reverse("dashboard")).text))
    told = dict(figure.findall(glance))
    assert {code: board[code] for code in told} == told
    assert 4 <= len(told) <= 12
    assert reverse("dashboard") in glance


def test_a_leader_meets_an_empty_workbasket_before_there_are_rules(client):
    client.force_login(person(Role.COUNTY_LEAD))

    answer = client.get("/")

    assert answer.status_code == 200
    assert 'class="glance"' not in answer.text


def test_whoever_works_at_a_desk_meets_the_work_first(client):
    client.force_login(person(Role.BUREAU_CLERK))

    assert "glance" not in client.get("/").text


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.SYSADMIN, ["待发送", "发送失败", "中断的批量任务", "近 30 天中断"]),
        (Role.SECADMIN, ["锁定的登录", "近 30 天中断"]),
        (Role.BUREAU_CLERK, []),
    ],
)
def test_whoever_runs_the_portal_is_met_by_how_it_runs(client, role, labels):
    AccountEditionFactory(kind="security")
    JobFactory(state="failed", error="示例：磁盘已满。")
    client.force_login(person(role))

    signs = client.get("/").context["signs"]

    assert [str(sign.label) for sign in signs] == labels
    assert [str(sign.label) for sign in signs if sign.wrong] == [
        one for one in labels if one == "中断的批量任务"
    ]
    assert [client.get(sign.url).status_code for sign in signs] == [200] * len(labels)
