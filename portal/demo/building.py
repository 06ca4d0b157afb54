"""How institutes build: reports of targets and stages, a question and its answer, a report taken back."""

from datetime import datetime, timedelta
from decimal import Decimal

from institutes import services
from institutes.models import Institute, ProgressReport
from portal.demo.books import sample_pdf
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from records import clock

AHEAD, BEHIND, ASKED, ANSWERED, MISTAKEN = 13, 12, 3, 4, 5


class Building:
    """The reports of a few institutes, each at the moment when its people took the steps."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days

    def live(self) -> None:
        """From the report of last quarter to the one of this week."""
        ago = self.days.ago
        for n, quarter, now in ((AHEAD, "0.5", "1.1"), (BEHIND, "0.1", "0.3")):
            self._report(n, ago(95), Decimal(quarter))
            self._report(n, ago(8), Decimal(now), "中试线已投入运行，检测平台向链上企业开放。")
        self._ask(self._report(ASKED, ago(9), Decimal("0.8")), ASKED, ago(2))
        answered = self._ask(self._report(ANSWERED, ago(30), Decimal("0.6")), ANSWERED, ago(26))
        if answered:
            with clock.at(ago(24)):
                services.answer_progress(
                    progress=answered,
                    answer="已授权 2 件，另 1 件已收到授权通知书，按授权公告日统计未计入。",
                    files=[sample_pdf("专利授权公告")],
                    by=self.firms[ANSWERED].filler,
                )
        mistaken = self._report(MISTAKEN, ago(5), Decimal("2"))
        if mistaken:
            with clock.at(ago(4)):
                reason = "金额误按元填入万元一栏，撤回重报。"
                services.withdraw_progress(progress=mistaken, reason=reason, by=self.firms[MISTAKEN].filler)

    def _report(
        self, n: int, moment: datetime, share: Decimal, note: str = "设备到位，研发团队按计划开展工作。"
    ) -> ProgressReport | None:
        """What was reached of the first year's targets; nothing where the build period had not begun."""
        institute = Institute.objects.filter(
            host=self.firms[n].organisation, recognition__isnull=False
        ).first()
        if institute is None or institute.build_from is None or moment.date() < institute.build_from:
            return None
        values = {one.code: (one.year_1 * share).quantize(Decimal(1)) for one in institute.commitments.all()}
        stage = institute.milestones.filter(due_on__lte=moment.date()).first()
        with clock.at(moment):
            return services.report_progress(
                institute=institute,
                as_of=(moment - timedelta(days=1)).date(),
                values=values,
                stages={stage.pk: stage.due_on} if stage and not stage.reached.exists() else {},
                note=note,
                files=[sample_pdf("建设进展证明材料")],
                by=self.firms[n].filler,
            )

    def _ask(self, report: ProgressReport | None, n: int, moment: datetime) -> ProgressReport | None:
        if report is None:
            return None
        with clock.at(moment):
            return services.question_progress(
                progress=report,
                reason="发明专利按授权公告日统计，请说明已授权的件数并附公告。",
                by=self.world.county_of(self.firms[n]).staff,
            )
