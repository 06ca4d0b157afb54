"""Two rounds of three-year evaluation: one that was decided last year, and this year's with a case at every desk.

The decided one is calibrated as domain I-22 (47 % excellent, 29 % passed, 5 % failed, 13 % revoked): of 17 institutes
8 are excellent, 4 passed and one counts as passed for the province's evaluation, one failed, 2 took no part and were
revoked, one was put off. What its experts gave is handed down by the service that a concluded panel calls: drawing and
scoring are shown by the recognitions of the year.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from evaluation import services
from evaluation.kinds import Result
from evaluation.models import Engagement, Evaluation, Round
from evaluation.services import sweeps
from institutes import services as institutes
from notices.models import PublicNoticeItem
from notices.services import file_objection
from portal.demo.books import sample_pdf
from portal.demo.generations import SECOND, Generations, running_round
from portal.demo.rewards import Rewards
from portal.demo.steps import Days, working
from portal.demo.world import Firm, World
from records import clock

EXCELLENT, PASSED, DEEMED = range(8), range(8, 12), 12
FAILED, ABSENT, DEFERRED = 13, (14, 15), 16
(
    BEGUN,
    UNTOUCHED,
    AT_ADMIN,
    TO_DEFER,
    AT_COUNTY,
    AT_LEADER,
    AT_TAX,
    AT_FINANCE,
    CHECKED,
    WITH_EXPERTS,
    READY,
) = SECOND
REACHED = {
    DEFERRED: 8,
    READY: 8,
    WITH_EXPERTS: 7,
    CHECKED: 6,
    AT_FINANCE: 4,
    AT_TAX: 3,
    AT_LEADER: 2,
    AT_COUNTY: 1,
}
"""So many steps of the way each of the running round has gone; the others are with their unit."""
SHARES = {
    **{n: f"{Decimal('0.96') + Decimal(n * 3 % 8) / 100:.2f}" for n in EXCELLENT},
    **{n: f"{Decimal('0.68') + Decimal(n - 8) / 20:.2f}" for n in PASSED},
    **dict.fromkeys((DEEMED, FAILED, *ABSENT, DEFERRED), "0.54"),
    **{n: f"{Decimal('0.62') + Decimal(n - 17) / 25:.2f}" for n in SECOND},
}
"""How much of the full marks each reaches."""
WORDS = {
    "technology": "围绕产业链关键环节开展共性技术攻关，形成一批新技术、新产品和发明专利，主持制定团体标准。",
    "transfer": "成果以许可、作价和技术服务等方式在链上企业转化，中试线面向中小企业开放，服务覆盖上下游。",
    "incubation": "孵化引进企业在本市注册经营，其中多家认定为科技型中小企业、高新技术企业；开展专业技能培训。",
    "economy": "带动配套企业增加收入，本地配套率提高，编制产业技术路线图并为主管部门提供决策参考。",
}
COUNTY = "经实地核对，三年数据与登记的成果、年度报告和会计账簿一致，同意上报。"
FINANCE = "财政资金单独核算，支出与批准用途一致，三年均按期报送绩效报告。"
OPINION = {
    True: "专家组认为，该研究院三年来攻关方向明确，成果应用面广，产业带动作用突出，佐证材料充分。",
    False: "专家组认为，该研究院运行基本正常，共性技术供给和产业带动仍显不足，部分指标缺少佐证材料。",
}


class Rounds:
    """The way of each evaluation, at the moments when its people took the steps."""

    def __init__(self, world: World, _firms: dict[int, Firm], days: Days) -> None:
        self.world, self.days = world, days
        self.running = running_round(days.today)
        self.decided = self.running - 1

    def live(self) -> None:
        self.entered = Generations(self.world, self.days, SHARES).live()
        self._engage()
        self._decided_round()
        self._absent_are_revoked()
        firms = [self._firm(n) for n in EXCELLENT]
        Rewards(self.world).pay_all(firms, self.decided)
        self._running_round()
        self._once_more()

    # --- moments --------------------------------------------------------------------------------------------------

    def _on(self, month: int, day: int, hour: int = 10) -> datetime:
        """A moment of the year of the decided round, on a working day."""
        return working(date(self.decided, month, day), hour)

    def _of(self, n: int) -> Evaluation:
        rows = Evaluation.objects.select_related(
            "institute__recognition__edition", "host", "division", "edition", "round", "cycle", "former"
        )
        return rows.filter(institute=self.entered[n].institute).latest("pk")

    def _firm(self, n: int) -> Firm:
        return self.entered[n].firm

    # --- steps ----------------------------------------------------------------------------------------------------

    def _engage(self) -> None:
        with clock.at(self._on(3, 10)):
            clerk, approver = self.world["bureau_clerk"], self.world["bureau_approver"]
            engagement: Engagement = services.draft_engagement(
                agency=self.world.agency,
                number=f"石科委托〔{self.decided}〕评价1号",
                title="市级产业技术研究院三年绩效评价",
                begins_on=clock.today(),
                ends_on=self.days.today + timedelta(days=400),
                calls=[],
                kinds=["performance"],
                scope="抽取专家，对专家评分指标评分，出具评分结果。",
                contract=sample_pdf("绩效评价委托合同"),
                by=clerk,
            )
            services.approve_engagement(engagement=engagement, by=approver)

    def _write(self, n: int, *, but: tuple[str, ...] = ()) -> None:
        entries = {f"text_{code}": text for code, text in WORDS.items() if code not in but}
        services.save_self_report(evaluation=self._of(n), entries=entries, by=self._firm(n).filler)

    def _hand_up(self, n: int) -> None:
        self._write(n)
        services.attach_evidence(
            evaluation=self._of(n), uploads=[sample_pdf(f"三年绩效佐证{n}")], by=self._firm(n).filler
        )
        services.hand_up_evaluation(evaluation=self._of(n), by=self._firm(n).filler)

    def _hand_in(self, n: int) -> None:
        self._hand_up(n)
        services.hand_in_evaluation(evaluation=self._of(n), by=self._firm(n).admin)

    def _opine(self, n: int) -> None:
        staff = self.world.county_of(self._firm(n)).staff
        services.give_evaluation_opinion(evaluation=self._of(n), position="agrees", opinion=COUNTY, by=staff)

    def _sign(self, n: int) -> None:
        services.sign_evaluation_opinion(evaluation=self._of(n), by=self.world.county_of(self._firm(n)).lead)

    def _tax(self, n: int) -> None:
        paid = (Decimal(1000) * self.entered[n].share).quantize(Decimal("0.01"))
        services.fill_tax_figures(
            evaluation=self._of(n), values={"tax_paid": str(paid)}, by=self.world["tax"]
        )

    def _finance(self, n: int) -> None:
        services.fill_finance_figures(evaluation=self._of(n), note=FINANCE, by=self.world["finance"])

    def _look_up(self, n: int) -> None:
        evaluation = self._of(n)
        for item in evaluation.edition.terms["lookups"]:
            services.record_evaluation_check(
                evaluation=evaluation,
                item=item["code"],
                result="clear",
                checked_on=clock.today(),
                source="示例信用查询平台",
                evidence=sample_pdf(f"{item['label']}查询{n}"),
                by=self.world["bureau_clerk"],
            )

    def _entrust(self, n: int) -> None:
        services.entrust_evaluation(
            evaluation=self._of(n), agency=self.world.agency, by=self.world["bureau_clerk"]
        )

    def _score(self, n: int) -> None:
        evaluation, share = self._of(n), min(self.entered[n].share, Decimal("0.96"))
        marks = {
            one["code"]: (Decimal(str(one["full_mark"])) * share).quantize(Decimal("0.01"))
            for one in evaluation.edition.sheet
        }
        result = Result(
            score=sum(marks.values(), Decimal(0)),
            passed=True,
            opinion=OPINION[share > Decimal("0.8")],
            tie_break=Decimal(0),
            tie_label="",
            marks=marks,
        )
        services.record_performance_review(evaluation=evaluation, result=result, by=self.world["agency"])

    def _way(self) -> tuple[Callable[[int], None], ...]:
        """The steps from the report to the grading, in their order."""
        return (
            self._hand_in,
            self._opine,
            self._sign,
            self._tax,
            self._finance,
            self._look_up,
            self._entrust,
            self._score,
        )

    # --- the round that was decided -------------------------------------------------------------------------------

    def _decided_round(self) -> None:
        with clock.at(self._on(4, 1, 8)):
            services.keep_cycles()
            services.open_round(year=self.decided)
        self._exempt()
        moments = (
            self._on(5, 20),
            self._on(6, 3),
            self._on(6, 5),
            self._on(6, 12),
            self._on(6, 20),
            self._on(6, 26),
            self._on(6, 27),
            self._on(7, 14),
        )
        for step, moment in zip(self._way(), moments, strict=True):
            with clock.at(moment):
                for n in (*EXCELLENT, *PASSED, FAILED):
                    step(n)
        with clock.at(self._on(7, 16)):
            for n in ABSENT:
                reason = "经三次催报仍未提交自评报告，也未说明理由。"
                services.miss_evaluation(evaluation=self._of(n), reason=reason, by=self.world["bureau_clerk"])
        self._decide(self._on(7, 18), f"石科党组纪要〔{self.decided}〕19号")
        with clock.at(working(self._round().notice.last_day + timedelta(days=1), 16)):
            services.release_round(evaluation_round=self._round(), by=self.world["bureau_approver"])

    def _round(self) -> Round:
        return Round.objects.select_related("edition", "notice").get(year=self.decided)

    def _exempt(self) -> None:
        """The province evaluated one in the cycle; another moved its laboratories and is put off."""
        clerk, approver = self.world["bureau_clerk"], self.world["bureau_approver"]
        with clock.at(self._on(4, 22)):
            services.propose_exemption(
                evaluation=self._of(DEEMED),
                exemption="provincial",
                reason="周期内已参加省级产业技术研究院绩效评价，结果为合格。",
                evidence=sample_pdf("省级绩效评价结果"),
                by=clerk,
            )
            services.propose_exemption(
                evaluation=self._of(DEFERRED),
                exemption="deferral",
                reason="研发场地整体搬迁，设备尚未恢复运行，申请缓评一年。",
                by=clerk,
            )
        with clock.at(self._on(4, 28)):
            services.deem_evaluation(evaluation=self._of(DEEMED), by=approver)
            services.defer_evaluation(evaluation=self._of(DEFERRED), by=approver)

    def _decide(self, moment: datetime, minute: str) -> None:
        """A clerk grades, another person confirms and posts the notice."""
        with clock.at(moment):
            services.grade_round(
                evaluation_round=self._round(), minute_number=minute, by=self.world["bureau_clerk"]
            )
        with clock.at(moment + timedelta(hours=5)):
            services.publish_round(evaluation_round=self._round(), by=self.world["bureau_approver"])

    def _absent_are_revoked(self) -> None:
        """Whoever took no part loses the recognition: notified, silent, decided by a meeting."""
        approver = self.world["bureau_approver"]
        with clock.at(self._on(8, 11)):
            cases = [
                institutes.propose_revocation(
                    institute=self.entered[n].institute,
                    cause="failed_evaluation",
                    facts=f"该研究院未参加{self.decided}年度绩效评价，经三次催报仍未提交自评报告。",
                    files=[sample_pdf("催报记录")],
                    by=self.world["bureau_clerk"],
                )
                for n in ABSENT
            ]
        with clock.at(self._on(8, 13)):
            for case in cases:
                institutes.notify_unit(revocation=case, by=approver)
        with clock.at(self._on(9, 1)):
            institutes.lapse_statements()
        with clock.at(self._on(9, 8)):
            for case in cases:
                case.refresh_from_db()
                institutes.revoke_recognition(
                    revocation=case,
                    minute_number=f"石科党组纪要〔{self.decided}〕23号",
                    decision="单位在规定期限内未陈述申辩，撤销认定。",
                    by=approver,
                )
        with clock.at(self._on(9, 9)):
            sweeps.sweep_performance()

    # --- the round that is under way ------------------------------------------------------------------------------

    def _running_round(self) -> None:
        """One is at every desk; the one put off a year ago takes part."""
        with clock.at(working(date(self.running, 4, 1), 8)):
            services.keep_cycles()
            services.open_round(year=self.running)
        clerk = self.world["bureau_clerk"]
        self._returned(BEGUN, UNTOUCHED)
        way = self._way()
        for order, (n, reached) in enumerate(REACHED.items()):
            for place, step in enumerate(way[:reached]):
                with clock.at(self.days.ago(14 + 2 * (reached - 1 - place) - order, 9, 20 + order)):
                    step(n)
        with clock.at(self.days.ago(2, 14)):
            services.propose_exemption(
                evaluation=self._of(TO_DEFER),
                exemption="deferral",
                reason="依托单位厂区拆迁，中试线停用半年，申请缓评。",
                by=clerk,
            )
        with clock.at(self.days.ago(1, 11)):
            self._hand_up(AT_ADMIN)
        with clock.at(self.days.ago(1, 16)):
            self._write(BEGUN, but=("incubation", "economy"))

    def _returned(self, *numbers: int) -> None:
        """These have handed in, and their county wants more: they have some days left."""
        with clock.at(self.days.ago(13, 10)):
            for n in numbers:
                self._hand_in(n)
        with clock.at(self.days.ago(3, 11)):
            for n in numbers:
                services.county_return_evaluation(
                    evaluation=self._of(n),
                    reason="请补充孵化企业在本市注册经营的证明。",
                    by=self.world.county_of(self._firm(n)).staff,
                )

    def _once_more(self) -> None:
        """Who failed has mended and was evaluated once more; somebody objects to the result that is shown."""
        first, entered = self._of(FAILED), self.entered[FAILED]
        entered.share = Decimal("0.95")
        start = working(timezone.localdate(first.former.released_at) + timedelta(days=120), 9)
        for place, step in enumerate(self._way()):
            with clock.at(start + timedelta(days=2 * place)):
                step(FAILED)
        shown = self.days.ago(2, 9)
        self._decide(shown, f"石科党组纪要〔{shown.year}〕24号")
        with clock.at(self.days.ago(1, 9)):
            objection = self._object()
        with clock.at(self.days.ago(1, 14)):
            institutes.take_up_objection(objection=objection, by=self.world["bureau_clerk"])

    def _object(self):
        items = PublicNoticeItem.objects.about(self._of(FAILED))
        return file_objection(
            item=items.latest("pk"),
            key=uuid4(),
            kind="person",
            name="示例李四",
            phone="13900002222",
            id_kind="passport",
            id_number="E00000001",
            grounds="反映该研究院自评报告所列两项技术服务收入系关联企业往来，未实际提供服务，附有合同和付款记录。",
            signed=sample_pdf("异议书"),
        )
