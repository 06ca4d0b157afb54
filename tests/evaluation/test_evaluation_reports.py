"""The reports of evaluations and rounds: when they are made, that they are made once, what stands in them."""

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.roles import Role
from evaluation import services
from evaluation.documents import evaluation_reports as papers
from evaluation.policy.performance import grade_of
from evaluation.policy.pictures import radar, trend
from evaluation.selectors import explain
from evaluation.services import sweeps
from records import audit
from records import documents as paper_office
from records.errors import Conflict
from records.models import Document
from records.pdf import RenderFailed
from tests.factories.accounts import person, system_user
from tests.factories.performance import EvaluationFactory, RoundFactory, example_figures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Papers are not laid out here, but for the one test that looks at them: what they are made of is kept."""
    monkeypatch.setattr(
        paper_office, "make_pdf", lambda template, context, code="": b"%PDF-1.7 " + template.encode()
    )


def released(share: str = "0.80", **more):
    evaluation = EvaluationFactory(state="final", figures=example_figures(share), **more)
    standing = explain.standing_of(evaluation)
    evaluation.sheet, evaluation.total = standing.sheet.as_json(), standing.total
    evaluation.grade = grade_of(standing.total, standing.rules)
    evaluation.save(update_fields=["sheet", "total", "grade"])
    return evaluation


def test_a_report_is_made_once_and_says_every_line():
    evaluation = released(chain_kind="county")

    first = services.issue_evaluation_report(evaluation=evaluation)
    again = services.issue_evaluation_report(evaluation=evaluation)

    assert first == again
    assert (first.kind, first.public) == ("evaluation_sheet", False)
    assert first.number.startswith("SJZ-PBG-")
    said = first.context
    assert [one["label"] for one in said["dimensions"]] == [
        "技术开发",
        "成果转化",
        "企业孵化",
        "对石家庄市经济贡献",
    ]
    assert sum(len(one["rows"]) for one in said["dimensions"]) == 18
    assert (said["grade"], said["kind"], said["place"], said["among"]) == ("良好", "县域特色", 1, 1)
    assert len(said["radar"]["axes"]) == len(said["trend"]["lines"]) == 4
    assert [line.verb for line in audit.history(evaluation)].count("evaluation.report.number") == 1


@pytest.mark.parametrize("state", ["grading", "publicity", "deferred"])
def test_nothing_is_reported_before_the_release(state):
    with pytest.raises(Conflict, match="尚未公布"):
        services.issue_evaluation_report(evaluation=EvaluationFactory(state=state))
    with pytest.raises(Conflict, match="尚未公布"):
        services.issue_round_report(round_=RoundFactory())


def test_the_sweep_makes_what_lacks_and_goes_on_after_a_failure(monkeypatch):
    bad, good = released(), released()
    EvaluationFactory(state="publicity")
    issue = paper_office.issue

    def fails(paper):
        if paper.subject.pk == bad.pk:
            raise RenderFailed("示例")
        return issue(paper)

    monkeypatch.setattr(paper_office, "issue", fails)
    assert sweeps.sweep_evaluation_reports() == 1
    monkeypatch.setattr(paper_office, "issue", issue)
    assert sweeps.sweep_evaluation_reports() == 1
    assert sweeps.sweep_evaluation_reports() == 0

    numbers = Document.objects.filter(kind="evaluation_sheet").values_list("subject_id", "number")
    assert {pk for pk, _number in numbers} == {bad.pk, good.pk}
    assert len({number for _pk, number in numbers}) == 2


def test_the_report_of_a_round_counts_and_lists_everybody():
    round_ = RoundFactory(state="final")
    for share, kind in (("1.00", "emerging"), ("0.80", "emerging"), ("0.75", "county")):
        released(share, round=round_, chain_kind=kind)
    EvaluationFactory(state="deferred", round=round_)

    said = services.issue_round_report(round_=round_).context

    assert (said["whole"], said["scored"]) == (4, 3)
    kinds = [(row["label"], row["count"], row["counts"][0]) for row in said["kinds"]]
    assert sorted(kinds) == [("县域特色", 1, 0), ("战略性新兴", 2, 1)]
    totals = [float(row["total"]) for row in said["rows"]]
    assert totals == sorted(totals, reverse=True)
    assert [row["state"] for row in said["unscored"]] == ["缓评"]
    assert len(said["indicators"]) == 18


@pytest.mark.parametrize(
    ("grade", "attempt", "words"),
    [
        ("excellent", 1, "享受绩效后补助奖励"),
        ("good", 1, "下一评估周期自2026年起"),
        ("pass", 1, "继续纳入"),
        ("fail", 1, "限期整改6个月"),
        ("fail", 2, "启动撤销认定程序"),
    ],
)
def test_what_follows_from_a_grade(grade, attempt, words):
    evaluation = (
        EvaluationFactory(state="grading", again=True) if attempt == 2 else EvaluationFactory(state="grading")
    )

    assert words in papers.consequence_of(evaluation, grade)


def test_the_paper_with_its_pictures_fits_its_pages(monkeypatch, tmp_path):
    monkeypatch.undo()
    evaluation = released(
        deductions=[{"code": "late_report", "words": "2024 年度报告迟报", "points": "2.00"}]
    )
    found = explain.explained(evaluation, system_user())

    path = tmp_path / "report.pdf"
    path.write_bytes(paper_office.make_pdf(papers.SHEET_TEMPLATE, papers.evaluation_sheet(evaluation, found)))
    pages = PdfReader(path).pages
    text = "".join(page.extract_text() for page in pages)

    assert 3 <= len(pages) <= 6
    for words in (
        str(evaluation.institute),
        "良好",
        "技术开发",
        "研究院年均研发投入",
        "2024 年度报告迟报，扣2分",
    ):
        assert words in text.replace("\n", "")


@pytest.mark.parametrize(("role", "status"), [(Role.BUREAU_CLERK, 200), (Role.ENT_ADMIN, 404)])
def test_previews_are_for_who_reads_the_points(client, role, status):
    evaluation = EvaluationFactory(state="grading")
    client.force_login(person(role))

    assert (
        client.get(reverse("evaluation:evaluation-sheet-preview", args=[evaluation.pk])).status_code == status
    )
    answer = client.get(reverse("evaluation:round-report-preview", args=[evaluation.round_id]))
    assert answer.status_code == (200 if status == 200 else 403)


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_radar_reaches_from_the_middle_to_the_rim():
    found = radar([("甲", 0), ("乙", 100), ("丙", 50), ("丁", 150)], title="示例")

    assert found["shape"] == "260.0,150.0 360.0,150.0 260.0,200.0 160.0,150.0"
    assert [axis["anchor"] for axis in found["axes"]] == ["middle", "start", "middle", "end"]


def test_a_trend_rises_with_its_shares():
    found = trend([("甲", [0, 50, 100])], [2023, 2024, 2025], title="示例")

    ys = [dot["y"] for dot in found["lines"][0]["dots"]]
    assert ys == sorted(ys, reverse=True)
    assert (ys[0], ys[-1]) == (found["grid"][0]["y"], found["grid"][-1]["y"])
    assert [year["label"] for year in found["years"]] == ["2023", "2024", "2025"]
