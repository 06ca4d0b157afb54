"""The visit to a host in a real browser: arranged at a desk, written on a phone, signed with the finger."""

from datetime import datetime

from playwright.sync_api import Locator

from evaluation.models import VisitPlan
from institutes.models import Application
from portal.demo.pictures import sample_photo
from tests.browser.people import NARROW, Visitor, file_of
from tests.journeys.visiting import WORDS


def plan(agency: Visitor, application: Application, moment: datetime) -> VisitPlan:
    """Arrange it from the page of the application."""
    agency.open(application.get_absolute_url())
    agency.press(agency.page.locator("a[href*='/site-visits/?q=']"))
    agency.examine()
    agency.press(agency.page.locator(f"a[href$='application={application.pk}']"))
    agency.examine()
    agency.put("starts_at", f"{moment:%Y-%m-%dT%H:%M}")
    agency.put("place", "示例园区一号楼")
    for box in agency.page.locator("[name=experts]").all()[:2]:
        box.check()
    agency.page.locator("select[name=witness]").select_option(index=1)
    agency.press(agency.page.locator("main form[method=post] button.btn-primary"))
    return VisitPlan.objects.get(application=application)


def draw_signature(agency: Visitor, member: int) -> None:
    """A line drawn into the box of one person, and kept."""
    section = agency.page.locator(f"#member-{member}")
    draw_line(section)
    section.locator("button.btn-primary").click()
    agency.page.locator(f"#member-{member} img.signature-shown").wait_for()


def draw_line(section: Locator, height: int = 40) -> None:
    pad, mouse = section.locator("canvas[data-signature]"), section.page.mouse
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    mouse.move(box["x"] + 20, box["y"] + 20)
    mouse.down()
    for step in range(1, 6):
        mouse.move(box["x"] + 20 + step * 30, box["y"] + 20 + (step % 2) * height)
    mouse.up()


def write(agency: Visitor, visit: VisitPlan) -> None:
    """Checklist, photo and signatures, at the width of a phone."""
    page, url = agency.page, visit.get_absolute_url()
    page.set_viewport_size(NARROW)
    agency.open(f"{url}record/")
    for item in visit.edition.terms["visit_checklist"]:
        page.locator(f"[name=check_{item['code']}][value=consistent]").check()
    agency.put("findings", WORDS)
    page.locator("[name=consistent][value=yes]").check()
    agency.press(page.locator("button[value=photos]"))
    page.locator("input[name=file]").set_input_files(file_of(sample_photo("研发场地")))
    page.locator("#upload button.btn-primary").click()
    page.locator(".photos li").first.wait_for()
    agency.open(f"{url}signatures/")
    for member in visit.members.filter(left_at__isnull=True).order_by("pk"):
        draw_signature(agency, member.pk)
    agency.examine()
