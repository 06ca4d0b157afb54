"""The papers of a plan: their data, and that they print with nothing missing."""

import pytest

from funding import documents, services, tasks
from funding.models import AllocationPlan, Award
from records import clock
from records.models import Document
from tests.factories.funding import NUMBER, a_budget, an_approved_award, an_issued_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    budget = a_budget()
    return an_issued_plan(an_approved_award(budget), an_approved_award(budget))


def test_issue_notice_says_what_was_issued(plan):
    paper = documents.issue_notice(plan)
    context = paper["context"]

    assert (paper["kind"], paper["number"], paper["public"]) == ("issue_notice", "示财教〔2026〕1号", True)
    assert (context["total"], context["total_in_capitals"], context["count"]) == (
        "400,000.00",
        "肆拾万元整",
        2,
    )
    assert context["institutes"] == 2
    assert [(c["name"], c["count"], c["amount"]) for c in context["counties"]] == [
        ("长安区", 2, "400,000.00")
    ]
    assert {row["account"] for county in context["counties"] for row in county["rows"]} == {"**** **** 0123"}
    assert context["targets"][0] == ["数量指标", "支持市级产业技术研究院", "2 家"]
    assert NUMBER not in str(context)


def test_two_awards_of_one_institute_are_one_institute(plan):
    first, second = plan.items.order_by("pk")
    Award.objects.filter(pk=second.award_id).update(
        institute=first.award.institute, kind="performance", cycle=2028
    )

    context = documents.issue_notice(plan)["context"]

    assert (context["institutes"], context["count"]) == (1, 2)


def test_the_notice_is_about_the_money_and_its_title_breaks_between_words(plan):
    AllocationPlan.objects.update(title="2026年产业技术研究院建设资金分配方案（第一批）")
    plan.refresh_from_db()
    paper = documents.issue_notice(plan)

    assert paper["title"] == "关于下达2026年产业技术研究院建设资金（第一批）的通知"
    assert paper["context"]["heading"] == ["关于下达2026年产业技术研究院", "建设资金（第一批）的通知"]
    assert "".join(paper["context"]["heading"]) == paper["title"]


def test_approval_form_has_its_annexes(plan):
    context = documents.approval_form(plan)["context"]

    assert [(row["county"], row["award_number"], row["kind"]) for row in context["rows"]] == [
        ("长安区", item.award.number, "建设资金") for item in plan.items.order_by("pk")
    ]
    assert sum(county["count"] for county in context["counties"]) == len(context["rows"])
    assert context["targets"][-1] == ["成本指标", "资金总额", "400,000.00 元"]


def test_approval_form_has_three_signatures(plan):
    signatures = documents.approval_form(plan)["context"]["signatures"]

    assert [signature["role"] for signature in signatures] == ["市科技局经办", "市财政局审核", "市科技局会签"]
    assert [signature["opinion"] for signature in signatures] == ["拟同意，请审核。", "同意。", "同意。"]
    assert len({signature["name"] for signature in signatures}) == 3


def test_papers_are_issued_once_and_the_sweep_finds_the_missing(plan):
    later = clock.now() + services.papers.PATIENCE * 2
    made = services.sweep_papers(at=later)

    of_plan = [paper for paper in made if paper.kind != "account_confirmation"]
    assert [paper.kind for paper in of_plan] == ["approval_form", "issue_notice"]
    assert {paper.issued_at for paper in of_plan} == {AllocationPlan.objects.get().issued_at}
    assert services.sweep_papers(at=later) == []
    tasks.issue_papers(plan.pk)
    assert Document.objects.about(AllocationPlan.objects.get()).count() == 2
    for paper in made:
        with paper.file.open() as printed:
            assert printed.read()[:5] == b"%PDF-"


def test_a_plan_that_was_not_issued_has_no_papers(plan):
    AllocationPlan.objects.update(state="issuing")
    assert services.issue_plan_papers(plan_id=plan.pk) == []
