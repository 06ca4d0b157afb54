"""The pile of the formal review: several passes at once, one that was sent back in between, one full notice of all
defects, a supplement in time and one that never comes."""

import pytest

from institutes.models import Call
from notices.models import Notice
from portal.demo.steps import Steps
from records import calendar, clock
from records.models import AuditEvent, Deadline, Document
from tests.journeys.conftest import FOUNDED
from tests.journeys.papers import content_of, words_of
from tests.journeys.timetable import sweep, unsound
from tests.journeys.traces import nothing_changes
from tests.journeys.walk import Walk

pytestmark = pytest.mark.usefixtures("no_worker")
PILE = "/applications/formal/"
BLURRED = "扫描件不清晰，请重新提交。"
DEFECTS = {
    "agreements_valid": "agreement",
    "governance_complete": "charter",
    "finance_complete": "audit_report",
}
AGAIN = "请核对设备清单与设备原值是否一致。"


@pytest.fixture
def pile(founding) -> list[Walk]:
    """Four applications whose formal review begins on one day."""
    with clock.at(FOUNDED):
        for n in range(1, 5):
            founding.register_firm(n)
    walks = [Walk(founding.world, firm=n) for n in range(4)]
    walks[0].draft_call()
    walks[0].publish_call()
    steps, call = Steps(founding.world), Call.objects.get()
    for walk in walks:
        walk.call_url = walks[0].call_url
        with walk.hour(10):
            application = steps.apply(call, walk.firm, walk.n)
            steps.report(application, walk.firm)
        walk.url = application.get_absolute_url()
        walk.pass_days()
        with walk.hour(11):
            steps.recommend(application, walk.firm)
        walk.pass_days()
    return walks


def states_of(pile: list[Walk]) -> list[str]:
    return [walk.application.state for walk in pile]


def test_several_pass_at_once_and_the_rest_goes_its_own_way(pile):
    first, second, _third, fourth = pile
    the_clerk_goes_through_it(pile)
    all_or_none(pile)
    confirmed_once(pile)
    sent_back_with_a_reason(fourth)
    every_defect_at_once(second)
    every_defect_at_once(fourth)
    brought_in_time(second)
    never_brought(fourth)

    assert states_of(pile) == ["reviewing", "reviewing", "reviewing", "closed_formal"]
    assert unsound(first) == []


def the_clerk_goes_through_it(pile: list[Walk]) -> None:
    """Found fit one by one; the list and its export show all of them, to those who read it."""
    first = pile[0]
    clerk = first["bureau_clerk"]
    with first.hour(9):
        shown = clerk.open(clerk.open("/applications/").link(PILE)).text
        assert all(walk.application.number in shown for walk in pile)
        for username in ("county_staff", "ent_admin", "agency", "finance"):
            assert first[username].client.get(PILE).status_code == 403
    for walk in pile:
        walk.propose_formal()
    with first.hour(12):
        exported = clerk.client.get(f"{PILE}export/csv/").getvalue().decode("utf-8-sig")
        for walk in pile:
            assert exported.count(walk.application.number) == 12
        assert clerk.open(PILE).forms_to("/formal/confirm/") == []
        assert clerk.post(f"{PILE}confirm/", {"applications": [first.application.pk]}).status == 403


def look_at(pile: list[Walk], *chosen: Walk):
    """The approver ticks these and sees what confirming them would send to whom; nothing is done yet."""
    first = pile[0]
    approver = first["bureau_approver"]
    page = approver.open(PILE)
    agency = page.form("/formal/confirm/").choice("agency", first.world.agency.name)
    ticked = [str(walk.application.pk) for walk in chosen]
    with nothing_changes():
        preview = approver.send(page, "/formal/confirm/", applications=ticked, agency=agency)
        assert f"审定通过 {len(chosen)} 件" in preview.text
        assert all(walk.application.institute_name in preview.text for walk in chosen)
    return preview


def all_or_none(pile: list[Walk]) -> None:
    """One of the four was sent back while the approver was looking: none passes, and which one it was is said."""
    first, second = pile[0], pile[1]
    with first.hour(14):
        preview = look_at(pile, *pile)
        first["bureau_approver2"].take(second.url, "send_back_formal", reason=AGAIN)
        with nothing_changes():
            told = first["bureau_approver"].send(preview, "/formal/confirm/", status=409)
        assert second.application.institute_name in told.text
        assert not any(walk.application.institute_name in told.text for walk in (pile[0], pile[2], pile[3]))
    assert states_of(pile) == ["formal_confirmation", "formal_review", *["formal_confirmation"] * 2]


