"""A new enterprise fills in the whole book in a real browser, from the login page to the county's desk."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from institutes import book, services
from institutes.models import Application
from portal.demo.books import answers_for, sample_pdf
from portal.demo.pictures import sample_photo
from records import clock
from records.models import Attachment, Document
from records.sheets import XLSX
from tests.browser import spreadsheets
from tests.browser.people import Findings, Visitor, file_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAVED = re.compile(r"已保存 \d\d:\d\d:\d\d")
LONG = "示例：面向产业链关键环节的共性技术需求，分年度开展联合攻关、中试验证和成果推广，形成可考核的指标。"


@pytest.fixture
def call(city):
    """A call that opened today, with a guide."""
    now = timezone.now()
    with clock.at(now - timedelta(days=1)):
        found = services.draft_call(
            title=f"关于组织申报{now.year}年度市级产业技术研究院的通知",
            number=f"石科函〔{now.year}〕1号",
            year=now.year,
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=30),
            guide="一、申报条件。\n\n二、办理程序。",
            by=city["bureau_clerk"],
        )
        services.publish_call(call=found, by=city["bureau_approver"])
    return found


class Applicant:
    """The filler of a unit that applies for the first time, section by section."""

    def __init__(self, visitor: Visitor, world):
        self.visitor, self.firm, self.today = visitor, world.firms[0], clock.today()

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def application(self) -> Application:
        return Application.objects.select_related("call", "host").get()

    def begin(self) -> None:
        """From the first page after the login to an empty book: by the links that are there."""
        page = self.page
        expect(page.locator("main")).to_contain_text("申报")
        self.visitor.open(self.visitor.link(r"/calls/\d+/"))
        self.visitor.press(page.get_by_role("link", name="开始申报"))
        self.visitor.press(page.get_by_role("button", name="建立申报书，开始填报"))
        self.visitor.press(page.locator(".section-list a").first)
        self.values = {
            code: {from_the_first(path): in_box(code, path, value) for path, value in values.items()}
            for code, values in answers_for(self.application, self.firm, 1, today=self.today).items()
        }
        self.build_to = date.fromisoformat(str(self.values["basics"]["build_to"]))

    def type(self, code: str, values: dict[str, object]) -> None:
        """Type a section as it stands on the screen; it saves itself. Then go on by the button of the page."""
        page = self.page
        expect(page).to_have_url(re.compile(f"/sections/{code}/"))
        for path, value in values.items():
            table = page.locator(f"[data-rows='{path.partition('-')[0]}']")
            while page.locator(f"[name='{path}']").count() == 0:
                table.locator("[data-row-add]").click()
            self.visitor.put(path, value)
        if values:
            expect(page.locator("[data-saved]")).to_have_text(SAVED)
        self.visitor.examine()
        self.visitor.press(page.locator("#section-form button[value=next]"))

    def without_rows(self, code: str, *tables: str) -> dict[str, object]:
        return {path: v for path, v in self.values[code].items() if path.partition("-")[0] not in tables}

    # --- from spreadsheets ------------------------------------------------------------------------------------------

    def bring(self, table: str) -> None:
        """Open the page on which rows of a table are pasted or imported."""
        self.visitor.press(
            self.page.locator(f"[data-rows={table}]").get_by_role("link", name="从表格粘贴或导入")
        )

    def paste(self, table: str, rows: list[list[str]], count: int) -> None:
        page = self.page
        self.bring(table)
        page.fill("textarea[name=text]", spreadsheets.pasted(rows))
        self.visitor.press(page.get_by_role("button", name="核对"))
        self.visitor.examine()
        self.visitor.press(page.get_by_role("button", name=f"加入 {count} 行"))
        expect(rows_of(page, table)).to_have_count(count)

    def template(self) -> bytes:
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="下载模板").click()
        return Path(download.value.path()).read_bytes()

    def upload(self, workbook: bytes) -> None:
        file = {"name": "填好的模板.xlsx", "mimeType": XLSX, "buffer": workbook}
        self.page.set_input_files("input[type=file][name=file]", file)
        self.visitor.press(self.page.get_by_role("button", name="核对"))
        self.visitor.examine()

    def import_co_builders(self) -> None:
        """Two cells are wrong at first: both are named, nothing is stored; then they are mended."""
        page = self.page
        self.bring("partners")
        rows = spreadsheets.co_builders(self.today, self.build_to)
        template = self.template()
        wrong = [dict(row) for row in rows]
        wrong[2]["统一社会信用代码"] = f"{rows[2]['统一社会信用代码']}"[:-1]
        wrong[4]["协议有效期至"] = "长期"
        self.upload(spreadsheets.filled_in(template, wrong))
        problems = page.locator(".note--refused li")
        expect(problems).to_have_count(2)
        expect(problems.first).to_contain_text("第 6 行 · 统一社会信用代码：")
        expect(problems.last).to_contain_text("第 8 行 · 协议有效期至：请按 2026-11-23 的格式填写日期。")
        assert "partners" not in book.answers_of_draft(self.application)

        self.upload(spreadsheets.filled_in(template, rows))
        self.visitor.press(page.get_by_role("button", name=f"加入 {len(rows)} 行"))
        expect(page.locator("[data-rows=partners] [data-row]")).to_have_count(len(rows))

    def import_equipment(self) -> None:
        page = self.page
        self.bring("equipment")
        self.upload(spreadsheets.filled_in(self.template(), spreadsheets.equipment(self.host, self.today)))
        self.visitor.press(page.get_by_role("button", name="加入 44 行"))
        expect(rows_of(page, "equipment")).to_have_count(44)

    # --- the sections -----------------------------------------------------------------------------------------------

    @property
    def host(self) -> str:
        return self.firm.organisation.name

    def front(self) -> None:
        self.type("basics", self.values["basics"])
        self.type("host", self.values["host"])
        self.import_co_builders()
        self.type("partners", {})
        people = spreadsheets.bodies(self.host, self.today)
        self.paste("people", people, len(people))
        self.type("governance", self.without_rows("governance", "people"))

    def means(self) -> None:
        people = spreadsheets.roster(self.host)
        self.paste("roster", people, len(people) - 1)
        self.type("team", spreadsheets.team(people))
        self.import_equipment()
        value = sum(float(str(row["原值"])) for row in spreadsheets.equipment(self.host, self.today))
        typed = {"name": "示例三维扫描仪", "bought_on": self.today, "original_value": "30.5"}
        typed |= {"owner": self.host, "open_share": "yes"}
        self.page.locator("[data-rows=equipment] [data-row-add]").click()
        last = rows_of(self.page, "equipment", kept=False).last.locator("input").first.get_attribute("name")
        row = f"{last}".rpartition("-")[0]
        premises = self.without_rows("premises", "equipment") | {"equipment_value": f"{value + 30.5:.1f}"}
        self.type("premises", premises | {f"{row}-{column}": value for column, value in typed.items()})
        self.paste("patents", spreadsheets.patents(self.host, self.today), 12)
        self.type("base", self.without_rows("base", "patents"))

    def plan(self) -> None:
        plan = {path: f"{v}{LONG * 6}" if is_prose(path) else v for path, v in self.values["plan"].items()}
        self.type("plan", plan)
        money, own, given = (
            spreadsheets.money_of_co_builders(),
            600,
            {"municipal": 20, "county": 30, "other": 0},
        )
        sources = {"host": own, "partners": money, **given}
        total = sum(sources.values())
        uses = {"equipment": 400, "materials": 200, "labour": 250, "testing": 100}
        uses["other"] = total - sum(uses.values())
        boxes = {f"sources-{line}-amount": amount for line, amount in sources.items()}
        boxes |= {f"uses-{line}-amount": amount for line, amount in uses.items()}
        self.type("budget", boxes | {"budget_note": "财政资金用于设备购置。"})
        self.type("services", self.values["services"])
        self.type("commitment", self.values["commitment"])
        recusal = {"exclusions-0-employer": "示例机械设计院", "exclusions-0-reason": "有未结的技术合同纠纷。"}
        self.type("recusal", recusal)

    def annexes(self) -> int:
        """What the page asks for, several at once; the licence is a photo. Returns how many there are."""
        page = self.page
        expect(page).to_have_url(re.compile("/files/"))
        for code in page.locator("section.annex").evaluate_all("all => all.map((one) => one.id)"):
            section = page.locator(f"#{code}")
            asked = re.search(r"需 (\d+) 份", section.locator("h2").inner_text())
            count = int(asked[1]) if asked else 0
            files = [sample_pdf(f"示例{code.removeprefix('annex-')}{n}") for n in range(1, count + 1)]
            if code == "annex-licence":
                files = [sample_photo("示例营业执照")]
            if files:
                self.send(section, [file_of(each) for each in files])
        self.visitor.examine()
        return Attachment.objects.about(self.application).current().count()

    def send(self, section: Locator, files: list[dict]) -> None:
        section.locator("form:has(input[multiple]) input[type=file]").set_input_files(files)
        section.locator("form:has(input[multiple]) > button").click()
        expect(section.locator(".files__name")).to_have_count(len(files))
        expect(section.locator("h2")).to_contain_text("已齐全")


def rows_of(page: Page, table: str, *, kept: bool = True) -> Locator:
    """The rows of a table on the page, without the blank one for the next."""
    found = page.locator(f"[data-rows={table}] tbody [data-row]")
    return found.filter(has=page.locator("input[type=text][value]:not([value=''])")) if kept else found


def from_the_first(path: str) -> str:
    """Rows are typed from the first blank one on, whatever they are numbered by."""
    table, _sep, rest = path.partition("-")
    row, _sep, column = rest.partition("-")
    return f"{table}-{int(row) - 1}-{column}" if row.isdigit() and column else path


def in_box(code: str, path: str, value: object) -> object:
    """What a person types for a stored value: amounts in the unit of the box."""
    section = book.of_edition("2022").section(code)
    cell = section and book.cell_of(section, path)
    return cell.text(value) if cell else value


def is_prose(path: str) -> bool:
    return path == "background" or path.startswith("task_")


def test_a_new_enterprise_fills_in_the_whole_book(chromium, live_server, city, call):
    findings = Findings()
    visit = {
        name: Visitor(chromium, live_server.url, findings, name)
        for name in ("ent_filler", "ent_admin", "county_staff")
    }
    filler = Applicant(visit["ent_filler"], city)
    filler.begin()
    filler.front()
    filler.means()
    filler.plan()
    assert filler.annexes() >= 15

    page = visit["ent_filler"].open(f"{filler.application.get_absolute_url()}check/")
    expect(page.locator("#book-progress")).to_have_js_property("value", 100)
    expect(page.locator(".section-list__bar")).to_have_count(0)
    expect(page.locator(".section-list .section-list__state--done")).to_have_count(13)
    expect(page.locator("#findings tbody tr")).to_have_count(
        page.locator("#findings .badge", has_text="满足").filter(has_not_text="不").count()
    )
    expect(page.locator("main")).not_to_contain_text("请核对")
    visit["ent_filler"].examine()
    visit["ent_filler"].press(page.get_by_role("link", name="下一步：提交"))
    visit["ent_filler"].examine()
    visit["ent_filler"].take("submit")

    page = visit["ent_admin"].open("/")
    visit["ent_admin"].open(visit["ent_admin"].link(rf"/applications/{filler.application.pk}/.*"))
    visit["ent_admin"].examine()
    visit["ent_admin"].open(f"{filler.application.get_absolute_url()}review/")
    visit["ent_admin"].examine()
    visit["ent_admin"].take("unit_approve")
    page = visit["county_staff"].open("/")
    expect(page.locator("main")).to_contain_text(filler.application.institute_name)
    visit["county_staff"].open(filler.application.get_absolute_url())
    visit["county_staff"].examine()

    assert filler.application.state == "county_review"
    assert Document.objects.filter(kind="application_book").count() == 1
    assert [
        error for error in findings.errors if "422" not in error
    ] == []  # the import that was wrong at first
    assert (findings.violations, findings.overflows) == ([], [])
