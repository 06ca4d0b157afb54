"""A joint project of an institute from before the portal: checked at half of its term, and stopped for a time since."""

from datetime import timedelta
from typing import ClassVar

from portal.demo.books import sample_pdf
from portal.demo.generations import early_firm
from portal.demo.programme import SUBJECTS
from portal.demo.running import INVOICES, MONTHS, Running
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from projects import services
from projects.models import ProjectMidterm
from records import clock

HALFWAY, HOST, EARLIER = 44, 0, 152
"""Its number, its firm's place among the early ones, and by how many days its call went out before that of the others:
half of its year is over.
"""
MONTHS[HALFWAY] = 12
SUBJECTS[HALFWAY] = ("高强钢丝表面处理", "镀层厚度的在线测量", "高速拉拔下的断丝")
SAID = {
    "progress": "测试平台已建成并投入使用，取得三批完整数据，第一阶段目标已完成并经确认，第二阶段按计划推进。",
    "money": "自筹资金已按预算到位，设备改造支出列入明细，票据齐全；财政资金尚未使用。",
    "problems": "高速拉拔工况下传感器寿命偏短，已与联合单位商定替代方案；下一步完成中试和产线验证，委托第三方检测。",
}


class Halfway(Running):
    """The way of one project from an early call to its stop."""

    numbers = (HALFWAY,)
    hosts: ClassVar = {HALFWAY: HOST}
    invoices = tuple(one for one in INVOICES if one[1] == "own")

    def __init__(self, world: World, _firms: dict[int, Firm], days: Days) -> None:
        self.recent = days
        super().__init__(world, {HOST: early_firm(world, HOST)}, Days(days.today - timedelta(days=EARLIER)))

    def live(self) -> None:
        self._engage(0)
        self._under_contract(1)
        self._first_stage(HALFWAY)
        self._check()
        self._stop()

    def _answers(self, n: int, topic: int) -> dict[str, dict[str, object]]:
        found = super()._answers(n, topic)
        found["targets"]["milestones-1-month"] = 11
        return found

    def _check(self) -> None:
        """Opened by the clock, reported by the unit, looked at by the bureau on paper: it goes on."""
        firm, ago, clerk = self.firms[HALFWAY], self.recent.ago, self.world["bureau_clerk"]
        with clock.at(ago(43, 7)):
            services.open_midterms()
        midterm = ProjectMidterm.objects.select_related("project__proposal__call__edition").get(
            project=self._project(HALFWAY)
        )
        with clock.at(ago(38, 10)):
            services.save_midterm(midterm=midterm, texts=SAID, by=firm.filler)
            services.attach_midterm_files(
                midterm=midterm, kind="midterm_report", uploads=[sample_pdf("中期报告")], by=firm.filler
            )
            services.hand_up_midterm(midterm=midterm, by=firm.filler)
            services.hand_in_midterm(midterm=midterm, by=firm.admin)
        with clock.at(ago(33, 10)):
            grounds = "第一阶段目标完成，经费使用合规，技术路线没有变化，同意继续实施。"
            services.propose_midterm(midterm=midterm, outcome="continue", grounds=grounds, by=clerk)
        with clock.at(ago(31, 10)):
            services.continue_midterm(midterm=midterm, by=self.world["bureau_approver"])

    def _stop(self) -> None:
        """The workshop is closed for its safety: heard, and stopped until it may open again."""
        firm, ago, approver = self.firms[HALFWAY], self.recent.ago, self.world["bureau_approver"]
        with clock.at(ago(24, 10)):
            case = services.propose_project_suspension(
                project=self._project(HALFWAY),
                ground="infeasible",
                facts="中试车间因消防隐患被属地应急管理部门责令停产整改，第二阶段试验无法继续。",
                measures="完成消防整改并取得复查合格意见，报送复工后的试验计划。",
                until=(ago(0) + timedelta(days=60)).date(),
                files=[sample_pdf("责令限期整改通知书")],
                by=self.world["bureau_clerk"],
            )
        with clock.at(ago(22, 10)):
            services.notify_ending(ending=case, by=approver)
        with clock.at(ago(20, 10)):
            words = "对中止无异议，整改期间保持研发团队稳定。"
            services.state_ending(ending=case, statement=words, by=firm.admin)
        with clock.at(ago(17, 10)):
            finding = "停产整改属实，建议中止实施，整改完成后核查恢复。"
            services.settle_ending(ending=case, finding=finding, by=self.world["bureau_clerk"])
        with clock.at(ago(14, 10)):
            minute = f"石科局务会纪要〔{clock.today().year}〕攻关6号"
            services.suspend_project(ending=case, minute_number=minute, by=approver)