def confirmed_once(pile: list[Walk]) -> None:
    """Two pass; the button pressed again passes nothing a second time."""
    first, third = pile[0], pile[2]
    approver = first["bureau_approver"]
    with first.hour(15):
        preview = look_at(pile, first, third)
        done = approver.send(preview, "/formal/confirm/")
        assert f"已审定通过 2 件，交{first.world.agency}组织评审。" in done.text
        with nothing_changes():
            approver.send(preview, "/formal/confirm/", status=422)
    assert states_of(pile) == ["reviewing", "formal_review", "reviewing", "formal_confirmation"]
    passed = AuditEvent.objects.filter(verb="institutes.application.confirm_pass")
    assert sorted(passed.values_list("subject_id", flat=True)) == [
        one.application.pk for one in (first, third)
    ]
    told = Notice.objects.filter(
        event="institutes.application.confirm_pass.holder", recipient__username="agency"
    )
    assert sorted(told.values_list("subject_id", flat=True)) == [one.application.pk for one in (first, third)]


def sent_back_with_a_reason(walk: Walk) -> None:
    with walk.hour(16):
        walk["bureau_approver"].take(walk.url, "send_back_formal", reason=AGAIN)
        assert AGAIN in walk["bureau_clerk"].open(walk.url).text
        assert f"已退回经办复核：{walk.application}" in walk["bureau_clerk"].open("/notices/").text
        assert AGAIN not in walk.filler.open(walk.url).text, "what the offices write each other stays inside"


def every_defect_at_once(walk: Walk) -> None:
    """The unit reads all of them in one notice, at their places, with the last day; the paper says the same."""
    walk.propose_formal("supplement", unmet=DEFECTS)
    with walk.hour(16, 30):
        assert walk["bureau_clerk"].post(f"{walk.url}moves/confirm_supplement/").status == 403
        walk["bureau_approver"].take(walk.url, "confirm_supplement")
        page = walk.filler.open(f"{walk.url}files/")
        assert page.text.count(BLURRED) >= len(DEFECTS)
        told = Notice.objects.get(
            event="institutes.application.confirm_supplement",
            recipient__username=walk.filler.username,
            subject_id=walk.application.pk,
        )
        due = calendar.add_working_days(walk.day, 5)
        assert f"{due.month}月{due.day}日" in told.body
    with walk.hour(18):
        sweep(walk, "institutes.tasks.sweep_certificates")
    paper = Document.objects.get(kind__startswith="supplement_notice", subject_id=walk.application.pk)
    said = words_of(content_of(paper))
    labels = {item["code"]: item["label"] for item in walk.application.call.edition.terms["checklist"]}
    assert all("".join(labels[code].split()) in said for code in DEFECTS)
    assert f"{due.year}年{due.month}月{due.day}日" in said
    open_now = Deadline.objects.open().get(
        subject_type="institutes.application", subject_id=walk.application.pk, kind="state"
    )
    assert (open_now.holder_role, open_now.due_on) == ("ent_filler", due)


def brought_in_time(walk: Walk) -> None:
    """On the last day, once: what is still unclear is no ground for a second supplement."""
    walk.pass_days(5)
    with walk.hour(10):
        sweep(walk, "institutes.tasks.sweep_supplements")
    for annex in DEFECTS.values():
        with walk.hour(11):
            walk.attach_one(annex, f"补正的{annex}")
    with walk.hour(23):
        walk.filler.send(walk.filler.open(f"{walk.url}submit/"), "/moves/resubmit/")
    walk.pass_days()
    clerk = walk["bureau_clerk"]
    with walk.hour(9), nothing_changes():
        page = clerk.open(f"{walk.url}formal/")
        typed = sheet_of(walk, unmet="agreements_valid")
        refused = clerk.send(page, "/moves/propose_formal/", status=409, finding="supplement", **typed)
        assert "补正以 1 次为限，本件已补正 1 次。" in refused.text
    walk.propose_formal()
    walk.confirm_pass()


def sheet_of(walk: Walk, *, unmet: str) -> dict[str, str]:
    boxes = {"opinion": "示例。"}
    for item in walk.application.call.edition.terms["checklist"]:
        boxes[f"checks_result_{item['code']}"] = "unmet" if item["code"] == unmet else "met"
        boxes[f"checks_note_{item['code']}"] = BLURRED if item["code"] == unmet else ""
    return boxes


def never_brought(walk: Walk) -> None:
    """The day after the last one it counts as given up; the unit reads why, and comes too late."""
    walk.pass_days(5)
    with walk.hour(23):
        page = walk.filler.open(f"{walk.url}submit/")
        sweep(walk, "institutes.tasks.sweep_supplements")
    assert walk.application.state == "supplement_requested", "the last day is not over"
    walk.pass_days()
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_supplements")
        late = walk.filler.send(page, "/moves/resubmit/", status=409)
        assert "现为" in late.text
        assert "视为放弃本次申报" in walk.filler.open(walk.url).text
        assert "视为放弃本次申报" in walk.admin.open(walk.admin.open("/notices/").link(r"/notices/\d+/")).text
    with walk.hour(2):
        sweep(walk, "institutes.tasks.sweep_certificates")
    letter = Document.objects.get(kind="result_notice", subject_id=walk.application.pk)
    assert "视为放弃本次申报" in words_of(content_of(letter))
