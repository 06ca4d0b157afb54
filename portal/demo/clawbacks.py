"""Money that is claimed back in the demo: one closed, one repaid in parts, one whose unit may still state its case."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from funding import services
from funding.models import Award, Clawback
from portal.demo.books import sample_pdf
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from records import clock

PAID_LAST_YEAR, PAID_THIS_YEAR = 14, 10


class Clawbacks:
    """The way of each, at the moments when its people took the steps. Firms go by their place in the table."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days

    def live(self) -> None:
        self._closed()
        self._in_parts()
        self._in_statement_period()

    def _award_of(self, n: int) -> Award:
        return Award.objects.get(host=self.firms[n].organisation, kind="construction")

    def _propose(self, case: Clawback, ago: int, amount: str, facts: str, ground: str) -> None:
        clerk = self.world["bureau_clerk"]
        with clock.at(self.days.ago(ago + 12)):
            services.investigate_clawback(clawback=case, by=clerk)
        with clock.at(self.days.ago(ago + 3)):
            services.propose_clawback(
                clawback=case,
                ground=ground,
                facts=facts,
                amount=Decimal(amount),
                files=[sample_pdf("专项检查工作底稿")],
                by=clerk,
            )
        with clock.at(self.days.ago(ago)):
            services.notify_of_clawback(clawback=case, by=self.world["bureau_approver"])

    def _decide_and_serve(self, case: Clawback, ago: int, amount: str, minute: int, decision: str) -> None:
        with clock.at(self.days.ago(ago)):
            services.decide_clawback(
                clawback=case,
                amount=Decimal(amount),
                minute_number=f"石科党组纪要〔{self.days.today.year}〕{minute}号",
                decision=decision,
                key=uuid4(),
                by=self.world["bureau_approver"],
            )
        with clock.at(self.days.ago(ago - 3)):
            services.serve_clawback(
                clawback=case,
                served_on=clock.today(),
                proof=sample_pdf("送达回证"),
                by=self.world["bureau_clerk"],
            )

    def _repay(self, case: Clawback, n: int, ago: int, amount: str, reference: str, *, confirm: bool) -> None:
        with clock.at(self.days.ago(ago)):
            part = services.report_repayment(
                clawback=case,
                amount=Decimal(amount),
                paid_on=clock.today(),
                bank_reference=reference,
                voucher=sample_pdf("退还银行回单"),
                key=uuid4(),
                by=self.firms[n].admin,
            )
        if confirm:
            with clock.at(self.days.ago(ago) + timedelta(hours=5)):
                services.confirm_repayment(repayment=part, key=uuid4(), by=self.world["finance"])
            case.refresh_from_db()

    def _closed(self) -> None:
        n, facts = (
            PAID_LAST_YEAR,
            "建设资金中 30,000.00 元用于与研究院无关的展会差旅支出，有记账凭证和报销单为证。",
        )
        with clock.at(self.days.ago(235)):
            case = services.suspect_clawback(
                award=self._award_of(n),
                ground="misuse",
                facts="年度专项检查发现部分支出与研究院建设无关。",
                by=self.world["bureau_clerk"],
            )
        self._propose(case, 215, "30000.00", facts, "misuse")
        with clock.at(self.days.ago(212)):
            services.state_on_clawback(clawback=case, statement="无异议，愿意退还。", by=self.firms[n].admin)
        self._decide_and_serve(case, 205, "30000.00", 4, "单位无异议，事实清楚，予以追回。")
        self._repay(case, n, 192, "30000.00", "示例退还回单0001", confirm=True)
        with clock.at(self.days.ago(189)):
            services.sign_closing(
                clawback=case, note="已全额退还，同意结案。", by=self.world["bureau_approver"]
            )
        with clock.at(self.days.ago(187)):
            services.close_clawback(clawback=case, key=uuid4(), by=self.world["finance2"])
        with clock.at(self.days.ago(20)):
            services.publish_clawback(
                clawback=case, finality="uncontested", note="", by=self.world["bureau_approver"]
            )

    def _in_parts(self) -> None:
        """Found by the clock after the revocation; the unit said nothing, and repays in parts."""
        n = PAID_LAST_YEAR
        with clock.at(self.days.ago(100)):
            services.suspect_candidates()
        case = Clawback.objects.open().get(award=self._award_of(n))
        facts = "该研究院以虚假材料取得认定，认定已于拨付后三年内撤销；建设资金 200,000.00 元中除已退还的外均应追回。"
        self._propose(case, 50, "170000.00", facts, "revoked")
        with clock.at(self.days.ago(35)):
            services.lapse_clawback_statements()
        case.refresh_from_db()
        self._decide_and_serve(case, 26, "170000.00", 19, "单位在期限内未陈述申辩，事实清楚，予以追回。")
        self._repay(case, n, 12, "60000.00", "示例退还回单0002", confirm=True)
        self._repay(case, n, 1, "40000.00", "示例退还回单0003", confirm=False)

    def _in_statement_period(self) -> None:
        with clock.at(self.days.ago(16)):
            case = services.suspect_clawback(
                award=self._award_of(PAID_THIS_YEAR),
                ground="misuse",
                facts="审计移送：设备购置款疑似转入关联单位账户。",
                files=[sample_pdf("审计移送函")],
                by=self.world["bureau_clerk"],
            )
        facts = (
            "建设资金中 80,000.00 元以设备预付款名义转入关联单位账户，"
            "至检查日设备未到货，款项用于关联单位日常经营。"
        )
        self._propose(case, 2, "80000.00", facts, "misuse")
