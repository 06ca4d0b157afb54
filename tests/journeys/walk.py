"""The walk of an application, chapter by chapter, through the pages of those whose turn it is."""

from contextlib import contextmanager, nullcontext
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from accounts.models import User
from evaluation.tasks import sweep_packages
from institutes import book
from institutes.book.core import Section, cell_of
from institutes.book.kinds import Field, Money
from institutes.models import Application
from portal.demo.books import answers_for, sample_pdf
from portal.demo.steps import ZONE
from portal.demo.world import World
from records import calendar, clock
from tests.journeys import visiting
from tests.journeys.pages import Form, Page
from tests.journeys.people import Person

MONDAY = date(2026, 3, 2)
SUPPORT = "县级财政在年度预算中安排配套支持，协调解决场地和用能需求。"
OPINION = (
    "经审核，该单位为本辖区产业链骨干力量，材料真实完整，信用状况良好，共建单位均已签订协议，"
    "治理结构健全，建设方案可行，同意推荐其申报本年度市级产业技术研究院。"
)
COMMENT = (
    "对照评审要点逐项核对材料，依据充分，数据前后一致，技术路线清晰，团队和条件基本具备；"
    "建议进一步细化年度任务和考核指标，落实共建单位投入，完善成果共享与转化机制。"
)


