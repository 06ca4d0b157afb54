"""What a unit reports, in a real browser: three years from figures that are there already, and one year box by box."""

from functools import cache

import pytest
from playwright.sync_api import expect

from evaluation.models import Assessment, Evaluation
from evaluation.services import open_assessment
from portal.demo.books import sample_pdf
from portal.demo.steps import Steps
from records import clock
from tests.browser import reporting
from tests.browser.people import NARROW, Findings, PhoneVisitor, Visitor, file_of
from tests.browser.test_filling import SAVED
from tests.factories.performance import engaged_for_performance
from tests.journeys.walk import COMMENT, name_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "示例：围绕产业链关键环节完成攻关任务，形成可推广的工艺和装备，有关依据见佐证材料。"
PARTS = ("technology", "transfer", "incubation", "economy")


class Town:
    """Everybody who has to do with the report, each at a browser of their own."""

    def __init__(self, chromium, base, world):
        self.findings, self.world = Findings(), world
        self.wide = cache(lambda username: Visitor(chromium, base, self.findings, username))
        self.phone = cache(lambda username: PhoneVisitor(chromium, base, self.findings, username))

    def nothing_found(self) -> None:
        assert self.findings == Findings()


# --- three years ----------------------------------------------------------------------------------------------------


def test_three_years_are_reported_from_figures_that_are_there(chromium, live_server, city):
    evaluation = reporting.due_now(reporting.institute_after_three_years(city))
    town = Town(chromium, live_server.url, city)
    rows_add_up(town, evaluation)
    written_left_and_written_on(town, evaluation)
    brought_and_signed(town, evaluation)
    checked_by_the_county(town, evaluation)
    filled_in_by_two_offices(town, evaluation)
    looked_up(town, evaluation)
    given_points(town, evaluation)

    evaluation.refresh_from_db()
    assert evaluation.doubts["transfers"] == {"note": "少计一项。", "answer": "登记后计入下一周期。"}
    assert evaluation.filled["tax_paid"]["value"] == "730.5"
    town.nothing_found()


def rows_add_up(town: Town, evaluation: Evaluation) -> None:
    """From the login page to the report; each figure is what the pages say that its links open."""
    filler = town.wide("ent_filler")
    filler.open("/evaluations/")
    filler.examine()
    filler.open(filler.link(r"/evaluations/\d+/"))
    filler.examine()
    page = filler.open(filler.link(r"/evaluations/\d+/edit/"))
    filler.examine()
    page.locator("main details").evaluate_all("all => all.forEach((each) => { each.open = true })")
    measures = {one["label"]: one["measure"] for one in evaluation.edition.terms["indicators"]}
    rows = page.evaluate(reporting.ROWS)
    assert len(rows) == 17
    assert sum(len(row["links"]) for row in rows) == 32
    reader = reporting.Reader(filler)
    for row in rows:
        assert row["unlinked"] == 0, row
        pages = [reader.opened(*link) for link in row["links"]]
        if pages:
            assert reporting.worked_out(measures[row["label"]], pages) == reporting.number(row["figure"]), row


def written_left_and_written_on(town: Town, evaluation: Evaluation) -> None:
    """Words and an objection save themselves; what was closed is there again, on a phone as well."""
    filler, address = town.wide("ent_filler"), f"{evaluation.get_absolute_url()}edit/"
    page = filler.open(address)
    filler.put("text_technology", WORDS)
    filler.put("doubt_transfers", "少计一项。")
    expect(page.locator("output[data-saved]")).to_have_text(SAVED)
    page.close()
    del filler.page
    page = filler.open(address)
    expect(page.locator("[name=text_technology]")).to_have_value(WORDS)
    expect(page.locator("[name=doubt_transfers]")).to_have_value("少计一项。")

    phone = town.phone("ent_filler")
    page = phone.open(address)
    for part in PARTS[1:]:
        phone.put(f"text_{part}", WORDS)
    expect(page.locator("output[data-saved]")).to_have_text(SAVED)
    phone.press(page.get_by_role("button", name="保存，去上传佐证材料"))
    evaluation.refresh_from_db()
    assert evaluation.texts == dict.fromkeys(PARTS, WORDS)


def brought_and_signed(town: Town, evaluation: Evaluation) -> None:
    phone, address = town.phone("ent_filler"), evaluation.get_absolute_url()
    page = phone.page
    phone.examine()
    page.set_input_files("input[type=file]", file_of(sample_pdf("自评佐证材料")))
    page.get_by_role("button", name="上传").click()
    expect(page.locator("main")).to_contain_text("自评佐证材料")
    phone.open(address)
    phone.take("hand_up")
    admin = town.wide("ent_admin")
    admin.open(address)
    admin.examine()
    admin.take("hand_in")
    admin.examine()


