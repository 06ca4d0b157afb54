"""What agencies and experts do in the demo's year: draw, score, talk it over, conclude."""

from datetime import datetime, timedelta
from decimal import Decimal

from evaluation import services as evaluation
from evaluation.models import Acceptance, Assignment, Panel
from evaluation.selectors import is_frozen, open_hits_of
from institutes.models import Application
from portal.demo.world import World
from records import clock, deadlines

COMMENT = (
    "申报材料完整，论证较为充分，与我市产业链需求结合紧密，技术路线清晰可行，"
    "团队和条件基本具备；建议进一步细化年度任务和考核指标，落实共建单位投入。"
)
OPINION = (
    "专家组听取了情况介绍并审阅材料，认为该研究院定位准确、基础较好、方案可行，"
    "治理结构和共建机制基本健全。建议完善中试条件，明确成果共享规则，按期完成建设目标。"
)
WEAK = (
    "专家组认为申报材料对产业共性技术需求论证不足，研发基础薄弱，目标与投入不匹配，"
    "共建单位分工不够明确，建议补充完善后在以后年度再行申报。"
)
DISCUSSED = (
    "分歧集中在“研发基础”和“建设方案、目标与可行性”两项：一方认为中试条件已具备、目标有依据，"
    "另一方认为共建单位投入尚未落实、部分年度目标难以考核。经逐项核对共建协议和设备清单，"
    "对研发基础的看法趋于一致；对方案目标，建议结合共建单位出资进度各自复核评分。"
)

APART = (["0.90", "0.84", "0.80", "0.76", "0.66"], ["0.86", None, None, "0.78", "0.72"])
"""Shares of a panel too far apart: first sheets, and what each did after the discussion (None: kept)."""

ONE_OF_EACH = ("technical", "finance", "management")


