"""The briefing: what it says as data, for whom it was made, and that the longest names leave it on one page."""

import io
from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.roles import Role
from portal.boards import briefing as papers
from portal.boards.figures import YUAN, Board, Figure, Line, Question, Table
from portal.boards.outlook import Past, Pending, expected, past_of
from portal.selectors.workbasket import Task
from records import documents as paper_office
from tests.factories.accounts import person

AT = datetime(2026, 11, 27, 9, 5, tzinfo=timezone.get_default_timezone())
LONG = "石家庄市新一代电子信息及高端装备制造关键零部件协同创新产业技术研究院示例名称"

COUNT = Figure(code="n", label="在办", value=1280, url="/x/")


def a_figure(code="x", more=None):
    return Figure(
        code=code, label="县级到账待拨", value=Decimal("12345678.90"), unit=YUAN, url="/x/", more=more
    )


def a_table(code="legs", count=30, label=LONG):
    lines = [Line(label, (COUNT, a_figure()), note="历年 20 件中 15 件通过") for _more in range(count)]
    return Table(code=code, title="资金到哪一步", heads=("环节", "笔数", "金额（万元）"), lines=lines)


def a_board():
    questions = [
        Question(code=code, title="钱在哪里", figures=(a_figure(more=a_figure("y")),) * 2, table=a_table())
        for code in ("stuck", "money", "standing")
    ]
    tables = [a_table(code) for code in (*papers.ON_PAPER[:2], *papers.WITH_ROOM)]
    return Board(title=LONG, questions=questions, tables=tables)


def a_task(n):
    return Task(
        label="待提交自评报告和佐证材料（示例环节）",
        next_step="",
        subject=f"{LONG}：2023—2025年绩效评价{n}",
        url="/x/",
        holder="石家庄市示例新一代电子信息技术股份有限公司（申报人）",
        due_on=AT.date(),
        days_left=-125,
        provisional=False,
        paused=False,
    )


@pytest.mark.django_db
def test_a_briefing_says_what_the_board_says_and_for_whom():
    someone = person(Role.COUNTY_LEAD, division="130102")

    said = papers.briefing(a_board(), title="简报", late=[a_task(1)], late_count=9, user=someone, at=AT)

    assert said["questions"][0]["figures"][0] == {
        "label": "县级到账待拨",
        "value": "1,234.57",
        "unit": "万元",
        "more": "县级到账待拨 1,234.57 万元",
    }
    assert (said["day"], said["late_more"], said["late"][0]["days"]) == ("2026年11月27日", 8, 125)
    assert someone.get_full_name() in said["mark"]
    assert "2026年11月27日 09:05" in said["mark"]


@pytest.mark.django_db
def test_the_longest_names_fit_on_one_page():
    late = [a_task(n) for n in range(20)]
    someone = person(Role.BUREAU_APPROVER)

    said = papers.briefing(a_board(), title=LONG, late=late, late_count=20, user=someone, at=AT)
    pages = PdfReader(io.BytesIO(paper_office.make_pdf(papers.TEMPLATE, said))).pages

    assert len(pages) == 1
    text = pages[0].extract_text()
    assert someone.get_full_name() in text
    assert "其余" in text


@pytest.mark.django_db
def test_what_leaves_room_is_filled_and_an_empty_table_says_so():
    tables = [a_table(code, count=2, label="示例") for code in (*papers.ON_PAPER[:2], *papers.WITH_ROOM)]
    bare = Table(code="holders", title="由谁办理", heads=("当前办理", "在办"), empty="没有在办事项。")
    board = Board(
        title="赵县",
        questions=[Question(code="stuck", title="卡在哪里", figures=(COUNT,), table=bare)],
        tables=tables,
    )
    someone = person(Role.COUNTY_LEAD, division="130102")

    said = papers.briefing(board, title="简报", late=[], late_count=0, user=someone, at=AT)

    assert [len(stack) for stack in said["stacks"]] == [4, 3]
    assert said["questions"][0]["table"]["empty"] == "没有在办事项。"


@pytest.mark.django_db
def test_every_goal_of_the_city_stands_on_the_paper():
    notes = ("目标 100，2025 年底 0", "目标 40，2025 年底 0", "每年不少于 10", "2025 年底在册研究院 28 家")
    labels = ("新技术、新产品、杀手锏产品", "转化科技成果", "2026 年联合攻关立项", "到期结果")
    lines = [Line(label, (COUNT,), note=note) for label, note in zip(labels, notes, strict=True)]
    goals = Table(code="goals", title="目标", heads=("目标", "截至今天"), lines=lines)
    board = Board(
        title="全市", questions=[Question(code="t", title="目标", figures=(), table=goals)], tables=[]
    )

    said = papers.briefing(
        board, title="简报", late=[], late_count=0, user=person(Role.BUREAU_APPROVER), at=AT
    )

    assert [line["label"] for line in said["questions"][0]["table"]["lines"]] == list(labels)


@pytest.mark.parametrize(
    ("past", "amount"),
    [
        (None, "1000000"),
        (Past(0, 0), "1000000"),
        (Past(0, 4), "0"),
        (Past(4, 4), "1000000"),
        (Past(15, 19), "789500"),
        (Past(1, 3), "333300"),
    ],
)
def test_what_is_expected_follows_the_past(past, amount):
    (said,) = expected([Pending("x", 5, Decimal(1_000_000), past)])

    assert said.amount == Decimal(amount)


def test_the_past_is_who_ended_beyond_a_point():
    counts = {"recognised": 6, "closed_review": 2, "closed_formal": 3, "reviewing": 9}

    assert past_of(counts, ended=["closed_review", "recognised"], won=["recognised"]) == Past(6, 8)
    assert past_of({}, ended=["closed_review"], won=["recognised"]) == Past(0, 0)
