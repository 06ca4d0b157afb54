"""Site visits and reports of the demo: one visit planned, one recorded with photos and signatures, two reports."""

from datetime import datetime, time, timedelta

from evaluation import services as evaluation
from evaluation.models import EngagementBatch, VisitPlan
from institutes.models import Application, Call
from portal.demo.pictures import sample_photo, sample_signature
from portal.demo.world import World
from records import calendar, clock

PLACE = "依托单位研发中心一号楼（示例路 1 号）"
PREPARATION = "请备好设备清单、研发人员名册、研发费用辅助账、共建协议和知识产权证书原件。"
WORDS = (
    "现场查看研发场地、中试线和主要设备，抽查研发人员劳动合同和研发费用辅助账，核对共建协议原件。"
    "场地独立，设备在用，账目单独核算；一台检测设备在外委校准，已查看送检单。"
)
NOTES = {
    "equipment": "抽查 8 台，7 台在用，1 台送外委校准，有送检单。",
    "team": "抽查 10 人，均在岗并缴纳社保。",
    "partners": "首期合作经费已到账，共建高校到场说明分工。",
}
QUESTIONS = (
    {"part": "conflicts", "text": "请说明自动排除的专家中“申报单位申请回避”的核对方式。"},
    {"part": "visits", "text": "请补充现场考察中发现问题的整改要求和时限。"},
)


class VisitSteps:
    """The steps of a visit, each by those whose part it is."""

    world: World

    def visit(self, application: Application) -> None:
        """The whole visit at the moment of the clock: arranged two days before, written at the place, entered."""
        application.refresh_from_db()
        moment = clock.now()
        with clock.at(moment - timedelta(days=2)):
            visit = self.plan_visit(application, moment)
        with clock.at(moment + timedelta(hours=2)):
            self.record_visit(visit)

    def plan_visit(self, application: Application, moment: datetime) -> VisitPlan:
        """Arrange the visit of a moment, and let two experts accept."""
        seats = list(application.panel.assignments.live().select_related("expert__user", "panel")[:3])
        visit = evaluation.plan_visit(
            application=application,
            starts_at=moment,
            place=PLACE,
            experts=seats,
            witness=self._witness(application),
            others=[{"part": "host", "name": "示例陪同", "employer": application.host.name}],
            preparation=PREPARATION,
            by=self.world["agency"],
        )
        for seat in seats[:2]:
            evaluation.accept_visit(visit=visit, by=seat.expert.user)
        return visit

    def _witness(self, application: Application):
        return self.world.counties[application.host.division_id].staff

    def record_visit(self, visit: VisitPlan, captions=("研发场地",)) -> None:
        """What is done at the place and after it, at the moment of the clock."""
        agency = self.world["agency"]
        checklist = [item["code"] for item in visit.edition.terms["visit_checklist"]]
        entries: dict = {f"check_{code}": "consistent" for code in checklist}
        entries |= {f"note_{code}": text for code, text in NOTES.items()}
        evaluation.save_visit(
            visit=visit, entries=entries | {"findings": WORDS, "consistent": True}, by=agency
        )
        for caption in captions:
            evaluation.add_photos(visit=visit, files=[sample_photo(caption)], caption=caption, by=agency)
        for member in visit.members.exclude(part="expert", answer=""):
            evaluation.sign_visit(visit=visit, member=member, file=sample_signature(member.pk), by=agency)
        evaluation.hand_over_visit(visit=visit, by=agency)
        evaluation.confirm_visit(visit=visit, by=self._witness(visit.application))
        evaluation.enter_record(visit=VisitPlan.objects.get(pk=visit.pk), by=agency)


class Visits(VisitSteps):
    """The visits and reports that the demo is to show."""

    def __init__(self, world: World, days) -> None:
        self.world, self.days = world, days

    def recorded(self, application: Application, days_ago: int) -> None:
        """The whole way: planned, and a few days later done."""
        application.refresh_from_db()
        with clock.at(self.days.ago(days_ago + 6, 10)):
            visit = self.plan_visit(application, self.days.ago(days_ago, 9, 30))
        with clock.at(self.days.ago(days_ago, 14)):
            self.record_visit(visit, ("研发场地", "中试线", "主要设备"))

    def planned(self, application: Application) -> None:
        """One that is still to come."""
        application.refresh_from_db()
        day = calendar.add_working_days(self.days.today, 2)
        with clock.at(self.days.ago(1, 15)):
            self.plan_visit(application, datetime.combine(day, time(9, 30), self.days.ago(1).tzinfo))

    def report(self, call: Call, moment: datetime, *, accepted: bool) -> None:
        """The report on a call: accepted, or returned with questions."""
        agency = self.world["agency"]
        batch = EngagementBatch.objects.get(call=call, engagement__agency=self.world.agency, report=None)
        advice = "建议优先支持得分靠前、产业链带动作用明显的申报；以后批次进一步明确中试条件的核查口径。"
        with clock.at(moment):
            report = evaluation.draft_report(batch=batch, by=agency)
            evaluation.save_report(report=report, entries={"text_advice": advice}, by=agency)
            evaluation.hand_over_report(report=report, by=agency)
        with clock.at(moment + timedelta(hours=5)):
            if accepted:
                opinion = "程序完整，数据与平台记录一致。"
                evaluation.accept_report(report=report, opinion=opinion, by=self.world["bureau_approver"])
            else:
                evaluation.send_report_back(report=report, questions=QUESTIONS, by=self.world["bureau_clerk"])