class ReviewSteps:
    """The steps of a review, taken through its services."""

    world: World

    def open_panel(self, application: Application | Acceptance) -> Panel:
        """Open the panel, and let its package be searched as a worker does."""
        panel = evaluation.open_panel(case=application, by=self.world["agency"])
        evaluation.search_package(package=panel.package)
        return panel

    def clear(self, panel: Panel) -> None:
        """Let every place that was found stay, by two people, and freeze the package."""
        package, clerk = panel.package, self.world["bureau_clerk"]
        reason = "该网址为全市企业共用的公开数据平台，不指向申报单位。"
        for hit in open_hits_of(package):
            evaluation.ask_waiver(package=package, hit=hit, reason=reason, by=clerk)
            evaluation.waive_hit(package=package, hit=hit, by=self.world["bureau_approver"])
        evaluation.freeze_package(package=package, by=clerk)

    def draw(self, application: Application | Acceptance) -> Panel:
        panel = self.open_panel(application)
        if not is_frozen(panel):
            self.clear(panel)
        evaluation.pledge_draw(panel=panel, by=self.world["agency"])
        with clock.at(panel.draws.get().draws_after + timedelta(seconds=20)):
            return evaluation.draw_panel(panel=panel, by=self.world["agency"])

    def score(self, assignment: Assignment, share: Decimal, *, lock: bool = True) -> None:
        """Let an expert give ``share`` of each full mark."""
        expert = assignment.expert.user
        evaluation.commit_assignment(
            assignment=assignment, confidential=True, no_conflict=True, signature=expert.name, by=expert
        )
        entries = {
            dimension["code"]: {
                "points": (Decimal(dimension["full_mark"]) * share).quantize(Decimal("0.1")),
                "comment": COMMENT,
            }
            for dimension in assignment.panel.edition.sheet
        }
        evaluation.save_scores(assignment=assignment, entries=entries, by=expert)
        if lock:
            evaluation.lock_scores(assignment=assignment, by=expert)

    def review(self, application: Application | Acceptance, share: str = "0.80") -> None:
        """The whole review: draw, five sheets, conclusion."""
        panel = self.draw(application)
        for n, assignment in enumerate(panel.assignments.select_related("expert__user")):
            self.score(assignment, Decimal(share) + Decimal(n - 2) / 100)
        opinion = OPINION if Decimal(share) >= Decimal("0.6") else WEAK
        evaluation.conclude_panel(panel=panel, opinion=opinion, by=self.world["agency"])

    def discuss(self, panel: Panel) -> None:
        """The record of a panel that was too far apart; one expert could not come."""
        present = [str(seat) for seat in panel.assignments.live().order_by("position")][:-1]
        evaluation.discuss_panel(
            panel=panel,
            held_at=clock.now() - timedelta(hours=2),
            participants=present,
            text=DISCUSSED,
            by=self.world["agency"],
        )

    def score_again(self, assignment: Assignment, share: Decimal | None) -> None:
        """The second sheet of an expert: ``share`` of each full mark, or the first one kept."""
        assignment.refresh_from_db()
        by = assignment.expert.user
        if share is None:
            evaluation.keep_scores(assignment=assignment, by=by)
            return
        entries = {
            dimension["code"]: {"points": (Decimal(dimension["full_mark"]) * share).quantize(Decimal("0.1"))}
            for dimension in assignment.panel.edition.sheet
        }
        evaluation.save_scores(assignment=assignment, entries=entries, by=by)
        evaluation.lock_scores(assignment=assignment, by=by)

    def review_apart(self, application: Application) -> None:
        """A review whose first sheets lie too far apart: draw, sheets, discussion, second sheets, conclusion."""
        panel, (first, second) = self.draw(application), APART
        seats = list(panel.assignments.select_related("expert__user").order_by("position"))
        for seat, share in zip(seats, first, strict=True):
            self.score(seat, Decimal(share))
        with clock.at(clock.now() + timedelta(days=1)):
            self.discuss(panel)
        with clock.at(clock.now() + timedelta(days=2)):
            for seat, share in zip(seats, second, strict=True):
                self.score_again(seat, Decimal(share) if share else None)
            panel.refresh_from_db()
            evaluation.conclude_panel(panel=panel, opinion=OPINION, by=self.world["agency"])

    def review_with_changes(self, application: Application, share: str = "0.79") -> None:
        """A review whose experts change: one declines, one keeps away after signing, one never answers.

        After the conclusion a fourth finds out that they ought to have kept away, and the seat is judged anew.
        """
        panel = self.draw(application)
        seats = panel.assignments.select_related("expert__user")
        # Who is of the city leaves first: whoever comes from outside stays, as every panel has to have one.
        chosen = {seat.seat: seat for seat in seats.order_by("-expert__outside_city", "-position")}
        first, second, third = (chosen[kind] for kind in ONE_OF_EACH)
        evaluation.decline_assignment(assignment=first, reason="同期出国交流。", by=first.expert.user)
        self._keep_away(second)
        answered = panel.assignments.live().exclude(pk=third.pk).select_related("expert__user")
        for seat in answered:
            self.score(seat, Decimal(share))
        with clock.at(self._day_after_invitations(third)):
            evaluation.lapse_assignments()
            self._complete(panel, share)
            concluded = clock.now()
        with clock.at(concluded + timedelta(hours=1)):
            late = self._declare_late(panel)
        with clock.at(concluded + timedelta(hours=3)):
            reason = "所述合作在三年回避期内，应当回避，由其他专家补评。"
            evaluation.redo_review(assignment=late, reason=reason, by=self.world["bureau_approver"])
        with clock.at(concluded + timedelta(hours=4)):
            self._complete(panel, share)

    def _complete(self, panel: Panel, share: str) -> None:
        """Fill the seats that are vacant, let those who sit there score, and conclude."""
        self._refill(panel)
        for seat in panel.assignments.live().exclude(state="locked").select_related("expert__user"):
            self.score(seat, Decimal(share))
        panel.refresh_from_db()
        evaluation.conclude_panel(panel=panel, opinion=OPINION, by=self.world["agency"])

    @staticmethod
    def _declare_late(panel: Panel) -> Assignment:
        """A technical expert says, once all is concluded, what they had to do with the team; of the city, if one is.

        Where all are from outside, two are left: the panel has one all the same.
        """
        seats = panel.assignments.live().filter(seat="technical").select_related("expert__user", "panel")
        seat = seats.order_by("expert__outside_city", "position")[0]
        reason = "汇总后查对，两年前曾与申报团队成员共同承担一项省级课题。"
        return evaluation.declare_late_conflict(
            assignment=seat, ground="cooperation", reason=reason, by=seat.expert.user
        )

    @staticmethod
    def _keep_away(seat: Assignment) -> None:
        """An expert signs, reads, and finds that they have to keep away."""
        by = seat.expert.user
        evaluation.commit_assignment(
            assignment=seat, confidential=True, no_conflict=True, signature=by.name, by=by
        )
        reason = "阅读材料时发现三年内曾与申报团队共同承担项目。"
        evaluation.recuse_assignment(assignment=seat, ground="cooperation", reason=reason, by=by)

    @staticmethod
    def _day_after_invitations(seat: Assignment) -> datetime:
        """The morning after the last day on which ``seat`` could have answered."""
        due_on = deadlines.current(seat).due_on
        return clock.now().replace(year=due_on.year, month=due_on.month, day=due_on.day) + timedelta(days=1)

    def _refill(self, panel: Panel) -> None:
        """Draw once more, where nobody was left in the order drawn."""
        panel.refresh_from_db()
        if panel.assignments.live().count() < panel.size:
            evaluation.pledge_refill(panel=panel, by=self.world["agency"])
            with clock.at(panel.draws.latest("pk").draws_after + timedelta(seconds=20)):
                evaluation.refill_panel(panel=panel, by=self.world["agency"])
