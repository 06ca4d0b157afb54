"""The walk from the call to the last yuan in a real Chromium, role by role, from the login page."""

import re
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from evaluation.models import ReviewEdition
from evaluation.tasks import sweep_packages
from funding import tasks as funding_tasks
from funding.models import Award, BudgetAdjustment
from institutes import book
from institutes import tasks as institutes_tasks
from institutes.models import Application
from notices.models import PublicNotice
from portal.demo.books import answers_for, sample_pdf
from portal.demo.steps import Steps
from records import calendar, clock, integrity
from records.models import Document
from tests.browser import visiting
from tests.browser.people import Findings, Visitor, file_of
from tests.journeys.walk import COMMENT, OPINION, SUPPORT, as_typed, name_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ZONE = ZoneInfo("Asia/Shanghai")


class BrowserWalk:
    """The chapters of the walk, each by the person whose turn it is."""

    def __init__(self, chromium, base, world, hands):
        self.findings, self.world, self.hands = Findings(), world, hands
        self.firm = world.firms[0]
        self.visitor = cache(lambda username="": Visitor(chromium, base, self.findings, username))

    def __getitem__(self, username: str) -> Visitor:
        return self.visitor(username)

    @property
    def application(self) -> Application:
        return Application.objects.select_related("call").get()

    @property
    def url(self) -> str:
        return self.application.get_absolute_url()

    def take(self, username: str, action: str, url: str = "", *, examined: bool = False, **typed) -> None:
        who = self[username]
        who.open(url or self.url)
        if examined:
            who.examine()
        who.take(action, **typed)

    # --- the call and the book --------------------------------------------------------------------------------------

    def call(self) -> None:
        clerk, today = self["bureau_clerk"], clock.today()
        page = clerk.open("/calls/new/")
        for name, value in {
            "title": f"关于组织申报{today.year}年度市级产业技术研究院的通知",
            "number": f"石科函〔{today.year}〕1号",
            "year": today.year,
            "opens_at": f"{today}T00:00",
            "closes_at": f"{today + timedelta(days=60)}T17:00",
            "guide": "一、申报条件。\n\n二、办理程序。",
        }.items():
            clerk.put(name, value)
        page.locator("select[name=edition]").select_option(index=1)
        page.locator("select[name=form_edition]").select_option("2022")
        clerk.examine()
        clerk.press(page.locator("main form[method=post] button.btn-primary"))
        self.call_url = page.url
        self.take("bureau_approver", "publish", self.call_url)

    def book(self) -> None:
        filler = self["ent_filler"]
        page = filler.open(self.call_url)
        filler.examine()
        filler.press(page.locator("a[href$='/apply/']").first)
        filler.press(
            page.locator("main form[method=post] button[type=submit], main form[method=post] button").first
        )
        application = self.application
        answers = answers_for(application, self.firm, 1, today=clock.today())
        declared = book.of_edition(application.call.form_edition)
        for code, values in answers.items():
            filler.open(f"{self.url}sections/{code}/")
            self._section(filler, as_typed(declared.section(code), values))
            filler.examine()

    def _section(self, filler: Visitor, values: dict) -> None:
        page = filler.page
        for path, value in values.items():
            while page.locator(f"[name='{path}']").count() == 0:
                group = page.locator(f"[data-rows='{path.partition('-')[0]}']")
                group.locator("[data-row-add]").click()
            filler.put(path, value)
        filler.press(page.locator("#section-form button[value=stay]"))
        assert page.locator(".error-summary, .field--error").count() == 0, page.inner_text("main")[:800]

    def annexes(self) -> None:
        filler, application = self["ent_filler"], self.application
        declared = book.of_edition(application.call.form_edition)
        written, setting = book.answers_of_draft(application), book.setting_of(application)
        page = filler.open(f"{self.url}files/")
        for annex in declared.annexes:
            for number in range(annex.needed(written, setting)):
                section = page.locator(f"#annex-{annex.code}")
                upload = file_of(sample_pdf(f"示例{annex.code}{number + 1}"))
                form = section.locator("form:has(input[type=file][multiple])")
                form.locator("input[type=file]").set_input_files(upload)
                form.locator("button").first.click()
                section.locator(".files__item").nth(number).wait_for()
        filler.examine()

    def submit(self) -> None:
        filler = self["ent_filler"]
        filler.open(f"{self.url}check/")
        filler.examine()
        filler.open(f"{self.url}submit/")
        filler.take("submit")
        self.take("ent_admin", "unit_approve", examined=True)

    # --- judging ----------------------------------------------------------------------------------------------------

    def recommend(self) -> None:
        staff = self["county_staff"]
        for item in self.application.call.edition.terms["integrity_items"]:
            page = staff.open(f"{self.url}integrity/")
            proof = file_of(sample_pdf(f"查询{item['code']}"))
            staff.put("source", "示例信用查询平台")
            for name, value in {"item": item["code"], "result": "clear", "evidence": proof}.items():
                if name == "evidence":
                    page.locator("main [name=evidence]").set_input_files(value)
                else:
                    staff.put(name, value)
            staff.press(page.locator("main form[method=post] button.btn-primary"))
        typed = {"proposal": "recommend", "opinion": OPINION, "support": SUPPORT}
        self.take("county_staff", "propose_recommendation", examined=True, **typed)
        self.take("county_lead", "sign_recommendation")

    def formal_review(self) -> None:
        clerk = self["bureau_clerk"]
        page = clerk.open(f"{self.url}formal/")
        clerk.examine()
        page.keyboard.press("j")
        for _item in page.locator("[data-check]").all():
            page.keyboard.press("1")  # 符合, and on to the next
        page.locator("#formal [name=finding][value=pass]").check()
        clerk.put("opinion", "经形式审查，材料符合要求。")
        clerk.press(page.locator("#formal button.btn-primary"))
        agency = self.world.agency.pk
        self._engage()
        self.take("bureau_approver", "confirm_pass", agency=agency)

    def _engage(self) -> None:
        """The agency is engaged for the call; the moment of a draw comes at once, for a browser cannot wait."""
        Steps(self.world).engage(
            self.application.call, "示例合同1号", until=clock.today() + timedelta(days=90)
        )
        for edition in ReviewEdition.objects.filter(kind="recognition"):
            edition.terms["draw"]["delay_minutes"] = 0
            edition.save(update_fields=["terms"])

    def experts(self) -> None:
        agency = self["agency"]
        page = agency.open("/panels/")
        agency.press(page.locator("form[action*='/panels/open/'] button"))
        panel = page.url
        sweep_packages()
        self.take("agency", "pledge", panel, examined=True)
        self.take("agency", "draw", panel)
        seats = self.application.panel.assignments.order_by("position")
        for place, username in enumerate(seats.values_list("expert__user__username", flat=True)):
            self._score(self[username], examined=place == 0)
        self.take("agency", "conclude", panel, examined=True, opinion=COMMENT)

    def _score(self, expert: Visitor, *, examined: bool) -> None:
        page = expert.open("/assignments/")
        expert.open(expert.link(r"/assignments/\d+/"))
        expert.take("commit", confidential="on", no_conflict="on", signature=name_of(expert.username))
        expert.open(page.url)
        for dimension in self.application.panel.edition.terms["dimensions"]:
            expert.put(f"{dimension['code']}_points", round(float(dimension["full_mark"]) * 0.8, 1))
            expert.put(f"{dimension['code']}_comment", COMMENT)
        if examined:
            expert.examine()
        expert.press(page.locator("form[action$='/sheet/'] button[value=lock]"))
        expert.take("lock")

    def visit(self) -> None:
        """The clock goes on to the day of the visit, and past its hour."""
        agency, application = self["agency"], self.application
        day = calendar.add_working_days(clock.today(), 2)
        moment = datetime.combine(day, time(9, 30), ZONE)
        visit = visiting.plan(agency, application, moment)
        url = visit.get_absolute_url()
        for username in visit.members.filter(part="expert").values_list("user__username", flat=True):
            self.take(username, "accept", url)
        self.hands.move_to(moment + timedelta(hours=1))
        visiting.write(agency, visit)
        self.take("agency", "hand_over", url, examined=True)
        self.take("county_staff", "confirm", url, examined=True, present="on")
        self.take("agency", "record", url)

    def decide(self) -> None:
        clerk, approver = self["bureau_clerk2"], self["bureau_approver"]
        clerk.open("/applications/decision/")
        clerk.examine()
        clerk.open("/applications/decision/new/")
        clerk.put("minute_number", "石科党组纪要〔2026〕7号")
        clerk.put("meeting_on", clock.today())
        clerk.put("items_outcome", "shortlist")
        clerk.examine()
        clerk.press(clerk.page.get_by_role("button", name="保存审议决定"))
        approver.open(clerk.page.url)
        approver.examine()
        approver.press(approver.page.get_by_role("button", name="预览并发布"))
        approver.examine()
        approver.press(approver.page.locator("form[action$='/moves/release/'] button[type=submit]"))

    def public_days(self) -> None:
        """The days of the public notice go by, and the timetable rings."""
        stranger = self[""]
        notice = PublicNotice.objects.get()
        stranger.open(notice.get_absolute_url())
        stranger.examine()
        over = datetime.combine(notice.last_day + timedelta(days=1), time(9), ZONE)
        self.hands.move_to(max(over, timezone.now()))
        institutes_tasks.sweep_publicity()
        funding_tasks.propose_awards()

    # --- money ------------------------------------------------------------------------------------------------------

    def account(self) -> None:
        finance, today = self["finance"], clock.today()
        page = finance.open("/budgets/new/")
        for name, value in {
            "year": today.year,
            "item": "2060499 其他技术研究与开发支出",
            "amount": "1000000.00",
            "document_number": f"石财预〔{today.year}〕8号",
        }.items():
            finance.put(name, value)
        page.locator("input[name=document]").set_input_files(file_of(sample_pdf("预算文件")))
        finance.examine()
        page.locator("main form[method=post] button.btn-primary").click()
        page.wait_for_url(re.compile(r"/budgets/\d+/$"))
        self.take("finance2", "enter", BudgetAdjustment.objects.get().get_absolute_url(), examined=True)
        admin = self["ent_admin"]
        page = admin.open("/payees/new/")
        for name, value in {
            "account_name": self.firm.organisation.name,
            "bank": "示例银行",
            "branch": "石家庄示例支行",
            "number": "6222021234567890123",
            "cnaps": "102121000012",
        }.items():
            admin.put(name, value)
        page.locator("input[name=proof]").set_input_files(file_of(sample_pdf("开户证明")))
        admin.examine()
        page.locator("main form[method=post] button.btn-primary").click()
        page.wait_for_url(re.compile(r"/payees/\d+/$"))
        payee = page.url
        account = payee.rstrip("/").rpartition("/")[2]
        self.take("ent_admin", "confirm", self.award_url, examined=True, account=account, wish="on")
        self.take("bureau_clerk", "first_check", payee, examined=True)
        self.take("bureau_clerk2", "verify", payee)

    @property
    def award_url(self) -> str:
        return Award.objects.get().get_absolute_url()

    def order(self) -> None:
        def the_budget(form):
            form.locator("select[name=budget]").select_option(index=1)

        self.take("bureau_approver", "approve", self.award_url, budget=the_budget)
        clerk = self["bureau_clerk"]
        page = clerk.open("/plans/new/")
        clerk.open(clerk.link(r"/plans/new/\d+/"))
        clerk.press(page.locator("main form[method=post] button.btn-primary"))
        plan = page.url
        self.take("bureau_clerk", "submit", plan, examined=True, integrity_checked_on=clock.today())
        self.take("finance", "review", plan, opinion="经审核，预算科目和金额无误。")
        self.take("bureau_approver", "cosign", plan)
        self.take("finance2", "issue", plan, document_number=f"石财教〔{clock.today().year}〕52号")

    def pay(self) -> None:
        county = self["county_fin"]
        county.open("/disbursements/")
        county.examine()
        href = county.link(r"/disbursements/\d+/")
        today, amount = clock.today(), "200000.00"
        received = {"received_on": today, "amount": amount, "slip": upload("slip", "到账通知")}
        self.take("county_fin", "receive", href, **received)
        paid = {"paid_on": today, "amount": amount, "bank_reference": "示例回单0001"}
        self.take("county_fin", "pay", href, **paid, voucher=upload("voucher", "拨款凭证"))
        receipted = {"receipted_on": today, "amount": amount, "receipt": upload("receipt", "收款收据")}
        self.take("ent_admin", "confirm_receipt", href, examined=True, **receipted)

    def look_around(self) -> None:
        """The pages that everybody comes back to."""
        code = Document.objects.get(kind="certificate").code
        for username, path in (
            ("", "/"),
            ("", "/login/"),
            ("", "/directory/"),
            ("", "/policy/"),
            ("", f"/verify/{code}/"),
            ("ent_admin", "/"),
            ("ent_admin", self.award_url),
            ("county_lead", "/dashboard/"),
            ("bureau_clerk", "/"),
            ("bureau_clerk", "/applications/"),
            ("bureau_approver", self.url),
            ("bureau_approver", "/institutes/"),
            ("bureau_approver", "/budgets/"),
            ("finance", "/ledger/"),
            ("agency", "/panels/"),
            ("auditor", "/register-book/"),
            ("sysadmin", "/users/"),
            ("secadmin", "/grants/"),
            ("ent_filler", "/notices/"),
        ):
            self[username].open(path)
            self[username].examine()


def upload(name: str, title: str):
    return lambda form: form.locator(f"input[name={name}]").set_input_files(file_of(sample_pdf(title)))


def test_the_walk_in_the_browser(chromium, live_server, city, hands):
    walk = BrowserWalk(chromium, live_server.url, city, hands)
    walk.call()
    walk.book()
    walk.annexes()
    walk.submit()
    walk.recommend()
    walk.formal_review()
    walk.experts()
    walk.visit()
    walk.decide()
    walk.public_days()
    walk.account()
    walk.order()
    walk.pay()
    walk.look_around()

    assert walk.application.state == "recognised"
    assert Award.objects.get().state == "closed"
    assert [findings for _invariant, findings in integrity.run() if findings] == []
    assert walk.findings == Findings()
