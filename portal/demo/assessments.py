"""Annual assessments in the demo: a year with a failure and a report that never came, and another at every desk."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation import services
from evaluation.models import Assessment
from evaluation.selectors.assessments import typed_boxes
from institutes.models import Recognition
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from records import clock

FAILED, SILENT = 14, 15
GOOD, FAIR, CONFIRMED, AT_APPROVER, AT_CLERK, AT_FINANCE, AT_COUNTY = 7, 8, 9, 10, 13, 12, 11
AT_TAX, AT_ADMIN, BEGUN = 3, 4, 2
SIZE = {GOOD: "1.2", FAIR: "0.7", FAILED: "0.2"}
"""How large spending and income are beside the examples; as large for the others."""
OWN = {"transfers_local": "0", "patents_granted": "20", "service_times": "200"}
"""What verified achievements of any firm stay within."""
COUNTY = "经实地核对人员、场地、设备和经费账簿，填报数据属实。"
TAX = "依法申报纳税，年末无欠税。"
FINANCE = "市级资金单独核算，按规定用途使用。"
GROUNDS = {
    "pass": "运行正常，研发投入和成果转化达到预期，按期报送年度报告。",
    "basic": "运行基本正常，成果转化偏少，对外服务有待加强。",
    "fail": "逾期报送；研发投入和人员明显不足，未实际开展公共技术服务。",
}


class Assessments:
    """The way of each report, at the moments when its people took the steps. Firms go by their place in the table."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days
        self.year = days.today.year - 1

    def of_the_first(self) -> None:
        """Those recognised first: one reports late and fails, the other never does. Published together."""
        self._open(320, FAILED, SILENT)
        self._hand_in(FAILED, 230)
        self._sign(FAILED, 222, 215, 208)
        self._grade(FAILED, 200, "fail", confirmed=196)
        self._publish(170, 12)

    def live(self) -> None:
        """Of those recognised since the bureau asks the same year, as what the next ones are measured by."""
        self._open(45, GOOD, FAIR, CONFIRMED, AT_APPROVER, AT_CLERK, AT_FINANCE)
        for n in (GOOD, FAIR, CONFIRMED, AT_APPROVER, AT_CLERK, AT_FINANCE):
            self._hand_in(n, 36)
        for n in (GOOD, FAIR, CONFIRMED, AT_APPROVER, AT_CLERK):
            self._sign(n, 33, 28, 22)
        self._sign(AT_FINANCE, 12, 6)
        self._grade(GOOD, 18, "pass", confirmed=16)
        self._grade(FAIR, 18, "basic", confirmed=16)
        self._publish(9, 30)
        self._grade(CONFIRMED, 8, "pass", confirmed=5)
        self._grade(AT_APPROVER, 3, "pass")
        self._open(20, AT_TAX, AT_COUNTY, AT_ADMIN, BEGUN)
        self._hand_in(AT_TAX, 9)
        self._sign(AT_TAX, 4)
        self._hand_in(AT_COUNTY, 3)
        with clock.at(self.days.ago(2, 10)):
            self._fill(AT_ADMIN)
            services.hand_up_assessment(assessment=self._of(AT_ADMIN), by=self.firms[AT_ADMIN].filler)
        with clock.at(self.days.ago(1, 16)):
            begun: Mapping[str, object] = {"box_rd_spend": "5200000", "box_rd_labour": "2300000"}
            services.save_assessment(assessment=self._of(BEGUN), entries=begun, by=self.firms[BEGUN].filler)

    def _open(self, ago: int, *numbers: int) -> None:
        hosts = [self.firms[n].organisation for n in numbers]
        with clock.at(self.days.ago(ago, 8)):
            for one in Recognition.objects.filter(institute__host__in=hosts).order_by("pk"):
                services.open_assessment(recognition=one, year=self.year)

    def _of(self, n: int) -> Assessment:
        rows = Assessment.objects.select_related("institute__recognition", "edition", "host", "division")
        return rows.get(host=self.firms[n].organisation, year=self.year)

    def _fill(self, n: int) -> None:
        """The examples beside the boxes, with spending and income of the firm's size."""
        assessment, size = self._of(n), Decimal(SIZE.get(n, "1"))
        entries = {}
        for box in typed_boxes(assessment):
            value = OWN.get(box["code"], box["example"])
            if box["kind"] == "money":
                scale = size if box["block"] in ("spending", "income") else Decimal(1)
                value = str(Decimal(value) * 10_000 * scale)
            entries[f"box_{box['code']}"] = value
        services.save_assessment(assessment=assessment, entries=entries, by=self.firms[n].filler)

    def _hand_in(self, n: int, ago: int) -> None:
        with clock.at(self.days.ago(ago, 9)):
            self._fill(n)
            services.hand_up_assessment(assessment=self._of(n), by=self.firms[n].filler)
        with clock.at(self.days.ago(ago, 15)):
            services.hand_in_assessment(assessment=self._of(n), by=self.firms[n].admin)

    def _sign(self, n: int, county: int, tax: int = 0, finance: int = 0) -> None:
        """County, tax and finance, as far as days are given."""
        staff = self.world.county_of(self.firms[n]).staff
        with clock.at(self.days.ago(county, 10)):
            services.check_assessment(assessment=self._of(n), opinion=COUNTY, by=staff)
        if tax:
            with clock.at(self.days.ago(tax, 10)):
                given = self._figures(n, "tax")
                services.sign_tax(assessment=self._of(n), opinion=TAX, by=self.world["tax"], **given)
        if finance:
            with clock.at(self.days.ago(finance, 10)):
                given, by = self._figures(n, "finance"), self.world["finance"]
                services.sign_finance(assessment=self._of(n), opinion=FINANCE, by=by, **given)

    def _figures(self, n: int, office: str) -> dict[str, object]:
        boxes = self._of(n).edition.terms["boxes"]
        return {
            f"box_{box['code']}": Decimal(box["example"]) * 10_000
            for box in boxes
            if box["filled_by"] == office
        }

    def _grade(self, n: int, ago: int, grade: str, *, confirmed: int = 0) -> None:
        with clock.at(self.days.ago(ago, 10)):
            services.grade_assessment(
                assessment=self._of(n), grade=grade, grounds=GROUNDS[grade], by=self.world["bureau_clerk"]
            )
        if confirmed:
            with clock.at(self.days.ago(confirmed, 15)):
                services.confirm_assessment(assessment=self._of(n), by=self.world["bureau_approver"])

    def _publish(self, ago: int, minute: int) -> None:
        with clock.at(self.days.ago(ago, 16)):
            services.publish_assessments(
                year=self.year,
                minute_number=f"石科党组纪要〔{clock.today().year}〕{minute}号",
                by=self.world["bureau_approver"],
            )
