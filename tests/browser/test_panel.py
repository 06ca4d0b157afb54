"""A panel of five on five phones: read, scored and locked, with a conflict that shows late and a sheet that never
comes. Whoever left is followed by the next in order, and no points are made up."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluation.models import Assignment, Panel, Score
from institutes import services as institutes
from institutes.models import Application
from portal.demo.steps import ZONE, Steps
from records import clock, deadlines, integrity
from tests.browser.people import Findings, PhoneVisitor
from tests.browser.test_filling import SAVED
from tests.journeys.walk import COMMENT, name_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REFUSED = {403, 404}
LOOK_ONCE_MORE = "form[action$='/sheet/'] button[value=lock]"
DIMENSIONS = ("chain_position", "governance", "team", "facilities", "rd_base", "plan")
SHEETS = (
    ("16", "12.5", "12", "8", "11.5", "20"),  # 80.00
    ("15.5", "11", "12.25", "7.5", "12", "19"),  # 77.25
    ("17", "13", "13.5", "8.5", "12.75", "21.5"),  # 86.25
    ("14", "10.5", "11", "7", "10", "18.33"),  # 70.83
    ("18", "12", "11.75", "9", "13", "20.5"),  # 84.25
)
TOTALS = ("80.00", "77.25", "86.25", "70.83", "84.25")
MEAN, SPREAD = Decimal("79.72"), Decimal("15.42")
"""(80 + 77.25 + 86.25 + 70.83 + 84.25) / 5 = 398.58 / 5 = 79.716; 86.25 − 70.83."""


def application_before_experts(world) -> Application:
    """Applied for, recommended, checked and handed to an engaged agency, all through the services."""
    steps, firm, now = Steps(world), world.firms[0], timezone.now()
    with clock.at(now - timedelta(days=1)):
        call = institutes.draft_call(
            title=f"关于组织申报{now.year}年度市级产业技术研究院的通知",
            number=f"石科函〔{now.year}〕1号",
            year=now.year,
            opens_at=now - timedelta(hours=2),
            closes_at=now + timedelta(days=30),
            guide="一、申报条件。\n\n二、办理程序。",
            by=world["bureau_clerk"],
        )
        institutes.publish_call(call=call, by=world["bureau_approver"])
    with clock.at(now - timedelta(hours=1)):
        steps.engage(call, "示例合同1号", until=clock.today() + timedelta(days=200))
        application = steps.apply(call, firm, 1)
        steps.report(application, firm)
        steps.recommend(application, firm)
        steps.pass_formal(application)
    return application


class Phones:
    """The people of one panel, each with a phone."""

    def __init__(self, chromium, base, world):
        self.findings, self.base = Findings(), base
        self.visitor = cache(lambda username: PhoneVisitor(chromium, base, self.findings, username))
        application = application_before_experts(world)
        with clock.at(timezone.now() - timedelta(minutes=50)):
            self.panel = Steps(world).draw(application)

    def __getitem__(self, username: str) -> PhoneVisitor:
        return self.visitor(username)

    def seats(self) -> list[Assignment]:
        """Those that are taken; whoever comes from outside the city last, for a panel has to keep one."""
        rows = self.panel.assignments.live().select_related("expert__user")
        return list(rows.order_by("expert__outside_city", "position"))

    def newcomer(self) -> str:
        """Who was invited last."""
        return self.panel.assignments.order_by("-position")[0].expert.user.username

    # --- an expert ---------------------------------------------------------------------------------------------------

    def sign(self, username: str, *, examined: bool = False) -> PhoneVisitor:
        """From the login page to the package: accept, sign, read."""
        expert = self[username]
        page = expert.page
        expert.open("/assignments/")
        if examined:
            expert.examine()
        expert.press(page.locator("main a[href^='/assignments/']").first)
        expect(page.locator("#invitation")).to_contain_text("签署承诺之前，评审材料不开放")
        if examined:
            expert.examine()
        expert.take("accept")
        expert.take("commit", confidential="on", no_conflict="on", signature=name_of(username))
        self.read(expert)
        if examined:
            expert.examine()
        return expert

    def read(self, expert: PhoneVisitor) -> None:
        """The package bears the reader's mark, and nothing that says whose it is."""
        shown = expert.page.locator("main")
        expect(shown.locator(".watermark")).to_be_visible()
        expect(shown.locator("#annexes, #files").first).to_be_attached()
        said = shown.inner_text()
        host = self.panel.application.host
        assert [word for word in (host.name, host.short_name, host.uscc) if word in said] == []

    def write(self, expert: PhoneVisitor, points: tuple[str, ...]) -> None:
        """Type points and words until the page says that they are saved."""
        for code, given in zip(DIMENSIONS, points, strict=False):
            expert.put(f"{code}_points", given)
            expert.put(f"{code}_comment", COMMENT)
        expect(expert.page.locator("output[data-saved]")).to_have_text(SAVED)

    def hand_in(self, username: str, number: int, *, examined: bool = False) -> None:
        """The whole sheet, looked at once more, locked."""
        expert = self.sign(username, examined=examined)
        page, total = expert.page, TOTALS[number]
        self.write(expert, SHEETS[number])
        if examined:
            self.is_short_of_words(expert)
        expect(page.locator("[data-total]")).to_have_text(total)
        expert.press(page.locator(LOOK_ONCE_MORE))
        expect(page.locator(".score-sheet__total")).to_contain_text(total)
        if examined:
            expert.examine()
        expert.take("lock")
        expect(page.locator("#sheet")).to_contain_text("已锁定，不能修改")
        expect(page.locator(".score-sheet [name$=_points]")).to_have_count(0)
        if examined:
            expert.examine()

    def is_short_of_words(self, expert: PhoneVisitor) -> None:
        """A sheet with one comment of two signs is not locked: the page says how many are lacking."""
        box = f"{DIMENSIONS[-1]}_comment"
        expert.put(box, "可行")
        expert.press(expert.page.locator(LOOK_ONCE_MORE))
        expect(expert.page.locator("main")).to_contain_text("还差 48 字")
        expect(expert.page.locator("form[action$='/moves/lock/']")).to_have_count(0)
        expert.press(expert.page.get_by_role("link", name="返回继续评分"))
        expert.put(box, COMMENT)
        expect(expert.page.locator("output[data-saved]")).to_have_text(SAVED)

    # --- what goes wrong ---------------------------------------------------------------------------------------------

    def finds_a_conflict(self, username: str) -> None:
        """Declared in one tab, while another holds the sheet, an annex and the API: all three are shut."""
        expert = self.sign(username)
        self.write(expert, ("20", "15"))
        holding = expert.tab(Findings())
        held = holding.open(expert.page.url)
        seat = self.panel.assignments.get(expert__user__username=username)
        doors = [held.locator("a[href*='/files/']").first.get_attribute("href")]
        doors.append(f"/api/v1{seat.get_absolute_url()}package/")
        ask = held.request.get
        assert [ask(self.base + door).status for door in doors] == [200, 200]

        expert.take("recuse", ground="cooperation", reason="三年内曾与申报团队共同承担项目")

        assert {ask(self.base + door).status for door in doors} <= REFUSED
        expect(expert.page.locator("#closed")).to_contain_text("材料已停止查阅")
        expert.examine()
        self.types_on(holding, seat)

    def types_on(self, holding: PhoneVisitor, seat: Assignment) -> None:
        """The first letter typed at the other tab shuts it, and is stored neither there nor on the phone."""
        page = holding.page
        page.locator(f"[name={DIMENSIONS[2]}_comment]").fill(COMMENT)
        expect(page.locator("#closed")).to_contain_text("材料已停止查阅")
        assert page.locator(".watermark, .score-sheet").count() == 0
        assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent:'))") == []
        assert Score.objects.filter(assignment=seat).count() == 2
        assert [each for each in holding.findings.errors if "403" not in each] == []
        assert holding.findings.overflows == []

    def never_hands_in(self, username: str) -> None:
        self.write(self.sign(username), ("0", "0", "0"))

    def is_replaced(self, hands, username: str) -> None:
        """The day passes; the agency may not conclude without the sheet, and replaces who did not bring it."""
        agency, idle = self["agency"], self[username]
        seat = self.panel.assignments.get(expert__user__username=username)
        due_on = deadlines.current(seat).due_on
        hands.move_to(datetime.combine(due_on + timedelta(days=1), time(9), ZONE))
        page = agency.open(self.panel.get_absolute_url())
        agency.examine()
        assert page.locator("form[action$='/moves/conclude/']").count() == 0
        assert [total for total in TOTALS if total in page.inner_text("main")] == []
        agency.press(page.locator(f"a[href='{seat.get_absolute_url()}moves/replace/']"))
        agency.examine()
        agency.take("replace", ground="overdue", reason="评分时限已过，多次提醒仍未提交")
        idle.page.reload()
        expect(idle.page.locator("#closed")).to_contain_text("材料已停止查阅")
        assert idle.page.request.get(f"{self.base}/api/v1{seat.get_absolute_url()}package/").status == 403

    def conclude(self) -> None:
        agency = self["agency"]
        page = agency.open(self.panel.get_absolute_url())
        agency.take("conclude", opinion=COMMENT)
        page.reload()
        expect(page.locator("main")).to_contain_text(str(MEAN))
        agency.examine()
        said = page.inner_text("main")
        assert [total for total in TOTALS if total not in said] == []


