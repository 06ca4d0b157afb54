"""The way of an acceptance, through the pages of those whose turn it is."""

from decimal import Decimal

from evaluation.models import Acceptance
from evaluation.tasks import sweep_acceptances, sweep_papers
from institutes.models import Institute
from portal.demo.books import sample_pdf
from tests.journeys.judging import JudgedWalk

SUMMARY = "示例：按建设方案逐项完成，情况属实，有关依据见佐证材料。"
MINUTE = "石科党组纪要〔2028〕3号"
FILES = ("summary_report", "implementation_plan", "acceptance_evidence")


class AcceptanceWalk(JudgedWalk):
    """From the building period to the notice of what the acceptance came to."""

    acceptance_url = ""

    @property
    def institute(self) -> Institute:
        return Institute.objects.get(host=self.firm.organisation)

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance.objects.get(pk=int(self.acceptance_url.strip("/").rpartition("/")[2]))

    def engage_for_acceptances(self) -> None:
        self.engage_for("acceptance", "示例建设期验收", "验收委托合同")

    def open_file(self) -> None:
        """The system opens it, and the unit finds it in its list."""
        with self.hour(9):
            sweep_acceptances()
            self.acceptance_url = self.filler.open("/acceptances/").link(r"/acceptances/\d+/$")

    def report_progress(self, share: str = "1") -> None:
        """The unit reports of each target that much of what it promised."""
        typed = {}
        for one in self.institute.commitments.all():
            reached = one.year_2 * Decimal(share)
            typed[f"value_{one.code}"] = str(reached / 10000 if one.is_amount else int(reached))
        with self.hour(9, 30):
            page = self.filler.open(f"/institutes/{self.institute.pk}/build/report/")
            self.filler.send(
                page, "/report/", as_of=self.day.isoformat(), files=sample_pdf(f"进展{self.day}"), **typed
            )

    def prepare(self) -> None:
        """The summary, part by part, and a file of each kind."""
        with self.hour(10):
            page = self.filler.open(f"{self.acceptance_url}edit/")
            parts = [name for name in page.form("/edit/").names if name.startswith("text_")]
            self.filler.send(page, "/edit/", **dict.fromkeys(parts, SUMMARY))
            for kind in FILES:
                page = self.filler.open(f"{self.acceptance_url}files/")
                self.filler.send(page, "/files/", kind=kind, uploads=sample_pdf(f"{kind}{self.day}"))

    def hand_in(self) -> None:
        with self.hour(11):
            self.filler.take(self.acceptance_url, "hand_up")
        with self.hour(14):
            self.admin.take(self.acceptance_url, "hand_in")

    def opine(self) -> None:
        with self.hour(15):
            self[self.county.staff.username].take(
                self.acceptance_url, "give_opinion", position="agrees", opinion="经实地核实，目标完成属实。"
            )
        with self.hour(16):
            self[self.county.lead.username].take(self.acceptance_url, "sign")

    def check(self) -> None:
        self.look_up(self.acceptance)
        self.entrust(self.acceptance)

    def judge(self, share: str = "0.8") -> None:
        self.judge_case(self.acceptance, share)

    def conclude(self, outcome: str, action: str) -> None:
        """A clerk proposes by a meeting's minute; another person confirms; the papers are made."""
        with self.hour(10):
            self["bureau_clerk"].take(
                self.acceptance_url,
                "propose",
                outcome=outcome,
                minute_number=MINUTE,
                grounds="经研究，同意专家组意见。",
                requirements="一、完成未达到的建设目标。\n二、补充佐证材料。",
            )
        with self.hour(15):
            self["bureau_approver"].take(self.acceptance_url, action)
        with self.hour(16):
            sweep_papers()

    def apply_for_acceptance(self) -> None:
        self.prepare()
        self.hand_in()
        self.pass_days()
        self.opine()
        self.pass_days()
        self.check()
