"""What became of institutes after their recognition: one of everything, from a rename to a revocation."""

from datetime import datetime, timedelta

from institutes import services
from institutes.models import Change, Institute
from institutes.services.changes import EVIDENCE
from portal.demo.acceptances import Acceptances
from portal.demo.achievements import Achievements
from portal.demo.assessments import Assessments
from portal.demo.books import sample_pdf
from portal.demo.building import Building
from portal.demo.programme import Programme
from portal.demo.provincial import Provincial
from portal.demo.running import Running
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from records import clock

RENAMED, AT_CLERK, AT_COUNTY, AT_APPROVER, DRAFTED, REFUSED = 10, 2, 8, 11, 9, 7
STOPPED, WITHDRAWN, REVOKED, HEARD, TO_STOP = 13, 15, 14, 12, 35
AGREES = "经核实，情况属实，不影响研究院建设任务，同意。"


class Afterwards:
    """The way of each, at the moments when its people took the steps. Firms go by their place in the table."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days

    def live(self) -> None:
        """From what was decided months ago to a draft of yesterday."""
        assessments = Assessments(self.world, self.firms, self.days)
        assessments.of_the_first()
        self._withdraw(self.days.ago(150))
        self._revoke()
        self._stop(self.days.ago(60))
        self._rename(self.days.ago(30))
        self._refuse(self.days.ago(26))
        self._under_way()
        self._hear()
        with clock.at(self.days.ago(1, 15)):
            services.propose_suspension(
                institute=self.institute_of(TO_STOP),
                grounds="未按要求报送研究院运行数据，经两次催报仍未报送。",
                measures="补报运行数据，建立专人报送制度。",
                until=clock.today() + timedelta(days=60),
                files=[sample_pdf("催报记录")],
                by=self.world["bureau_clerk"],
            )
        for each in (Building, Achievements, Acceptances, Provincial, Running, Programme):
            each(self.world, self.firms, self.days).live()
        assessments.live()

    def institute_of(self, n: int) -> Institute:
        return Institute.objects.select_related("host", "recognition").get(host=self.firms[n].organisation)

    # --- changes ------------------------------------------------------------------------------------------------

    def _draft(self, n: int, kind: str, moment: datetime, grounds: str, value: str = "") -> Change:
        with clock.at(moment):
            return services.draft_change(
                institute=self.institute_of(n),
                kind=kind,
                value=value,
                grounds=grounds,
                files={one.value: sample_pdf(str(one.label)) for one in EVIDENCE[kind]},
                by=self.firms[n].filler,
            )

    def _hand_in(self, change: Change, n: int, moment: datetime) -> Change:
        with clock.at(moment):
            services.hand_up_change(change=change, by=self.firms[n].filler)
        with clock.at(moment + timedelta(hours=2)):
            services.hand_in_change(change=change, by=self.firms[n].admin)
        return change

    def _opine(self, change: Change, n: int, moment: datetime) -> Change:
        with clock.at(moment):
            staff = self.world.county_of(self.firms[n]).staff
            services.give_county_opinion(change=change, position="agrees", opinion=AGREES, by=staff)
        return change

    def _check(self, change: Change, moment: datetime, finding: str = "approve") -> Change:
        with clock.at(moment):
            opinion = (
                "核对决议、协议和证照，材料齐全，符合认定条件。"
                if finding == "approve"
                else "所附决议未达到章程规定的表决人数。"
            )
            services.check_change(
                change=change, finding=finding, opinion=opinion, by=self.world["bureau_clerk"]
            )
        return change

    def _to_decision(self, change: Change, n: int, moment: datetime, finding: str = "approve") -> Change:
        self._hand_in(change, n, moment + timedelta(hours=1))
        self._opine(change, n, moment + timedelta(days=2))
        return self._check(change, moment + timedelta(days=5), finding)

    def _rename(self, moment: datetime) -> None:
        name = f"石家庄市{self.firms[RENAMED].industry}与应用产业技术研究院"
        grounds = "研究方向由关键部件扩展到整机应用，经理事会决议更名，建设任务和目标不变。"
        change = self._draft(RENAMED, "name", moment, grounds, name)
        self._to_decision(change, RENAMED, moment)
        with clock.at(moment + timedelta(days=7)):
            services.approve_change(change=change, by=self.world["bureau_approver"])

    def _refuse(self, moment: datetime) -> None:
        change = self._draft(REFUSED, "director", moment, "原院长工作调动。", "示例韩某")
        self._to_decision(change, REFUSED, moment, "refuse")
        with clock.at(moment + timedelta(days=7)):
            reason = "所附理事会决议未达到章程规定的表决人数，请重新召开理事会后再行申请。"
            services.refuse_change(change=change, reason=reason, by=self.world["bureau_approver"])

    def _withdraw(self, moment: datetime) -> None:
        grounds = "依托单位主营业务调整，不再具备继续建设的条件，申请退出；设备和人员由依托单位妥善安置。"
        change = self._draft(WITHDRAWN, "withdrawal", moment, grounds)
        self._to_decision(change, WITHDRAWN, moment)
        with clock.at(moment + timedelta(days=8)):
            services.approve_change(change=change, by=self.world["bureau_approver"])

    def _under_way(self) -> None:
        ago = self.days.ago
        partner = self._draft(
            AT_APPROVER, "add_co_builder", ago(12), "引入高校共同开展中试验证。", "示例工业大学"
        )
        self._to_decision(partner, AT_APPROVER, ago(12))
        director = self._draft(AT_CLERK, "director", ago(6), "原院长任期届满，理事会聘任新院长。", "示例周某")
        self._opine(self._hand_in(director, AT_CLERK, ago(5)), AT_CLERK, ago(3))
        joining = self._draft(
            AT_COUNTY,
            "add_co_builder",
            ago(4),
            "与下游用户单位共建应用验证平台。",
            "石家庄市示例应用验证有限公司",
        )
        self._hand_in(joining, AT_COUNTY, ago(3))
        name = f"{self.firms[DRAFTED].organisation.name.replace('股份有限公司', '集团有限公司')}"
        self._draft(DRAFTED, "host_name", ago(1), "依托单位改制更名，统一社会信用代码不变。", name)

    # --- what the bureau begins -----------------------------------------------------------------------------------

    def _stop(self, moment: datetime) -> None:
        with clock.at(moment):
            suspension = services.propose_suspension(
                institute=self.institute_of(STOPPED),
                grounds="依托单位被列入经营异常名录，未在规定期限内移出。",
                measures="一、办理移出经营异常名录。\n二、书面报告研究院人员、设备和在研任务情况。",
                until=clock.today() + timedelta(days=120),
                files=[sample_pdf("经营异常名录查询记录")],
                by=self.world["bureau_clerk"],
            )
        with clock.at(moment + timedelta(days=2)):
            services.approve_suspension(suspension=suspension, by=self.world["bureau_approver"])

    def _propose(self, n: int, cause: str, facts: str, proof: str, moment: datetime):
        with clock.at(moment):
            return services.propose_revocation(
                institute=self.institute_of(n),
                cause=cause,
                facts=facts,
                files=[sample_pdf(proof)],
                by=self.world["bureau_clerk2"],
            )

    def _revoke(self) -> None:
        ago, approver = self.days.ago, self.world["bureau_approver"]
        facts = (
            "经核查，该研究院认定申报材料所列共建协议系事后补签，所列三名高级职称人员未实际到岗，"
            "与社会保险缴纳记录不符，属于提供虚假材料取得认定。"
        )
        revocation = self._propose(REVOKED, "false_material", facts, "社会保险缴纳记录", ago(120))
        with clock.at(ago(117)):
            services.notify_unit(revocation=revocation, by=approver)
        with clock.at(ago(113)):
            services.state_case(
                revocation=revocation,
                statement="协议补签系工作疏忽，人员已陆续到岗，请求给予整改机会。",
                files=[sample_pdf("到岗人员名单")],
                by=self.firms[REVOKED].admin,
            )
        with clock.at(ago(104)):
            services.revoke_recognition(
                revocation=revocation,
                minute_number=f"石科党组纪要〔{self.days.today.year}〕11号",
                decision="单位陈述的到岗情况发生在核查之后，不影响对申报时事实的认定，陈述申辩意见不予采纳。",
                by=approver,
            )

    def _hear(self) -> None:
        facts = (
            "依托单位两年未实际投入研究院建设经费，研发场地已转租，经约谈仍未恢复，"
            "不再具备牵头组建研究院的条件。"
        )
        revocation = self._propose(HEARD, "no_longer_qualified", facts, "现场核查记录", self.days.ago(6))
        with clock.at(self.days.ago(2)):
            services.notify_unit(revocation=revocation, by=self.world["bureau_approver"])
