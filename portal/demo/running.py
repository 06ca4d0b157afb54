"""Joint projects that run in the demo: one with a stage late and two changes, one terminated, one accepted."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

from funding import selectors as funds
from funding import services as funding
from funding.models import Award
from portal.demo.books import sample_pdf
from portal.demo.programme import SUBJECTS, Programme, answers_of
from portal.demo.steps import Days, Steps
from portal.demo.world import Firm, World
from projects import services
from projects.models import Project, ProjectCall, ProjectFinal, Proposal
from projects.services.running import Invoice
from records import clock

LATE, TERMINATED, ACCEPTED = 41, 42, 43
HOSTS = {LATE: 8, TERMINATED: 11, ACCEPTED: 8}
"""Which firm of the table leads which: one leads two, for applications are not limited (四(七))."""
MONTHS = {LATE: 24, TERMINATED: 24, ACCEPTED: 12}
SUBJECTS |= {
    LATE: ("耐腐蚀涂层长效防护", "界面结合强度的原位表征", "湿热环境下的早期剥离"),
    TERMINATED: ("低温快速固化胶黏剂", "固化放热过程的在线控制", "厚胶层内部气泡"),
    ACCEPTED: ("微通道反应器放大", "多通道流量均匀分配", "长周期运行的堵塞"),
}
SHIFTED = Decimal("50000.00")
INVOICES = (
    ("materials", "grant", "示例化工材料公司", "试验用原料", "86500.00"),
    ("equipment", "grant", "示例仪器设备公司", "在线检测设备首付款", "260000.00"),
    ("equipment", "own", "示例机械加工公司", "中试装置改造", "148000.00"),
)


class Running(Programme):
    """The way of each project from its call to where it stands. Numbers are those of projects, not of firms."""

    numbers: tuple[int, ...] = (LATE, TERMINATED, ACCEPTED)
    hosts: ClassVar[dict[int, int]] = HOSTS
    invoices: tuple[tuple[str, str, str, str, str], ...] = INVOICES

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        super().__init__(world, {n: firms[host] for n, host in self.hosts.items()}, days)
        self.steps = Steps(world)

    def live(self) -> None:
        self._engage(1)
        self._under_contract(2)
        self._pay_first()
        for n in self.numbers:
            self._first_stage(n)
        self._terminate()
        self._accept()
        self._shift()
        self._ask_for_time()

    def _under_contract(self, number: int) -> None:
        """From the call to the contract that is confirmed."""
        call = self._call(number, 112, closes_in=14)
        for n in self.numbers:
            self._hand_in(self._fill(call, n, 108), 106)
            self._recommend(n, 102)
            self._examine(n, 97)
            self._review(n, 95, Decimal("86.50"))
            self._budget(n, 94)
        self._approve(call, 93, f"攻关{number}号")
        for n in self.numbers:
            self._contract(n)

    def _answers(self, n: int, topic: int) -> dict[str, dict[str, object]]:
        """Shorter stages, so that some of them are over; results that become achievements."""
        found = answers_of(n, topic)
        found["basics"]["months"] = MONTHS[n]
        found["targets"] |= {
            "targets-2-kind": "patent",
            "targets-2-name": "发明专利",
            "targets-2-value": "2",
            "targets-2-unit": "件",
            "milestones-0-month": 1,
            "milestones-1-month": 2,
        }
        return found

    def _of(self, n: int) -> Proposal:
        rows = Proposal.objects.select_related(
            "call__edition", "call__guide", "host", "division", "institute"
        )
        return rows.get(host=self.firms[n].organisation, title__startswith=SUBJECTS[n][0])

    def _project(self, n: int) -> Project:
        rows = Project.objects.select_related("proposal__call__edition", "host", "division", "institute")
        return rows.get(proposal=self._of(n))

    def _approve(self, call: ProjectCall, ago: int, minute: str) -> None:
        """A meeting supports all of them; nobody objects."""
        found = ProjectCall.objects.select_related("edition").get(pk=call.pk)
        grant = found.edition.money("amount")
        with clock.at(self.days.ago(ago, 10)):
            decision = services.draft_project_decision(
                call=found,
                minute_number=f"石科局务会纪要〔{clock.today().year}〕{minute}",
                meeting_on=clock.today(),
                items=[
                    {"proposal": self._of(n), "outcome": "shortlist", "grant": grant, "reason": ""}
                    for n in self.numbers
                ],
                by=self.world["bureau_clerk"],
            )
            services.release_project_decision(project_decision=decision, by=self.world["bureau_approver"])
        with clock.at(self.days.ago(76, 9)):
            services.settle_publicities()

    def _contract(self, n: int) -> None:
        """Both sides agree at once; three parties sign; two people check and confirm."""
        firm, clerk, project = self.firms[n], self.world["bureau_clerk"], self._project(n)
        with clock.at(self.days.ago(75, 10)):
            services.hand_over_contract(project=project, by=firm.admin)
        with clock.at(self.days.ago(74, 10)):
            services.agree_contract(project=project, by=clerk)
        with clock.at(self.days.ago(71, 10)):
            self._sign(project, ("leader", "partner"), by=firm.filler)
            services.hand_in_copies(project=project, by=firm.admin)
        with clock.at(self.days.ago(70, 10)):
            self._sign(project, ("bureau",), by=clerk)
            services.check_copies(project=project, by=clerk)
        with clock.at(self.days.ago(69, 10)):
            services.confirm_contract(project=project, by=self.world["bureau_approver"])

    def _sign(self, project: Project, roles: tuple[str, ...], *, by) -> None:
        for party in project.parties.filter(role__in=roles).order_by("order"):
            services.record_copy(
                project=project,
                party=party,
                signatory="示例法人",
                signed_on=clock.today(),
                copy=sample_pdf(f"任务书签署文本{party.order}"),
                by=by,
            )

    # --- money ----------------------------------------------------------------------------------------------------

    def _pay_first(self) -> None:
        """The first instalments of all three, out of the programme's own budget."""
        ago, steps, projects = self.days.ago, self.steps, [self._project(n) for n in self.numbers]
        with clock.at(ago(68)):
            year = clock.today().year
            budget = steps.budget(year, "12000000.00", f"石财教〔{year}〕攻关1号", "joint_research")
            awards = [funding.propose_project_award(project=one) for one in projects]
        for n, award in zip(self.numbers, awards, strict=True):
            with clock.at(ago(67)):
                account = funds.verified_account_of(award.host)
                funding.confirm_award(award=award, account=account, by=self.firms[n].admin)
            with clock.at(ago(65)):
                approver = self.world["bureau_approver2"]
                funding.approve_award(award=award, budget=budget, key=uuid4(), by=approver)
        with clock.at(ago(63)):
            plan = funding.draft_plan(
                budget=budget,
                title=f"{year}年产业技术研究院联合攻关专项资金分配方案（首期）",
                awards=awards,
                by=self.world["bureau_clerk"],
            )
            funding.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=self.world["bureau_clerk"])
        with clock.at(ago(60)):
            steps.issue(plan, f"石财教〔{year}〕攻关2号")
        for award in awards:
            self._arrive(award)

    def _arrive(self, award: Award) -> None:
        """The county receives and pays, the unit gives its receipt."""
        ago, order = self.days.ago, award.disbursements.get()
        firm = next(one for one in self.firms.values() if one.organisation.pk == award.host_id)
        county, key = self.world.county_of(firm).finance, uuid4
        with clock.at(ago(56)):
            about = {"received_on": clock.today(), "amount": order.amount, "slip": sample_pdf("到账凭证")}
            funding.county_receive(disbursement=order, **about, key=key(), by=county)
        with clock.at(ago(52)):
            about = {"paid_on": clock.today(), "amount": order.amount, "voucher": sample_pdf("拨款凭证")}
            reference = f"示例流水{order.pk:06d}"
            funding.pay_unit(disbursement=order, **about, bank_reference=reference, key=key(), by=county)
        with clock.at(ago(50)):
            about = {"receipted_on": clock.today(), "amount": order.amount, "receipt": sample_pdf("收据")}
            funding.confirm_receipt(disbursement=order, **about, by=firm.admin)

    # --- work -----------------------------------------------------------------------------------------------------

    def _first_stage(self, n: int) -> None:
        """Reached and confirmed, with what it cost; the second is reported by one only."""
        self._stage(n, 0, 48)
        firm, project = self.firms[n], self._project(n)
        lines = {line.code: line for line in project.lines.all()}
        with clock.at(self.days.ago(42, 11)):
            invoices = [
                Invoice(
                    lines[code], source, f"2611{n:03d}{at:05d}", self._paid_on(), payee, what, Decimal(amount)
                )
                for at, (code, source, payee, what, amount) in enumerate(self.invoices)
            ]
            services.enter_expenses(
                project=project, invoices=invoices, proof=sample_pdf("发票"), by=firm.filler
            )

    def _paid_on(self) -> date:
        return self.days.ago(44).date()

    def _stage(self, n: int, place: int, ago: int) -> None:
        project = self._project(n)
        stage = project.stages.order_by("due_on", "pk")[place]
        with clock.at(self.days.ago(ago, 10)):
            services.report_stage(
                project=project,
                stage=stage,
                report="测试平台已建成，取得三批完整数据，达到本阶段目标，检测报告附后。",
                uploads=[sample_pdf("阶段检测报告")],
                by=self.firms[n].filler,
            )
        with clock.at(self.days.ago(ago - 3, 10)):
            services.confirm_stage(
                project=project, stage=stage, finding="属实。", by=self.world["bureau_clerk"]
            )

    def _shift(self) -> None:
        """A small sum goes from one line of the budget to another: the unit may by itself, and tells."""
        firm, project = self.firms[LATE], self._project(LATE)
        asked = {line.code: {"grant": line.grant, "own": line.own} for line in project.lines.all()}
        asked["equipment"]["grant"] -= SHIFTED
        asked["materials"]["grant"] += SHIFTED
        lines = {code: {part: str(sum_) for part, sum_ in one.items()} for code, one in asked.items()}
        with clock.at(self.days.ago(20, 10)):
            change = services.draft_project_change(
                project=project,
                kind="budget",
                asked={"lines": lines},
                grounds="检测设备经比选后价格下降，节余用于补充试验原料。",
                by=firm.filler,
            )
            services.hand_up_project_change(project_change=change, by=firm.filler)
            services.note_project_change(project_change=change, by=firm.admin)

    def _ask_for_time(self) -> None:
        """A longer term is asked for; it lies with the county."""
        firm, project = self.firms[LATE], self._project(LATE)
        later = timedelta(days=61)
        stages = project.stages.filter(reported_at__isnull=True)
        asked = {"months": 2, "stages": {str(one.pk): (one.due_on + later).isoformat() for one in stages}}
        with clock.at(self.days.ago(5, 10)):
            change = services.draft_project_change(
                project=project,
                kind="term",
                asked=asked,
                grounds="关键原料进口周期延长，第二阶段试验顺延两个月，考核指标不变。",
                files={"project_change_basis": sample_pdf("供货延期说明")},
                by=firm.filler,
            )
            services.hand_up_project_change(project_change=change, by=firm.filler)
            services.hand_in_project_change(project_change=change, by=firm.admin)

    def _terminate(self) -> None:
        """The route does not work: heard, settled line by line, ended; the clock finds the balance."""
        firm, clerk, approver = (
            self.firms[TERMINATED],
            self.world["bureau_clerk"],
            self.world["bureau_approver"],
        )
        with clock.at(self.days.ago(38, 10)):
            case = services.propose_termination(
                project=self._project(TERMINATED),
                ground="infeasible",
                facts="现场核查发现厚胶层气泡问题无法按既定路线解决，联合单位已停止配合，项目实际停工一个月以上。",
                files=[sample_pdf("现场核查记录")],
                by=clerk,
            )
        with clock.at(self.days.ago(36, 10)):
            services.notify_ending(ending=case, by=approver)
        with clock.at(self.days.ago(33, 10)):
            services.state_ending(
                ending=case, statement="对事实无异议，已购设备用于后续研发。", by=firm.admin
            )
        with clock.at(self.days.ago(28, 10)):
            lines = {"equipment": (Decimal("200000.00"), "设备首付款中 6 万元未见到货验收记录")}
            services.settle_ending(
                ending=case, finding="技术路线不可行属实，建议终止，结余资金退回。", lines=lines, by=clerk
            )
        with clock.at(self.days.ago(24, 10)):
            minute = f"石科局务会纪要〔{clock.today().year}〕攻关4号"
            services.terminate_project(ending=case, minute_number=minute, by=approver)
        with clock.at(self.days.ago(24, 12)):
            funding.suspect_ended_projects()

    def _accept(self) -> None:
        """The work is done before its day: accepted with a certificate, the second instalment is due."""
        self._stage(ACCEPTED, 1, 30)
        firm = self.firms[ACCEPTED]
        project, clerk = self._project(ACCEPTED), self.world["bureau_clerk"]
        final = ProjectFinal.objects.select_related("project__proposal__call__edition").get(project=project)
        with clock.at(self.days.ago(24, 10)):
            self._prepare(final, firm)
            services.hand_up_final(final=final, by=firm.filler)
            services.hand_in_final(final=final, by=firm.admin)
        county = self.world.county_of(firm)
        with clock.at(self.days.ago(21, 10)):
            opinion = "经现场核实，材料属实，设备在用，同意结题。"
            services.give_final_opinion(final=final, position="agrees", opinion=opinion, by=county.staff)
            services.sign_final_opinion(final=final, by=county.lead)
        with clock.at(self.days.ago(18, 10)):
            services.entrust_final(final=final, agency=self.world.agency, by=clerk)
        with clock.at(self.days.ago(12, 15)):
            opinion = "完成任务书约定的研究内容和考核指标，成果已在两家企业应用，同意通过结题验收。"
            services.record_final_review(
                final=final, score=Decimal("88.20"), passed=True, opinion=opinion, by=self.world["agency"]
            )
        with clock.at(self.days.ago(9, 10)):
            services.propose_final(
                final=final,
                outcome="passed",
                minute_number=f"石科局务会纪要〔{clock.today().year}〕攻关5号",
                grounds="考核指标全部完成，经费使用合规，专家组同意通过。",
                by=clerk,
            )
        with clock.at(self.days.ago(7, 10)):
            services.pass_final(final=final, by=self.world["bureau_approver"])
        with clock.at(self.days.ago(7, 12)):
            funding.make_instalments_due()

    def _prepare(self, final: ProjectFinal, firm: Firm) -> None:
        """What the unit writes, reaches and brings."""
        texts = {part["code"]: SAID[part["code"]] for part in final.edition.terms["final_parts"]}
        reached = [
            {
                "item": str(target.order),
                "reached": f"{target.value}{target.unit}",
                "met": "yes",
                "said": "第三方检测报告",
            }
            for target in final.project.targets.order_by("order")
        ]
        services.save_final(final=final, texts=texts, reached=reached, by=firm.filler)
        for kind, name in (
            ("final_report", "结题报告"),
            ("final_accounts", "经费决算"),
            ("final_evidence", "检测报告"),
        ):
            services.attach_final_files(final=final, kind=kind, uploads=[sample_pdf(name)], by=firm.filler)


SAID = {
    "work": "按任务书完成测试平台建设、模型修正和产线验证，两个阶段目标均按期完成并经确认。",
    "results": "形成成套工艺一套、检测规程一项，发明专利两件，知识产权按联合协议归属。",
    "use": "已在两家企业的产线应用，连续运行稳定，带动上下游企业新增订单。",
    "money": "财政资金和自筹资金按预算科目使用，结余用于后续检测，均有发票和明细。",
}
