"""Acceptances in the demo: units that were done early ask for theirs, and stand in every state of it."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from evaluation import services
from evaluation.models import Acceptance
from evaluation.selectors.acceptances import outcomes_of, recognitions_without_acceptance
from institutes.models import Institute
from institutes.services import report_progress
from portal.demo.books import sample_pdf
from portal.demo.review import ReviewSteps
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from records import clock

PASSED, TO_MEND, FAILED, TO_CONFIRM, WITH_EXPERTS = 7, 8, 11, 9, 10
CHECKED, AT_LEADER, AT_COUNTY, AT_UNIT, BEGUN = 3, 6, 2, 5, 4
REACHED = {PASSED: "1", TO_MEND: "0.7", FAILED: "0.3", TO_CONFIRM: "1", WITH_EXPERTS: "0.9"}
"""What share of its targets each says it has reached; the others all of them."""
SUMMARY = {
    "tasks": "五项主要任务按建设方案推进：共性关键技术完成验证，成套工艺在两家链上企业试用，中试线连续试产三批，"
    "公共技术服务对外开放，编制产业技术路线图一份，现申请验收。",
    "platform": "研发场地和主要设备已到位，全职团队已到岗；检测平台和中试线面向链上企业预约开放。",
    "governance": "理事会召开会议四次，专家指导委员会论证两次，实行院长负责制；共建协议约定的投入已到位，单独核算。",
    "funds": "自筹资金、市级建设资金和县级支持资金均已到位，支出主要用于设备购置和研发，专账核算。",
    "results": "形成一批新技术、新产品和发明专利，成果在产业链上下游应用，带动企业新增营业收入。",
    "problems": "开放服务的覆盖面还需扩大。下一步完善预约和收费办法，继续引进高层次人才。",
}
DECIDE = {
    "passed": services.pass_acceptance,
    "conditional": services.condition_acceptance,
    "failed": services.fail_acceptance,
}
FILES = {
    "summary_report": "建设总结报告",
    "implementation_plan": "建设与运行实施方案",
    "acceptance_evidence": "佐证材料汇编",
}
COUNTY = "经实地核实，建设场地、设备和人员到位，目标完成情况与佐证材料一致，同意申请验收。"
DOUBTS = "经实地核实，场地和设备到位，但部分目标尚未完成，请市科技局审核。"
TO_DO = "一、完成未达到的建设目标，逐项提供佐证。\n二、完善成果转化台账。\n三、书面报告整改情况。"


class Acceptances:
    """The way of each, at the moments when its people took the steps. Firms go by their place in the table."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days
        self.experts = ReviewSteps()
        self.experts.world = world

    def live(self) -> None:
        self._engage()
        self._open()
        self._concluded(PASSED, 62, "0.86", "passed")
        self._concluded(TO_MEND, 58, "0.74", "conditional")
        self._concluded(FAILED, 50, "0.52", "failed")
        self._to_the_experts(TO_CONFIRM, 24)
        self._judge(TO_CONFIRM, 12, "0.81")
        self._propose(TO_CONFIRM, 4, "passed")
        self._to_the_experts(WITH_EXPERTS, 16)
        with clock.at(self.days.ago(8, 8)):
            services.open_acceptances()
        self._hand_in(CHECKED, 7)
        self._opine(CHECKED, 5)
        self._hand_in(AT_LEADER, 6)
        self._opine(AT_LEADER, 4, sign=False)
        self._hand_in(AT_COUNTY, 3)
        with clock.at(self.days.ago(1, 15)):
            self._prepare(AT_UNIT)
            services.hand_up_acceptance(acceptance=self._of(AT_UNIT), by=self.firms[AT_UNIT].filler)
        with clock.at(self.days.ago(1, 16)):
            begun: Mapping[str, str] = {"text_tasks": SUMMARY["tasks"]}
            services.save_acceptance(acceptance=self._of(BEGUN), entries=begun, by=self.firms[BEGUN].filler)
        with clock.at(self.days.ago(1, 17)):
            services.keep_cycles()

    def _engage(self) -> None:
        """An agency reviews acceptances as a whole: drafted with its contract, approved by another person."""
        with clock.at(self.days.ago(90)):
            engagement = services.draft_engagement(
                agency=self.world.agency,
                number=f"石科委托〔{clock.today().year}〕验收1号",
                title="市级产业技术研究院建设期验收",
                begins_on=clock.today(),
                ends_on=self.days.today + timedelta(days=400),
                calls=[],
                kinds=["acceptance"],
                scope="抽取专家，组织建设期验收评审，出具评审结果。",
                contract=sample_pdf("验收委托合同"),
                by=self.world["bureau_clerk"],
            )
            services.approve_engagement(engagement=engagement, by=self.world["bureau_approver"])

    def _open(self) -> None:
        """As the sweep did at the time: for whoever was recognised by then."""
        with clock.at(self.days.ago(80, 8)):
            for recognition in recognitions_without_acceptance().filter(recognised_at__lte=clock.now()):
                services.open_acceptance(recognition=recognition)

    def _of(self, n: int) -> Acceptance:
        rows = Acceptance.objects.select_related(
            "institute__recognition__edition", "host", "edition", "former"
        )
        return rows.filter(host=self.firms[n].organisation).earliest("attempt")

    def _prepare(self, n: int) -> None:
        """What was reached is reported, the summary written, the files brought."""
        by, acceptance = self.firms[n].filler, self._of(n)
        self._report(acceptance.institute, Decimal(REACHED.get(n, "1")), by)
        entries = {f"text_{code}": text for code, text in SUMMARY.items()}
        services.save_acceptance(acceptance=acceptance, entries=entries, by=by)
        for kind, title in FILES.items():
            services.attach_acceptance_files(
                acceptance=acceptance, kind=kind, uploads=[sample_pdf(f"{title}{n}")], by=by
            )

    @staticmethod
    def _report(institute: Institute, share: Decimal, by) -> None:
        values = {
            one.code: one.year_2 * share if one.is_amount else Decimal(int(one.year_2 * share))
            for one in institute.commitments.all()
        }
        proof = [sample_pdf("建设目标完成情况证明")]
        report_progress(institute=institute, as_of=clock.today(), values=values, files=proof, by=by)

    def _hand_in(self, n: int, ago: int) -> None:
        with clock.at(self.days.ago(ago, 9)):
            self._prepare(n)
            services.hand_up_acceptance(acceptance=self._of(n), by=self.firms[n].filler)
        with clock.at(self.days.ago(ago, 14)):
            services.hand_in_acceptance(acceptance=self._of(n), by=self.firms[n].admin)

    def _opine(self, n: int, ago: int, *, sign: bool = True) -> None:
        county, agrees = self.world.county_of(self.firms[n]), n not in (TO_MEND, FAILED)
        with clock.at(self.days.ago(ago, 10)):
            services.give_acceptance_opinion(
                acceptance=self._of(n),
                position="agrees" if agrees else "objects",
                opinion=COUNTY if agrees else DOUBTS,
                by=county.staff,
            )
        if sign:
            with clock.at(self.days.ago(ago, 16)):
                services.sign_acceptance_opinion(acceptance=self._of(n), by=county.lead)

    def _to_the_experts(self, n: int, ago: int) -> None:
        """Handed in, opined, looked up, entrusted."""
        self._hand_in(n, ago)
        self._opine(n, ago - 3)
        with clock.at(self.days.ago(ago - 6, 10)):
            acceptance = self._of(n)
            for item in acceptance.edition.terms["lookups"]:
                services.record_lookup(
                    acceptance=acceptance,
                    item=item["code"],
                    result="clear",
                    checked_on=clock.today(),
                    source="示例信用查询平台",
                    evidence=sample_pdf(f"{item['label']}查询{n}"),
                    by=self.world["bureau_clerk"],
                )
            services.entrust_acceptance(
                acceptance=acceptance, agency=self.world.agency, by=self.world["bureau_clerk"]
            )

    def _judge(self, n: int, ago: int, share: str) -> None:
        with clock.at(self.days.ago(ago, 9)):
            self.experts.review(self._of(n), share)

    def _propose(self, n: int, ago: int, outcome: str) -> str:
        """The result that was meant, or what the figures allow; says which."""
        acceptance = self._of(n)
        allowed = outcomes_of(acceptance)
        outcome = outcome if outcome in allowed else allowed[0]
        with clock.at(self.days.ago(ago, 10)):
            services.propose_outcome(
                acceptance=acceptance,
                outcome=outcome,
                minute_number=f"石科党组纪要〔{clock.today().year}〕{30 + n}号",
                grounds="对照建设目标、县级意见和专家验收意见，经局务会研究，作出上述结论。",
                requirements=TO_DO,
                by=self.world["bureau_clerk"],
            )
        return outcome

    def _concluded(self, n: int, ago: int, share: str, outcome: str) -> None:
        self._to_the_experts(n, ago)
        self._judge(n, ago - 12, share)
        decide = DECIDE[self._propose(n, ago - 20, outcome)]
        with clock.at(self.days.ago(ago - 22, 15)):
            decide(acceptance=self._of(n), by=self.world["bureau_approver"])
