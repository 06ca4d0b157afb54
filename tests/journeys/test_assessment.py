"""Two years of an institute: it reports, three offices sign, the first year fails and its money waits; the next year is
good, and the money goes on. Another unit never reports, and everybody reads so."""

from datetime import date

import pytest

from evaluation.enums.assessment import AssessmentState as S
from evaluation.integrity.assessments import (
    assessments_rest_on_three_signatures,
    one_assessment_for_each_year_in_force,
)
from evaluation.models import Assessment
from evaluation.tasks import sweep_assessments, sweep_papers
from funding.tasks import hold_back_awards
from records import audit
from records.models import Document
from tests.factories.funding import AwardFactory
from tests.factories.institutes import RecognitionFactory
from tests.journeys.accepting import AcceptanceWalk
from tests.journeys.papers import content_of, words_of
from tests.journeys.people import stranger

pytestmark = pytest.mark.usefixtures("no_worker")
OPENING, NEXT_OPENING, RECOGNISED = date(2027, 1, 4), date(2028, 1, 4), date(2026, 6, 1)
NOTHING_NEW = dict.fromkeys(
    ("staff_joined", "staff_left", "co_builders_joined", "co_builders_left", "firms_left"), "0"
) | dict.fromkeys(("equipment_bought", "equipment_retired", "funds_received", "funds_used"), "0")
NO_ACHIEVEMENTS = {"transfers_local": "0"}
MINUTE = "石科党组纪要〔2027〕6号"


class AssessmentWalk(AcceptanceWalk):
    """A year of assessment, through the pages of those whose turn it is."""

    url_of_year = ""

    @property
    def assessment(self) -> Assessment:
        return Assessment.objects.get(pk=int(self.url_of_year.strip("/").rpartition("/")[2]))

    def open_year(self) -> None:
        with self.hour(9):
            sweep_assessments()
            self.url_of_year = self.filler.open("/assessments/").link(r"/assessments/\d+/$")

    def fill_year(self, **changed: str) -> None:
        """Every part by its page, money in 万元."""
        said = {box["code"]: box["example"] for box in self.assessment.edition.terms["boxes"]} | changed
        with self.hour(10):
            for part in self.assessment.edition.terms["blocks"]:
                page = self.filler.open(f"{self.url_of_year}edit/{part['code']}/")
                names = [name for name in page.form().names if name.startswith("box_")]
                typed = {name: said[name.removeprefix("box_")] for name in names}
                self.filler.send(page, go="stay", **typed)
        with self.hour(11):
            self.filler.take(self.url_of_year, "hand_up")
        with self.hour(14):
            self.admin.take(self.url_of_year, "hand_in")

    def sign_year(self, **changed: str) -> None:
        """The county checks, tax and finance enter their figures in yuan, one after the other."""
        said = {"opinion": "核对账簿和凭证，情况属实。"}
        with self.hour(15):
            self[self.county.staff.username].take(self.url_of_year, "county_check", **said)
        for office in ("tax", "finance"):
            self.pass_days()
            boxes = self.assessment.edition.terms["boxes"]
            figures = {
                f"box_{box['code']}": str(int(changed.get(box["code"], box["example"])) * 10_000)
                for box in boxes
                if box["filled_by"] == office
            }
            with self.hour(10):
                self[office].take(self.url_of_year, f"sign_{office}", **said, **figures)

    def grade_year(self, grade: str) -> None:
        self.pass_days()
        with self.hour(10):
            self["bureau_clerk"].take(
                self.url_of_year, "grade", grade=grade, grounds="按年度报告和各部门意见评定。"
            )
        with self.hour(15):
            self["bureau_approver"].take(self.url_of_year, "confirm")

    def publish_year(self, year: int) -> None:
        approver = self["bureau_approver"]
        with self.hour(16):
            page = approver.open(f"/assessments/years/{year}/publish/")
            approver.send(page, "/publish/", minute_number=MINUTE)
        with self.hour(17):
            sweep_papers()


@pytest.fixture
def walk(city) -> AssessmentWalk:
    """A recognised institute with money on its way, and another whose unit keeps silent."""
    walk, silent = AssessmentWalk(city), city.firms[1]
    for firm in (walk.firm, silent):
        host = firm.organisation
        facts = {"institute__host": host, "institute__division": host.division, "year": 2026}
        RecognitionFactory(**facts, recognised_on=RECOGNISED)
    walk.on(OPENING)
    return walk


def test_a_year_that_fails_and_one_that_does_not(walk):
    award = AwardFactory(recognition=walk.institute.recognition)
    walk.open_year()
    walk.pass_days(60)
    walk.fill_year(**NO_ACHIEVEMENTS)
    walk.sign_year()
    walk.grade_year("fail")
    walk.publish_year(2026)

    row = walk.assessment
    assert (row.state, row.grade, row.is_late(walk.day)) == (S.PUBLISHED, "fail", False)
    assert [event.verb.rpartition(".")[2] for event in audit.history(row).exclude(to_state="")] == [
        "begin",
        "hand_up",
        "hand_in",
        "county_check",
        "sign_tax",
        "sign_finance",
        "grade",
        "confirm",
        "publish",
    ]
    paper = Document.objects.about(row).get(kind="assessment_result")
    words = words_of(content_of(paper))
    assert all(office in words for office in ("石家庄市财政局", "石家庄市税务局", "暂缓拨付"))
    public = stranger().get("/assessment-results/2026/").content.decode()
    assert str(walk.institute) in public
    assert "未提交年度报告" in public
    with walk.hour(17):
        hold_back_awards()
        award.refresh_from_db()
        assert award.state == "suspended"

    walk.on(NEXT_OPENING)
    walk.open_year()
    walk.fill_year(**NO_ACHIEVEMENTS, **NOTHING_NEW)
    walk.sign_year(**NOTHING_NEW)
    walk.grade_year("pass")
    walk.publish_year(2027)
    with walk.hour(17):
        hold_back_awards()
    award.refresh_from_db()
    assert award.state == "entitled"
    assert [*assessments_rest_on_three_signatures(), *one_assessment_for_each_year_in_force()] == []