def test_a_panel_of_five_on_their_phones(chromium, live_server, city, hands):
    phones = Phones(chromium, live_server.url, city)
    late, idle, *others = [seat.expert.user.username for seat in phones.seats()]
    phones.finds_a_conflict(late)
    phones.never_hands_in(idle)
    for number, username in enumerate(others):
        phones.hand_in(username, number, examined=number == 0)
    phones.hand_in(phones.newcomer(), 3)
    phones.is_replaced(hands, idle)
    phones.hand_in(phones.newcomer(), 4)
    phones.conclude()

    panel = Panel.objects.get()
    assert (panel.state, panel.score, panel.spread, panel.passed) == ("concluded", MEAN, SPREAD, True)
    assert panel.application.review_score == MEAN
    sums = {seat.expert.user.username: seat.total for seat in panel.assignments.all()}
    assert sorted(total for total in sums.values() if total is not None) == sorted(map(Decimal, TOTALS))
    assert (sums[late], sums[idle], panel.draws.count()) == (None, None, 1)
    ends = panel.assignments.values_list("expert__user__username", "state")
    assert {name: state for name, state in ends if state != "locked"} == {late: "recused", idle: "replaced"}
    assert [findings for _invariant, findings in integrity.run() if findings] == []
    assert phones.findings == Findings()
