"""The way of the money, through the pages of those whose turn it is."""

from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import Budget, Disbursement
from portal.demo.books import sample_pdf
from tests.funding.services.bank import line_of, lines_text
from tests.journeys.walk import Walk

NUMBER = "6222021234567890123"
CODE = "102121000012"


class MoneyWalk(Walk):
    """From the award to the receipt."""

    award_url = payee_url = plan_url = order_url = ""

    def create_budget(
        self,
        amount: str = "1000000.00",
        *,
        document_number: str = "石财预〔2026〕8号",
        programme: str = "研究院",
    ) -> str:
        finance = self["finance"]
        with self.hour(9):
            page = finance.open("/budgets/new/")
            done = finance.send(
                page,
                year="2026",
                programme=page.form().choice("programme", programme),
                item="2060499 其他技术研究与开发支出",
                amount=amount,
                document_number=document_number,
                document=sample_pdf("预算文件"),
            )
        with self.hour(10):
            self["finance2"].take(done.link(r"/adjustments/\d+/$"), "enter")
        return done.path

    def name_account(self, number: str = NUMBER) -> None:
        with self.hour(10):
            page = self.admin.open("/payees/new/")
            done = self.admin.send(
                page,
                account_name=self.firm.organisation.name,
                bank="示例银行",
                branch="石家庄示例支行",
                number=number,
                cnaps=CODE,
                proof=sample_pdf("开户证明"),
            )
            self.payee_url = done.path

    def confirm_award(self) -> None:
        with self.hour(11):
            self.award_url = self.award_url or self.admin.open("/awards/").link(r"/awards/\d+/$")
            page = self.admin.open(self.award_url)
            account = page.form("/moves/confirm/").choice("account", NUMBER[-4:])
            self.admin.send(page, "/moves/confirm/", account=account, wish="on")

    def check_account(self) -> None:
        with self.hour(14):
            self["bureau_clerk"].take(self.payee_url, "first_check")
        with self.hour(15):
            self["bureau_clerk2"].take(self.payee_url, "verify")

    def approve(self, *, status: int = 200):
        approver = self["bureau_approver"]
        with self.hour(16):
            page = approver.open(self.award_url)
            form = page.form("/moves/approve/")
            return approver.send(page, "/moves/approve/", status=status, budget=form.choice("budget", "2026"))

    def draft_plan(self, budget: Budget | None = None) -> None:
        clerk = self["bureau_clerk"]
        with self.hour(9):
            which = budget.pk if budget else r"\d+"
            page = clerk.open(clerk.open("/plans/new/").link(rf"/plans/new/{which}/$"))
            self.plan_url = clerk.send(page).path
            clerk.take(self.plan_url, "submit", integrity_checked_on=self.day.isoformat())

    def review_plan(self) -> None:
        with self.hour(11):
            self["finance"].take(self.plan_url, "review", opinion="经审核，预算科目和金额无误。")

    def cosign(self) -> None:
        with self.hour(14):
            self["bureau_approver"].take(self.plan_url, "cosign")

    def issue(self) -> None:
        with self.hour(16):
            self["finance2"].take(self.plan_url, "issue", document_number="石财教〔2026〕52号")

    def settle(self) -> None:
        """The bank's statement shows the payment: one of finance proposes what agrees, another confirms it."""
        with self.hour(9):
            order = Disbursement.objects.get()
            text = lines_text(lines=[line_of(order)])
            file = SimpleUploadedFile("对账单.csv", text.encode("utf-8-sig"))
            page = self["finance"].send(self["finance"].open("/statements/import/"), upload=file)
            assert "相符" in page.text
            self["finance"].send(page, "/propose/")
        with self.hour(10):
            self["finance2"].send(self["finance2"].open(page.path), "/confirm/")

    def receive(self, amount: str = "200000.00") -> None:
        county = self[self.county.finance.username]
        with self.hour(10):
            self.order_url = county.open("/disbursements/").link(r"/disbursements/\d+/$")
            county.take(
                self.order_url,
                "receive",
                received_on=self.day.isoformat(),
                amount=amount,
                slip=sample_pdf("到账凭证"),
            )

    def pay(self, amount: str = "200000.00") -> None:
        with self.hour(10):
            self[self.county.finance.username].take(
                self.order_url,
                "pay",
                paid_on=self.day.isoformat(),
                amount=amount,
                bank_reference="示例回单0001",
                voucher=sample_pdf("拨款凭证"),
            )

    def receipt(self, amount: str = "200000.00") -> None:
        with self.hour(10):
            self.admin.take(
                self.order_url,
                "confirm_receipt",
                receipted_on=self.day.isoformat(),
                amount=amount,
                receipt=sample_pdf("收款收据"),
            )
