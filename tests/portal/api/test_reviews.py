"""What the bureau and an agency mend by program before it counts: a drafted engagement, the photos of a visit."""

from accounts.roles import Role
from evaluation import services
from portal.demo.pictures import sample_photo
from records import audit
from tests.evaluation.test_visits import Town
from tests.factories.accounts import person
from tests.factories.evaluation import EngagementFactory
from tests.factories.institutes import CallFactory
from tests.factories.records import AttachmentFactory


def test_a_drafted_engagement_is_mended_by_its_clerk_and_an_approved_one_by_nobody(program):
    draft, approved = EngagementFactory(draft=True, calls=[CallFactory()]), EngagementFactory()
    address, call = f"/api/v1/engagements/{draft.pk}/", CallFactory()
    AttachmentFactory(subject=draft, kind="contract")
    clerk, approver = program(person(Role.BUREAU_CLERK)), program(person(Role.BUREAU_APPROVER))

    mended = clerk.patch(address, {"title": "改后的委托事项", "calls": [call.pk]}, format="json")
    wrong = clerk.patch(address, {"ends_on": "不是日期", "strange": 1}, format="json")
    early = clerk.patch(address, {"ends_on": "2000-01-01"}, format="json")

    assert (mended.status_code, mended.json()["title"]) == (200, "改后的委托事项")
    assert [batch["call"]["id"] for batch in mended.json()["batches"]] == [call.pk]
    assert (wrong.status_code, early.status_code) == (422, 409)
    draft.refresh_from_db()
    assert (draft.title, audit.history(draft).filter(verb__endswith=".revise").count()) == (
        "改后的委托事项",
        1,
    )
    assert approver.patch(address, {"title": "别的"}, format="json").status_code == 403
    for who in (clerk, approver):
        path = f"/api/v1/engagements/{approved.pk}/"
        assert who.patch(path, {"title": "别的"}, format="json").status_code == 403


def test_a_photo_is_taken_out_by_the_agency_that_brought_it(program):
    town = Town()
    visit = town.plan()
    photo, _other = services.add_photos(
        visit=visit, files=[sample_photo("甲"), sample_photo("乙")], caption="", by=town.agency
    )
    address = f"/api/v1/site-visits/{visit.pk}/photos/{photo.pk}/remove/"

    refused = [program(who).post(address).status_code for who in (town.witness, town.unit)]
    done, again = (program(town.agency).post(address) for _n in range(2))

    assert (refused, done.status_code, len(done.json()), again.status_code) == ([403, 403], 200, 1, 404)
    photo.file.refresh_from_db()
    assert photo.file.removed_by == town.agency