class Walk:
    """One enterprise on its way. ``day`` is the working day on which the next chapter happens."""

    def __init__(self, world: World, firm: int = 0):
        self.world, self.firm, self.n = world, world.firms[firm], firm + 1
        self.day, self.people = MONDAY, cache(Person)
        self.call_url = self.url = ""

    def __getstate__(self) -> dict:
        """Where it has come to. Whoever was signed in signs in anew."""
        return vars(self) | {"people": None}

    def __setstate__(self, state: dict) -> None:
        vars(self).update(state, people=cache(Person))

    def __getitem__(self, username: str) -> Person:
        """Whoever is called for the first time signs in on the present day."""
        with nullcontext() if clock.is_set() else self.hour(8):
            return self.people(username)

    @property
    def filler(self) -> Person:
        return self[self.firm.filler.username]

    @property
    def admin(self) -> Person:
        return self[self.firm.admin.username]

    @property
    def county(self):
        return self.world.county_of(self.firm)

    @property
    def application(self) -> Application:
        return Application.objects.get(pk=int(self.url.strip("/").rpartition("/")[2]))

    @contextmanager
    def hour(self, hour: int = 10, minute: int = 0):
        """At that time of the present day."""
        with clock.at(datetime.combine(self.day, time(hour, minute), ZONE)):
            yield

    def pass_days(self, n: int = 1) -> None:
        """Let working days go by."""
        self.day = calendar.add_working_days(self.day, n)

    # --- the call ---------------------------------------------------------------------------------------------------

    def draft_call(self, days: int = 60) -> None:
        clerk = self["bureau_clerk"]
        with self.hour(8):
            page = clerk.open(clerk.open("/calls/").link("/calls/new/"))
            form = page.form()
            done = clerk.send(
                page,
                title="关于组织申报2026年度市级产业技术研究院的通知",
                number="石科函〔2026〕1号",
                year="2026",
                opens_at=f"{self.day}T09:00",
                closes_at=f"{self.day + timedelta(days=days)}T17:00",
                edition=next(value for value in form.options["edition"] if value),
                form_edition="2022",
                guide="一、申报条件。\n\n二、办理程序。\n\n三、材料要求。",
            )
            self.call_url = done.path

    def publish_call(self) -> None:
        with self.hour(8, 30):
            self["bureau_approver"].take(self.call_url, "publish")
        self.engage()

    def engage(self) -> None:
        """A clerk drafts the agency's engagement for the call with its contract; another person approves it."""
        clerk = self["bureau_clerk"]
        with self.hour(8, 40):
            page = clerk.open(clerk.open("/engagements/").link("/engagements/new/"))
            form = page.form()
            done = clerk.send(
                page,
                agency=form.choice("agency", self.world.agency.name),
                title="示例认定评审",
                number="示例委托合同〔2026〕1号",
                begins_on=self.day.isoformat(),
                ends_on=(self.day + timedelta(days=365)).isoformat(),
                calls=[self.call_url.rstrip("/").rpartition("/")[2]],
                contract=sample_pdf("评审委托合同"),
            )
        with self.hour(8, 50):
            self["bureau_approver"].take(done.path, "approve")

    # --- applying ---------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        with self.hour(9, 30):
            page = self.filler.open(self.filler.open(self.call_url).link("/apply/"))
            self.url = "/".join(self.filler.send(page).path.split("/")[:3]) + "/"

    def fill(self, *only: str) -> None:
        """Every section by its form, or those named."""
        with self.hour(10):
            declared = book.of_edition(self.application.call.form_edition)
            answers = answers_for(self.application, self.firm, self.n, today=clock.today())
            for code in only or answers:
                page = self.filler.open(f"{self.url}sections/{code}/")
                self.filler.send(page, go="stay", **as_typed(declared.section(code), answers[code]))

    def attach(self) -> None:
        with self.hour(11):
            application = self.application
            declared = book.of_edition(application.call.form_edition)
            written, setting = book.answers_of_draft(application), book.setting_of(application)
            for annex in declared.annexes:
                for number in range(annex.needed(written, setting)):
                    self.attach_one(annex.code, f"示例{annex.code}{number + 1}")

    def attach_one(self, kind: str, title: str) -> None:
        page = self.filler.open(f"{self.url}files/")
        (form,) = [f for f in page.forms_to(f"{self.url}files/") if f.values.get("kind") == [kind]]
        answer = self.filler.client.post(form.action, form.filled({"file": sample_pdf(title)}), follow=True)
        assert answer.status_code == 200, Page(answer).text

    def submit(self) -> None:
        with self.hour(14):
            self.filler.send(self.filler.open(f"{self.url}submit/"), "/moves/submit/")

    def report(self) -> None:
        with self.hour(16):
            self.admin.take(self.url, "unit_approve")

    def apply(self) -> None:
        self.begin()
        self.fill()
        self.attach()
        self.submit()
        self.report()

    # --- county and bureau ------------------------------------------------------------------------------------------

    def look_up(self) -> None:
        """Every list, one after the other, with the proof of each."""
        staff = self[self.county.staff.username]
        for item in self.application.call.edition.terms["integrity_items"]:
            page = staff.open(f"{self.url}integrity/")
            typed = {
                "item": item["code"],
                "result": "clear",
                "checked_on": self.day,
                "source": "示例信用查询平台",
                "evidence": sample_pdf(f"查询{item['label']}"),
            }
            staff.send(page, "/integrity/", **typed)

    def propose_recommendation(self, proposal: str = "recommend") -> None:
        with self.hour(9):
            if proposal == "recommend":
                self.look_up()
            self[self.county.staff.username].take(
                self.url, "propose_recommendation", proposal=proposal, opinion=OPINION, support=SUPPORT
            )

    def sign(self) -> None:
        with self.hour(11):
            self[self.county.lead.username].take(self.url, "sign_recommendation")

    def propose_formal(self, finding: str = "pass", unmet: dict[str, str] | None = None) -> None:
        """``unmet``: item → the annex that has to be mended."""
        unmet = unmet or {}
        clerk = self["bureau_clerk"]
        with self.hour(10):
            page = clerk.open(f"{self.url}formal/")
            boxes = {}
            for item in self.application.call.edition.terms["checklist"]:
                code = item["code"]
                boxes[f"checks_result_{code}"] = "unmet" if code in unmet else "met"
                boxes[f"checks_note_{code}"] = "扫描件不清晰，请重新提交。" if code in unmet else ""
            boxes |= {f"checks_place_{code}": f"annexes.annex-{annex}" for code, annex in unmet.items()}
            clerk.send(
                page,
                "/moves/propose_formal/",
                finding=finding,
                opinion="经形式审查，意见如上。",
                **boxes,
            )

    def confirm_pass(self) -> None:
        approver = self["bureau_approver"]
        with self.hour(15):
            page = approver.open(self.url)
            agency = page.form("/moves/confirm_pass/").choice("agency", self.world.agency.name)
            approver.send(page, "/moves/confirm_pass/", agency=agency)

    # --- experts ----------------------------------------------------------------------------------------------------

    def open_panel(self) -> None:
        agency = self["agency"]
        with self.hour(9):
            self.panel_url = agency.send(agency.open("/panels/"), f"/panels/open/{self.application.pk}/").path
            sweep_packages()

    def draw(self) -> list[str]:
        """The addresses of the seats drawn."""
        with self.hour(10):
            self["agency"].take(self.panel_url, "pledge")
        with self.hour(11):
            self["agency"].take(self.panel_url, "draw")
        return list(self.application.panel.assignments.values_list("expert__user__username", flat=True))

    def score(self, username: str, share: str = "0.8") -> None:
        """An expert signs, scores every dimension and locks."""
        expert = self[username]
        with self.hour(10):
            url = expert.open("/assignments/").link(r"/assignments/\d+/$")
            expert.take(url, "commit", confidential="on", no_conflict="on", signature=name_of(username))
            page = expert.open(url)
            sheet = page.form("/sheet/")
            page = expert.send(page, "/sheet/", then="lock", **marks(sheet, self.application, Decimal(share)))
        with self.hour(15):
            expert.send(page, "/moves/lock/")

    def conclude(self) -> None:
        with self.hour(9):
            self["agency"].take(self.panel_url, "conclude", opinion=COMMENT)

    def review(self, share: str = "0.8") -> None:
        self.open_panel()
        for username in self.draw():
            self.score(username, share)
        self.pass_days()
        self.conclude()

    def to_the_bureau(self) -> None:
        self.propose_recommendation()
        self.sign()

    def to_the_experts(self) -> None:
        self.propose_formal()
        self.confirm_pass()
        self.pass_days()
        self.review()

    def visit(self) -> None:
        """Arranged by the agency, accepted by two experts; on the next day written at the place, witnessed, entered."""
        application, agency = self.application, self["agency"]
        with self.hour(14):
            moment = f"{calendar.add_working_days(self.day, 1)}T09:30"
            url = visiting.plan(agency, application, moment, self.county.staff.name)
        with self.hour(15):
            for seat in application.panel.assignments.live().order_by("position")[:2]:
                self[seat.expert.user.username].take(url, "accept")
        self.pass_days()
        with self.hour(11):
            visiting.write(agency, url)
            agency.take(url, "hand_over")
        with self.hour(14):
            self[self.county.staff.username].take(url, "confirm", present="on")
        with self.hour(15):
            agency.take(url, "record")

    def shortlist(self, count: int = 1) -> None:
        """The clerk puts down what the meeting decided on so many; the approver previews it and releases it."""
        clerk, approver = self["bureau_clerk2"], self["bureau_approver"]
        with self.hour(15):
            page = clerk.open(clerk.open("/applications/decision/").link("/applications/decision/new/"))
            done = clerk.send(
                page,
                minute_number="石科党组纪要〔2026〕7号",
                meeting_on=self.day.isoformat(),
                items_outcome=["shortlist"] * count,
            )
            assert "列入拟认定名单" not in self.filler.open(self.url).text
        with self.hour(16):
            preview = approver.send(approver.open(done.path), "/preview/")
            assert self.application.institute_name in preview.text
            approver.send(preview, "/moves/release/")


def as_typed(section: Section, values: dict[str, object]) -> dict[str, object]:
    """What a person would type into the boxes of a section."""
    return {path: text_of(value, cell_of(section, path)) for path, value in values.items()}


def text_of(value: object, box: Field | None) -> object:
    """What a person would type or tick: an amount in the unit that stands beside its box."""
    if isinstance(value, list):
        return [str(each) for each in value]
    return box.text(value) if isinstance(box, Money) else str(value)


def name_of(username: str) -> str:
    """The name under which a person is registered: what they sign with."""
    return User.objects.get(username=username).name


def marks(sheet: Form, application: Application, share: Decimal) -> dict[str, str]:
    """Points and words for each dimension that the sheet has."""
    dimensions = application.panel.edition.terms["dimensions"]
    typed = {}
    for dimension in dimensions:
        points = (Decimal(str(dimension["full_mark"])) * share).quantize(Decimal("0.1"))
        typed |= {f"{dimension['code']}_points": str(points), f"{dimension['code']}_comment": COMMENT}
    return typed
