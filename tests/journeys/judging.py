"""The part of experts in every review of an institute in force: agency engaged, host looked up, panel drawn, points."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F

from accounts.models import User
from evaluation.models import Acceptance, Evaluation, Panel
from evaluation.tasks import sweep_packages
from portal.demo.books import sample_pdf
from records import clock
from tests.journeys.walk import COMMENT, Walk, name_of

Case = Acceptance | Evaluation


class JudgedWalk(Walk):
    """What acceptances and three-year evaluations have in common, through the pages of those whose turn it is."""

    def engage_for(self, kind: str, title: str, number: str) -> None:
        """A clerk drafts the agency's engagement for a kind of review as a whole; another person approves it."""
        clerk = self["bureau_clerk"]
        with self.hour(8):
            page = clerk.open("/engagements/new/")
            done = clerk.send(
                page,
                agency=page.form().choice("agency", self.world.agency.name),
                title=title,
                number=f"示例{number}〔{self.day.year}〕1号",
                begins_on=self.day.isoformat(),
                ends_on=(self.day + timedelta(days=700)).isoformat(),
                kinds=[kind],
                contract=sample_pdf(number),
            )
        with self.hour(8, 30):
            self["bureau_approver"].take(done.path, "approve")

    def look_up(self, case: Case) -> None:
        """The host is looked up in every list, with the proof of each."""
        clerk, url = self["bureau_clerk"], case.get_absolute_url()
        with self.hour(10):
            for item in case.edition.terms["lookups"]:
                clerk.send(
                    clerk.open(f"{url}lookups/"),
                    "/lookups/",
                    item=item["code"],
                    result="clear",
                    checked_on=self.day.isoformat(),
                    source="示例信用查询平台",
                    evidence=sample_pdf(f"查询{item['label']}{url}{self.day}"),
                )

    def entrust(self, case: Case) -> None:
        """The agency is entrusted with the experts' part."""
        clerk = self["bureau_clerk"]
        with self.hour(11):
            page = clerk.open(case.get_absolute_url())
            agency = page.form("/moves/entrust/").choice("agency", self.world.agency.name)
            clerk.send(page, "/moves/entrust/", agency=agency)

    def judge_case(self, case: Case, share: str = "0.8") -> Panel:
        """The agency opens a panel, draws it; the experts score; the agency concludes."""
        agency = self["agency"]
        with self.hour(13):
            page = agency.open("/panels/")
            panel_url = agency.send(page, f"/panels/open/{case.pk}/").path
            sweep_packages()
        with self.hour(14):
            agency.take(panel_url, "pledge")
        with self.hour(15):
            agency.take(panel_url, "draw")
        panel = Panel.objects.get(case_type=case._meta.label_lower, case_id=case.pk)
        self.pass_days()
        for seat in panel.assignments.select_related("expert__user").order_by("position"):
            self._score(seat, case, panel, Decimal(share))
        self.pass_days()
        with self.hour(9):
            agency.take(panel_url, "conclude", opinion=COMMENT)
        return panel

    def _score(self, seat, case: Case, panel: Panel, share: Decimal) -> None:
        username, url = seat.expert.user.username, seat.get_absolute_url()
        expert = self[username]
        with self.hour(10):
            expert.take(url, "commit", confidential="on", no_conflict="on", signature=name_of(username))
            page = expert.open(url)
            assert str(case.institute) in page.text
            typed = {}
            for dimension in panel.edition.sheet:
                points = (Decimal(str(dimension["full_mark"])) * share).quantize(Decimal("0.1"))
                typed |= {f"{dimension['code']}_points": str(points)}
                typed |= {f"{dimension['code']}_comment": COMMENT}
            page = expert.send(page, "/sheet/", then="lock", **typed)
        with self.hour(15):
            expert.send(page, "/moves/lock/")

    def on(self, day: date) -> None:
        """Months later: everybody has changed their password in the meantime, as the portal asks."""
        self.day = day
        with self.hour(7):
            people = User.objects.filter(is_active=True)
            people.update(
                password_changed_at=clock.now(), password_changed_by=F("pk"), must_change_password=False
            )
