"""Pages of evaluations, rounds and cycles: who sees what, what is filled in already, what a page leads to."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation import services
from evaluation.enums.performance import EvaluationState as S
from evaluation.models import Evaluation
from evaluation.selectors import performance as selectors
from evaluation.selectors.performance_rounds import places_in
from evaluation.views.evaluations import source_url
from tests.evaluation import performing
from tests.factories.accounts import person
from tests.factories.notices import publish_rules
from tests.factories.performance import (
    CycleFactory,
    EvaluationFactory,
    RoundFactory,
    edition,
    example_figures,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
SOURCE = {"type": "achievement", "id": 7, "label": "示例成果甲", "value": "1", "year": 2024}


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    edition()
    publish_rules()
    rows = [row | {"note": "", "sources": [SOURCE]} for row in example_figures()]
    monkeypatch.setattr(selectors, "frozen_figures", lambda institute, years, edition: rows)


def reader(client, role, evaluation=None):
    """Signed in as somebody of that role who has to do with it."""
    places = {}
    if evaluation is not None and role in (Role.ENT_FILLER, Role.ENT_ADMIN):
        places = {"organisation": evaluation.host}
    if evaluation is not None and role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD):
        places = {"division": evaluation.division.code}
    if evaluation is not None and role == Role.AGENCY:
        places = {"organisation": evaluation.agency}
    client.force_login(person(role, **places))
    return client


@pytest.mark.parametrize("state", [state for state in S if state != S.WITHDRAWN])
def test_a_clerk_opens_an_evaluation_in_every_state(client, state):
    found = EvaluationFactory(state=state)

    page = reader(client, Role.BUREAU_CLERK).get(found.get_absolute_url())

    assert page.status_code == 200
    assert found.institute.name in page.content.decode()


@pytest.mark.parametrize(
    ("role", "state", "button"),
    [
        (Role.ENT_FILLER, "self_report", "送单位管理员"),
        (Role.ENT_ADMIN, "unit_review", "报送自评报告"),
        (Role.COUNTY_STAFF, "county_review", "提出县级意见"),
        (Role.COUNTY_LEAD, "county_signing", "签发县级意见"),
        (Role.TAX, "tax_fill", "填报税务数据"),
        (Role.FINANCE, "finance_fill", "提交财政核查意见"),
        (Role.BUREAU_CLERK, "checking", "委托专家评分"),
        (Role.BUREAU_APPROVER, "exemption", "审定：缓评"),
    ],
)
def test_everybody_finds_the_next_step(client, role, state, button):
    found = EvaluationFactory(state=state)

    page = reader(client, role, found).get(found.get_absolute_url()).content.decode()

    assert button in page


def test_the_self_report_is_filled_in_already_and_leads_to_its_rows(client):
    found = EvaluationFactory()
    page = reader(client, Role.ENT_FILLER, found).get(reverse("evaluation:evaluation-edit", args=[found.pk]))

    text = page.content.decode()
    assert reverse("institutes:achievement", args=[7]) in text
    assert "示例成果甲" in text
    for part in found.edition.terms["dimensions"]:
        assert f'name="text_{part["code"]}"' in text
    assert 'name="doubt_transfers"' in text


def test_a_report_is_written_brought_and_handed_up_through_the_pages(client):
    found = EvaluationFactory()
    reader(client, Role.ENT_FILLER, found)
    edit, files = (reverse(f"evaluation:evaluation-{name}", args=[found.pk]) for name in ("edit", "files"))

    client.post(edit, performing.WORDS | {"doubt_transfers": "少计一项"})
    client.post(files, {"uploads": [pdf_upload("佐证.pdf")]})
    client.post(reverse("evaluation:evaluation-move", args=[found.pk, "hand_up"]))

    found.refresh_from_db()
    assert (found.state, found.doubts["transfers"]["note"]) == (S.UNIT_REVIEW, "少计一项")
    assert found.texts["economy"] == performing.WORDS["text_economy"]


def test_it_saves_itself_while_it_is_written(client):
    found = EvaluationFactory()
    reader(client, Role.ENT_FILLER, found)
    edit = reverse("evaluation:evaluation-edit", args=[found.pk])

    sent = {"changed": "text_economy", "text_economy": "正在写", "version": "0"}
    answer = client.post(edit, sent, headers={"X-Autosave": "1"})

    assert answer.status_code == 200
    found.refresh_from_db()
    assert found.texts == {"economy": "正在写"}


def test_the_tax_bureau_fills_in_its_figure(client):
    found = EvaluationFactory(state="tax_fill")
    reader(client, Role.TAX)
    address = reverse("evaluation:evaluation-move", args=[found.pk, "fill_tax"])

    assert client.post(address, {"value_tax_paid": ""}).status_code == 422
    client.post(address, {"value_tax_paid": "812.50", "note": ""})

    found.refresh_from_db()
    assert (found.state, found.filled["tax_paid"]["value"]) == (S.FINANCE_FILL, "812.50")


def test_a_unit_reads_no_grade_before_it_is_shown(client):
    hidden, shown = EvaluationFactory(state="confirmation"), EvaluationFactory(state="publicity")

    for found, expected in ((hidden, False), (shown, True)):
        page = reader(client, Role.ENT_FILLER, found).get(found.get_absolute_url()).content.decode()
        assert ("评价结果</h2>" in page or 'id="result"' in page) == expected


def test_strangers_find_nothing(client):
    found = EvaluationFactory()

    assert reader(client, Role.ENT_FILLER).get(found.get_absolute_url()).status_code == 404
    assert client.get(found.round.get_absolute_url()).status_code == 404
    assert client.get(found.cycle.get_absolute_url()).status_code == 404


def test_the_round_shows_what_everybody_would_be_graded(client):
    one = performing.scored(EvaluationFactory())
    EvaluationFactory(round=one.round)
    page = reader(client, Role.BUREAU_CLERK).get(one.round.get_absolute_url()).content.decode()

    assert "80.00" in page
    assert "预计" in page
    assert "以下研究院尚不能评定等次" in page


def test_a_decided_round_keeps_the_places_of_the_last_evaluation_of_each(client):
    shared = {"state": "final", "round": RoundFactory(state="final"), "chain_kind": "emerging"}
    best = EvaluationFactory(total="95.00", grade="excellent", **shared)
    failed = EvaluationFactory(total="50.00", grade="fail", **shared | {"state": "rectify"})
    again = EvaluationFactory(
        total="70.00", grade="good", former=failed, attempt=2, rectify_by=date(2027, 3, 31),
        cycle=failed.cycle, **shared,
    )  # fmt: skip
    alone = EvaluationFactory(total="60.00", grade="pass", **shared | {"chain_kind": "county"})
    rows = Evaluation.objects.all()

    assert places_in(rows, []) == {best.pk: (1, 2), again.pk: (2, 2), alone.pk: (1, 1)}
    page = reader(client, Role.BUREAU_CLERK).get(shared["round"].get_absolute_url()).content.decode()
    assert [words in page for words in ("1 / 2", "2 / 2", "1 / 1")] == [True] * 3


def test_of_what_an_office_fills_in_no_year_is_lacking(client):
    lacking = {
        "code": "tax_paid",
        "value": None,
        "unit": "万元",
        "sources": [],
        "note": "2023 年度没有已确认的数据",
    }
    found = EvaluationFactory(state="county_review", figures=[lacking])

    page = reader(client, Role.BUREAU_CLERK).get(found.get_absolute_url()).content.decode()
    assert "税务部门填报" in page
    assert "没有已确认的数据" not in page


def test_a_round_is_graded_and_published_through_its_page(client):
    found = performing.scored(EvaluationFactory())
    grade = reverse("evaluation:round-move", args=[found.round_id, "grade"])
    publish = reverse("evaluation:round-move", args=[found.round_id, "publish"])

    reader(client, Role.BUREAU_CLERK).post(grade, {"minute_number": "示例纪要〔2026〕1号"})
    reader(client, Role.BUREAU_APPROVER).post(publish)

    found.refresh_from_db()
    assert (found.state, found.round.notice.items.count()) == (S.PUBLICITY, 1)
    assert found.round.notice.items.get().name == f"{found.institute.name}：良好"


@pytest.mark.parametrize("name", ["evaluation", "round", "cycle"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lists_and_what_is_taken_from_them(client, name, kind):
    EvaluationFactory(state="final", round=RoundFactory(state="final"))
    CycleFactory(running=True)
    reader(client, Role.BUREAU_CLERK)

    assert client.get(reverse(f"evaluation:{name}-list")).status_code == 200
    assert client.get(reverse(f"evaluation:{name}-export", args=[kind])).status_code == 200


def test_a_cycle_leads_to_its_evaluations(client):
    found = EvaluationFactory(state="final")

    page = reader(client, Role.ENT_FILLER, found).get(found.cycle.get_absolute_url()).content.decode()

    assert found.get_absolute_url() in page
    assert "良好" in page


def test_a_clerk_opens_the_round_before_its_day(client):
    CycleFactory()
    reader(client, Role.BUREAU_CLERK)
    assert "启动" in client.get(reverse("evaluation:round-list")).content.decode()

    client.post(reverse("evaluation:round-open"))

    assert Evaluation.objects.get().state == S.SELF_REPORT
    assert services.open_round(year=Evaluation.objects.get().round.year).evaluations.count() == 1


@pytest.mark.parametrize(
    ("role", "led_to"),
    [
        (Role.BUREAU_CLERK, {"achievement", "assessment", "project", "earlier"}),
        (Role.COUNTY_STAFF, {"achievement", "assessment", "project", "earlier"}),
        (Role.FINANCE, {"achievement", "assessment", "project"}),
        (Role.TAX, {"achievement", "assessment"}),
        (Role.AGENCY, set()),
    ],
)
def test_figures_lead_only_to_rows_that_their_reader_may_open(role, led_to):
    reader = person(role)

    kinds = ("achievement", "assessment", "project", "earlier", "typed")
    assert {kind for kind in kinds if source_url({"type": kind, "id": 1}, reader)} == led_to
