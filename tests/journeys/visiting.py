"""The visit to a host, by the pages of agency, experts and the county's witness."""

from evaluation.models import VisitPlan
from institutes.models import Application
from portal.demo.pictures import sample_photo, sample_signature
from tests.journeys.people import Person

WORDS = "现场查看研发场地、设备和财务账目，与申报材料一致。"


def plan(agency: Person, application: Application, moment: str, witness: str) -> str:
    """Arrange it from the page of the application, which leads there; the address of the visit."""
    listed = agency.open(agency.open(application.get_absolute_url()).link("/site-visits/"))
    page = agency.open(listed.link(f"application={application.pk}"))
    seats = application.panel.assignments.live().order_by("position")[:2]
    done = agency.send(
        page,
        starts_at=moment,
        place="示例园区一号楼",
        experts=[str(seat.pk) for seat in seats],
        witness=page.form().choice("witness", witness),
    )
    return done.path


def write(agency: Person, url: str) -> None:
    """What is done at the place: checklist, a photo, a signature of everybody who came."""
    visit = VisitPlan.objects.get(pk=int(url.rstrip("/").rpartition("/")[2]))
    boxes = {f"check_{one['code']}": "consistent" for one in visit.edition.terms["visit_checklist"]}
    agency.send(agency.open(f"{url}record/"), "/record/", findings=WORDS, consistent="yes", **boxes)
    agency.send(agency.open(f"{url}photos/"), "/photos/", file=sample_photo("研发场地"), caption="研发场地")
    for member in visit.members.filter(left_at__isnull=True):
        page = agency.open(f"{url}signatures/")
        (form,) = [one for one in page.forms_to("/signatures/") if one.values["member"] == [str(member.pk)]]
        sent = form.filled({"file": sample_signature(member.pk)})
        assert agency.client.post(form.action, sent).status_code == 302
