"""The way of an acceptance, through the pages of those whose turn it is."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F

from accounts.models import User
from evaluation.models import Acceptance, Panel
from evaluation.tasks import sweep_acceptances, sweep_packages, sweep_papers
from institutes.models import Institute
from portal.demo.books import sample_pdf
from records import clock
from tests.journeys.walk import COMMENT, Walk, name_of

SUMMARY = "示例：按建设方案逐项完成，情况属实，有关依据见佐证材料。"
MINUTE = "石科党组纪要〔2028〕3号"
FILES = ("summary_report", "implementation_plan", "acceptance_evidence")


class AcceptanceWalk(Walk):
    """From the building period to the notice of what the acceptance came to."""

    acceptance_url = ""

    @property
    def institute(self) -> Institute:
        return Institute.objects.get(host=self.firm.organisation)

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance.objects.get(pk=int(self.acceptance_url.strip("/").rpartition("/")[2]))

    def engage_for_acceptances(self) -> None:
        """A clerk drafts the agency's engagement for acceptances as a whole; another person approves it."""
        clerk = self["bureau_clerk"]
        with self.hour(8):
            page = clerk.open("/engagements/new/")
            done = clerk.send(
                page,
                agency=page.form().choice("agency", self.world.agency.name),
                title="示例建设期验收",
                number=f"示例验收委托合同〔{self.day.year}〕1号",
                begins_on=self.day.isoformat(),
                ends_on=(self.day + timedelta(days=700)).isoformat(),
                kinds=["acceptance"],
                contract=sample_pdf("验收委托合同"),
            )
        with self.hour(8, 30):
            self["bureau_approver"].take(done.path, "approve")

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
        """The host is looked up in every list, with the proof of each; an agency is entrusted."""
        clerk = self["bureau_clerk"]
        with self.hour(10):
            for item in self.acceptance.edition.terms["lookups"]:
                clerk.send(
                    clerk.open(f"{self.acceptance_url}lookups/"),
                    "/lookups/",
                    item=item["code"],
                    result="clear",
                    checked_on=self.day.isoformat(),
                    source="示例信用查询平台",
                    evidence=sample_pdf(f"查询{item['label']}{self.day}"),
                )
        with self.hour(11):
            page = clerk.open(self.acceptance_url)
            agency = page.form("/moves/entrust/").choice("agency", self.world.agency.name)
            clerk.send(page, "/moves/entrust/", agency=agency)

    def judge(self, share: str = "0.8") -> None:
        """The agency opens a panel, draws it; five experts score; the agency concludes."""
        agency = self["agency"]
        with self.hour(13):
            page = agency.open("/panels/")
            panel_url = agency.send(page, f"/panels/open/{self.acceptance.pk}/").path
            sweep_packages()
        with self.hour(14):
            agency.take(panel_url, "pledge")
        with self.hour(15):
            agency.take(panel_url, "draw")
        panel = Panel.objects.get(case_type="evaluation.acceptance", case_id=self.acceptance.pk)
        self.pass_days()
        for seat in panel.assignments.select_related("expert__user").order_by("position"):
            self._score(seat, panel, Decimal(share))
        self.pass_days()
        with self.hour(9):
            agency.take(panel_url, "conclude", opinion=COMMENT)

    def _score(self, seat, panel: Panel, share: Decimal) -> None:
        username, url = seat.expert.user.username, seat.get_absolute_url()
        expert = self[username]
        with self.hour(10):
            expert.take(url, "commit", confidential="on", no_conflict="on", signature=name_of(username))
            page = expert.open(url)
            assert str(self.institute) in page.text
            typed = {}
            for dimension in panel.edition.sheet:
                points = (Decimal(str(dimension["full_mark"])) * share).quantize(Decimal("0.1"))
                typed |= {f"{dimension['code']}_points": str(points)}
                typed |= {f"{dimension['code']}_comment": COMMENT}
            page = expert.send(page, "/sheet/", then="lock", **typed)
        with self.hour(15):
            expert.send(page, "/moves/lock/")

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

    def on(self, day: date) -> None:
        """Months later: everybody has changed their password in the meantime, as the portal asks."""
        self.day = day
        with self.hour(7):
            people = User.objects.filter(is_active=True)
            people.update(
                password_changed_at=clock.now(), password_changed_by=F("pk"), must_change_password=False
            )