def checked_by_the_county(town: Town, evaluation: Evaluation) -> None:
    staff, lead = town.wide("county_staff"), town.phone("county_lead")
    staff.open(evaluation.get_absolute_url())
    staff.examine()
    said = {"position": "agrees", "opinion": WORDS, "answer_transfers": "登记后计入下一周期。"}
    staff.take("give_opinion", **said)
    lead.open(evaluation.get_absolute_url())
    lead.examine()
    lead.take("sign")


def filled_in_by_two_offices(town: Town, evaluation: Evaluation) -> None:
    for username, action, typed in (
        ("tax", "fill_tax", {"value_tax_paid": "730.5"}),
        ("finance", "fill_finance", {"note": WORDS}),
    ):
        office = town.wide(username)
        office.open("/evaluations/")
        office.open(office.link(r"/evaluations/\d+/"))
        office.examine()
        office.take(action, **typed)
        office.examine()


def looked_up(town: Town, evaluation: Evaluation) -> None:
    """The bureau looks the host up in every list and hands it to an agency; the page of the round shows how far."""
    engaged_for_performance(town.world.agency)
    clerk, address = town.wide("bureau_clerk"), f"{evaluation.get_absolute_url()}lookups/"
    for item in evaluation.edition.terms["lookups"]:
        page = clerk.open(address)
        clerk.put("item", item["code"])
        clerk.put("result", "clear")
        clerk.put("checked_on", clock.today().isoformat())
        clerk.put("source", "示例信用查询平台")
        page.set_input_files("input[name=evidence]", file_of(sample_pdf(f"查询{item['label']}")))
        clerk.press(page.locator("main form button.btn-primary"))
    clerk.examine()
    clerk.open(evaluation.get_absolute_url())
    clerk.examine()
    clerk.take("entrust", agency=str(town.world.agency.pk))
    clerk.open(evaluation.round.get_absolute_url())
    clerk.examine()


def given_points(town: Town, evaluation: Evaluation) -> None:
    """An expert of a panel that was drawn reads the figures and locks a sheet, on a phone."""
    evaluation.refresh_from_db()
    panel = Steps(town.world).draw(evaluation)
    seat = panel.assignments.select_related("expert__user").order_by("position").first()
    username = seat.expert.user.username
    expert = town.phone(username)
    page = expert.open(seat.get_absolute_url())
    expert.examine()
    expert.take("commit", confidential="on", no_conflict="on", signature=name_of(username))
    expect(page.locator("main")).to_contain_text(str(evaluation.institute))
    for one in panel.edition.sheet:
        expert.put(f"{one['code']}_points", "2")
        expert.put(f"{one['code']}_comment", COMMENT)
    expect(page.locator("output[data-saved]")).to_have_text(SAVED)
    expert.examine()
    expert.press(page.locator("form[action$='/sheet/'] button[value=lock]"))
    expert.take("lock")
    expect(page.locator("#sheet")).to_contain_text("已锁定，不能修改")


# --- one year -------------------------------------------------------------------------------------------------------


def test_a_part_of_a_yearly_report_is_filled_in_at_both_widths(chromium, live_server, city):
    """What last year says is there already; parts are checked against each other while they are typed and saved."""
    institute = reporting.institute_after_three_years(city)
    year = clock.today().year
    report = open_assessment(recognition=institute.recognition, year=year)
    town = Town(chromium, live_server.url, city)
    wide, phone = town.wide("ent_filler"), town.phone("ent_filler")
    wide.open("/assessments/")
    wide.open(f"{report.get_absolute_url()}")
    wide.examine()
    for visitor, spent, text in ((wide, "520", "5200000.00"), (phone, "615.5", "6155000.00")):
        page = visitor.open(f"{report.get_absolute_url()}edit/spending/")
        visitor.examine()
        visitor.put("box_rd_spend", spent)
        expect(page.locator("output[data-saved]")).to_have_text(SAVED)
        assert Assessment.objects.get(pk=report.pk).values["rd_spend"] == text
        page.reload()
        expect(page.locator("[name=box_rd_spend]")).to_have_value(spent)
        visitor.press(page.get_by_role("button", name="保存并填写下一部分"))
        visitor.examine()
    assert phone.viewport == NARROW
    town.nothing_found()
