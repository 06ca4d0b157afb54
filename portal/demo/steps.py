"""The steps of a year, each taken by the right person through the services at a moment of the demo's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from evaluation import services as evaluation
from evaluation.models import Engagement
from funding import services as funding
from funding.models import Award, Budget, Disbursement, PayeeAccount
from institutes import services as institutes
from institutes.models import Application, Call
from notices.models import Objection, PublicNoticeItem
from notices.services import answer_inquiry, ask_for_original, ask_unit, file_objection, propose_finding
from portal.demo.books import fill, sample_pdf
from portal.demo.county import CountySteps
from portal.demo.formal import FormalSteps
from portal.demo.review import ReviewSteps
from portal.demo.visits import VisitSteps
from portal.demo.world import Firm, World
from records import calendar, clock

ZONE = ZoneInfo("Asia/Shanghai")
BESIDE = "所述内容与公示的申报材料无关，不属于异议受理范围。"
QUESTION = "请说明申报材料所列共建协议的履行情况和核心设备的权属，并附合同、发票。"
WANTED = "异议书扫描件签字不清晰，请将原件送至公示所列受理单位。"
FOUND = {
    True: "经核实，所反映的设备权属问题属实，异议成立。",
    False: "经核实，协议正常履行，异议不成立。",
}


class Days:
    """Moments of the demo: counted back from today, or of a given day, always in office hours."""

    def __init__(self, today) -> None:
        self.today = today

    def ago(self, days: int, hour: int = 9, minute: int = 30) -> datetime:
        """``days`` before today; where that is a day off, the working day before it."""
        day = self.today - timedelta(days=days)
        while days and not calendar.is_working_day(day):
            day -= timedelta(days=1)
        return datetime.combine(day, time(hour, minute), ZONE)

    def went_live(self) -> datetime:
        """The morning on which the portal was founded: before the round of evaluation that is decided by now."""
        return datetime.combine(date(self.today.year - 2, 1, 12), time(9), ZONE)

    def last_year(self, month: int, day: int, hour: int = 9) -> datetime:
        """A working day of the year before, on or after that date."""
        found = date(self.today.year - 1, month, day)
        while not calendar.is_working_day(found):
            found += timedelta(days=1)
        return datetime.combine(found, time(hour, 30), ZONE)


def working(day: date, hour: int) -> datetime:
    """That hour of a day; where it is a day off, of the working day after it."""
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), ZONE)


@contextmanager
def after(moment: datetime, minutes: int) -> Iterator[None]:
    """Let it happen some minutes after ``moment``."""
    with clock.at(moment + timedelta(minutes=minutes)):
        yield


class Steps(FormalSteps, CountySteps, ReviewSteps, VisitSteps):
    """One method for one step. What a step needs to know it reads from the rows, as a page would."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- applying -----------------------------------------------------------------------------------------------

    def begin(self, call: Call, firm: Firm) -> Application:
        return institutes.begin_application(call=call, host=firm.organisation, by=firm.filler)

    def apply(self, call: Call, firm: Firm, n: int) -> Application:
        application = self.begin(call, firm)
        fill(application, firm, n, today=clock.today())
        return institutes.submit_application(application=application, by=firm.filler)

    def report(self, application: Application, firm: Firm) -> None:
        institutes.approve_application(application=application, by=firm.admin)

    def recommend(self, application: Application, firm: Firm) -> None:
        self.propose(application, firm)
        institutes.sign_recommendation(application=application, by=self.world.county_of(firm).lead)

    def refuse_at_county(self, application: Application, firm: Firm) -> None:
        self.propose(application, firm, proposal="refuse")
        institutes.refuse_recommendation(
            application=application,
            reason="共建单位投入尚未落实，建议列入培育库，条件成熟后再行申报。",
            by=self.world.county_of(firm).lead,
        )

    def withdraw(self, application: Application, firm: Firm) -> None:
        reason = "共建单位发生变更，拟调整方案后再行申报。"
        institutes.withdraw_application(application=application, reason=reason, by=firm.admin)

    def send_back(self, application: Application, firm: Firm) -> None:
        """The county returns the book, with two reasons at their fields."""
        late = "共建协议有效期早于建设期结束日，请补签。"
        short = "产业发展战略研究一项内容过简，请补充。"
        reasons = [
            {"section": "partners", "field": "partners", "text": late},
            {"section": "plan", "field": "task_strategy", "text": short},
        ]
        institutes.county_return(
            application=application, reasons=reasons, by=self.world.county_of(firm).staff
        )

    # --- engagements --------------------------------------------------------------------------------------------

    def engage(self, call: Call, number: str, *, until: date, agency=None, title: str = "") -> Engagement:
        """Engage an agency for a call: drafted by a clerk with the contract, approved by another person."""
        engagement = evaluation.draft_engagement(
            agency=agency or self.world.agency,
            number=number,
            title=title or f"{call.year}年度市级产业技术研究院认定评审",
            begins_on=clock.today(),
            ends_on=until,
            calls=[call],
            scope="组建评审组、随机抽取专家、组织评审和现场考察，出具评审报告。",
            contract=sample_pdf("评审委托合同"),
            by=self.world["bureau_clerk"],
        )
        return evaluation.approve_engagement(engagement=engagement, by=self.world["bureau_approver"])

    # --- decision -------------------------------------------------------------------------------------

    def extend(self, call: Call, *, until: datetime, drafted: datetime, published: datetime) -> None:
        """The call ends later: drafted one day, published another."""
        with clock.at(drafted):
            extension = institutes.draft_extension(
                call=call,
                closes_at=until,
                reason="多家单位反映共建协议签署和专项审计需要更多时间，为保证申报质量，延长申报时间。",
                number=f"石科函〔{until.year}〕17号",
                by=self.world["bureau_clerk"],
            )
        with clock.at(published):
            institutes.publish_extension(extension=extension, by=self.world["bureau_approver"])

    def draft_decisions(self, call: Call, minute: str, shortlist, reject=(), *, override: str = ""):
        """The clerk puts down what the meeting decided; ``reject`` holds application, cause and reason."""
        items: list[dict] = [{"application": one, "outcome": "shortlist"} for one in shortlist]
        for one, cause, reason in reject:
            items.append({"application": one, "outcome": "reject", "cause": cause, "reason": reason})
        return institutes.draft_decisions(
            call=call,
            minute_number=minute,
            meeting_on=clock.today(),
            items=items,
            override_reason=override,
            by=self.world["bureau_clerk2"],
        )

    def decide(self, call: Call, minute: str, shortlist, reject=()) -> None:
        """What the meeting decided, drafted and released."""
        batch = self.draft_decisions(call, minute, shortlist, reject)
        institutes.release_decisions(
            batch=batch, revision=batch.revision, key=uuid4(), by=self.world["bureau_approver"]
        )

    # --- objections ---------------------------------------------------------------------------------------------

    def object_to(self, application: Application) -> Objection:
        """Somebody objects to what is published."""
        items = PublicNoticeItem.objects.filter(subject_type="institutes.application")
        return file_objection(
            item=items.filter(subject_id=application.pk).latest("pk"),
            key=uuid4(),
            kind="person",
            name="示例张三",
            phone="13900001111",
            id_kind="passport",
            id_number="E00000000",
            grounds="反映该单位申报材料所列共建协议未实际履行，核心设备不属于依托单位，附有关照片和说明。",
            signed=sample_pdf("异议书"),
        )

    def find_on(self, objection: Objection, *, upheld: bool) -> None:
        propose_finding(
            objection=objection,
            finding="uphold" if upheld else "dismiss",
            reply=FOUND[upheld],
            by=self.world["bureau_clerk"],
        )

    def decide_on(self, objection: Objection, *, upheld: bool) -> None:
        decide = institutes.uphold_objection if upheld else institutes.dismiss_objection
        decide(objection=objection, reply=FOUND[upheld], by=self.world["bureau_approver"])

    def refuse(self, objection: Objection) -> None:
        institutes.refuse_objection(objection=objection, reply=BESIDE, by=self.world["bureau_clerk"])

    def ask_for_original(self, objection: Objection) -> None:
        ask_for_original(objection=objection, wanted=WANTED, by=self.world["bureau_clerk"])

    def ask_unit(self, objection: Objection) -> None:
        ask_unit(objection=objection, question=QUESTION, by=self.world["bureau_clerk"])

    def answer_for_unit(self, objection: Objection, firm: Firm) -> None:
        answer = "共建协议均已履行，首期合作经费已到账；核心设备为本单位购置，合同和发票见附件。"
        answer_inquiry(
            inquiry=objection.inquiries.get(), answer=answer, files=[sample_pdf("购置合同")], by=firm.admin
        )

    def correct(self, objection: Objection) -> None:
        propose_finding(
            objection=objection,
            finding="partly",
            correction="自有研发设备由 14 台更正为 12 台，另有 2 台为租赁设备。",
            reply="经核实，所反映的 2 台设备为租赁设备，其余事项不属实，异议部分成立。",
            by=self.world["bureau_clerk"],
        )

    def decide_partly(self, objection: Objection) -> None:
        institutes.partly_uphold_objection(objection=objection, by=self.world["bureau_approver"])

    # --- money --------------------------------------------------------------------------------------------------

    def award_of(self, firm: Firm) -> Award:
        return Award.objects.get(host=firm.organisation, kind="construction")

    def name_account(self, firm: Firm, n: int, number: str) -> PayeeAccount:
        return funding.submit_payee_account(
            organisation=firm.organisation,
            account_name=firm.organisation.name,
            bank="示例银行",
            branch=f"示例银行石家庄第{n}支行",
            number=number,
            cnaps=f"10212100{n:04d}",
            proof=sample_pdf("开户证明"),
            by=firm.admin,
        )

    def confirm(self, firm: Firm, n: int) -> PayeeAccount:
        """The unit names its account and confirms that it wants the money."""
        account = self.name_account(firm, n, f"62220000{n:08d}")
        funding.confirm_award(award=self.award_of(firm), account=account, by=firm.admin)
        return account

    def check_account(self, account: PayeeAccount) -> None:
        funding.first_check_account(account=account, by=self.world["bureau_clerk"])
        funding.verify_account(account=account, by=self.world["bureau_clerk2"])

    def approve(self, firm: Firm, budget: Budget) -> None:
        funding.approve_award(
            award=self.award_of(firm), budget=budget, key=uuid4(), by=self.world["bureau_approver"]
        )

    def plan(self, budget: Budget, title: str, firms: list[Firm]):
        plan = funding.draft_plan(
            budget=budget,
            title=title,
            awards=[self.award_of(firm) for firm in firms],
            by=self.world["bureau_clerk"],
        )
        return funding.submit_plan(
            plan=plan, integrity_checked_on=clock.today(), by=self.world["bureau_clerk"]
        )

    def issue(self, plan, document_number: str) -> None:
        """Issue a plan, and bring its file to the treasury."""
        self.order(plan, document_number)
        funding.export_plan(plan_id=plan.pk)

    def order(self, plan, document_number: str) -> None:
        """Issue a plan whose file has not gone out yet."""
        funding.review_plan(plan=plan, opinion="经审核，预算科目和金额无误。", by=self.world["finance"])
        funding.cosign_plan(plan=plan, by=self.world["bureau_approver"])
        funding.issue_plan(plan=plan, document_number=document_number, key=uuid4(), by=self.world["finance2"])

    def order_of(self, firm: Firm) -> Disbursement:
        return Disbursement.objects.filter(award__host=firm.organisation).latest("pk")

    def receive(self, firm: Firm) -> None:
        order = self.order_of(firm)
        funding.county_receive(
            disbursement=order,
            received_on=clock.today(),
            amount=order.amount,
            slip=sample_pdf("到账凭证"),
            key=uuid4(),
            by=self.world.county_of(firm).finance,
        )

    def pay(self, firm: Firm) -> None:
        order = self.order_of(firm)
        payer = self.world["finance"] if order.direct_pay else self.world.county_of(firm).finance
        funding.pay_unit(
            disbursement=order,
            paid_on=clock.today(),
            amount=order.amount,
            bank_reference=f"示例流水{order.pk:06d}",
            voucher=sample_pdf("拨款凭证"),
            key=uuid4(),
            by=payer,
        )

    def receipt(self, firm: Firm) -> None:
        order = self.order_of(firm)
        funding.confirm_receipt(
            disbursement=order,
            receipted_on=clock.today(),
            amount=order.amount,
            receipt=sample_pdf("收款收据"),
            by=firm.admin,
        )

    def give_back(self, firm: Firm, *, reason: str) -> None:
        """The bank sent it back: the county tells, one of the city's finance confirms."""
        funding.propose_return(
            disbursement=self.order_of(firm),
            reason=reason,
            slip=sample_pdf("退汇凭证"),
            by=self.world.county_of(firm).finance,
        )
        funding.return_disbursement(disbursement=self.order_of(firm), key=uuid4(), by=self.world["finance2"])

    def void(self, firm: Firm, *, reason: str) -> None:
        """Withdrawn before it left: one of finance proposes, the other confirms."""
        funding.propose_void(disbursement=self.order_of(firm), reason=reason, by=self.world["finance"])
        funding.void_disbursement(disbursement=self.order_of(firm), key=uuid4(), by=self.world["finance2"])

    def budget(self, year: int, amount: str, document_number: str, programme: str = "institutes") -> Budget:
        """Proposed by one of finance with the document, entered by the other."""
        budget = funding.create_budget(
            year=year,
            programme=programme,
            item="2060499 其他技术研究与开发支出",
            amount=Decimal(amount),
            document_number=document_number,
            document=sample_pdf(f"预算文件 {document_number}"),
            key=uuid4(),
            by=self.world["finance"],
        )
        funding.enter_adjustment(adjustment=budget.adjustments.get(), key=uuid4(), by=self.world["finance2"])
        budget.refresh_from_db()
        return budget
