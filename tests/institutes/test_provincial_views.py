"""The pages and the program's way of filings for the province: what each reader meets, and who hears of what."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.services import issue_token
from institutes.enums.provincial import FilingState as F
from institutes.lifecycle import FILING
from institutes.models import ProvincialFiling
from institutes.notifications.provincial import COUNTY_HEARS, WORDS, tell_of_filing
from notices.models import Notice
from records import audit
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import RecognitionFactory
from tests.factories.provincial import FilingFactory, people_asked, publish_provincial_rules

pytestmark = pytest.mark.django_db


def browser(role: Role, **reach) -> Client:
    client = Client()
    client.force_login(person(role, **reach))
    return client


def test_a_unit_files_from_the_page_of_its_institute():
    publish_provincial_rules()
    recognition = RecognitionFactory()
    client = browser(Role.ENT_FILLER, organisation=recognition.institute.host)
    page = client.get(recognition.institute.get_absolute_url()).content.decode()
    assert "市级研究院，未获省级认定" in page
    assert reverse("institutes:filing-new") in page
    words = {"institute": recognition.institute_id, "proposed_name": "示例研究院", "grounds": "示例。"}
    assert client.post(reverse("institutes:filing-new"), words).status_code == 422
    client.post(reverse("institutes:filing-new"), words | {"host_government": "示例区人民政府"})
    filing = ProvincialFiling.objects.get()
    card = client.get(filing.get_absolute_url()).content.decode()

    assert "还缺少材料" in card
    assert "省级研究院名称一般为“河北省＋产业名称＋产业技术研究院”" in card
    edit = reverse("institutes:filing-edit", args=[filing.pk])
    client.post(edit, words | {"host_government": "示例市人民政府"})
    filing.refresh_from_db()
    assert filing.host_government == "示例市人民政府"


def test_what_officers_weigh_is_not_for_the_unit_before_it_is_settled():
    signing, weighing, heard = (
        FilingFactory(state=state) for state in (F.COUNTY_SIGNING, F.CONCLUDING, F.RESULT_CHECK)
    )
    officer, auditor = browser(Role.BUREAU_CLERK), browser(Role.AUDITOR)
    for filing, words in (
        (signing, "示例县级意见：同意。"),
        (weighing, "示例意见：条件具备。"),
        (heard, "示例省科〔2026〕9号"),
    ):
        inside = browser(Role.ENT_ADMIN, organisation=filing.host)
        url = filing.get_absolute_url()
        assert words not in inside.get(url).content.decode()
        assert words in officer.get(url).content.decode()
        assert words in auditor.get(url).content.decode()
        export = b"".join(inside.get("/provincial/export/csv/")).decode()
        assert words not in export


def test_a_program_reads_no_more_than_the_page_and_files_the_same():
    weighing = FilingFactory(state=F.CONCLUDING)
    heads = [
        {"Authorization": f"Token {issue_token(user=one).key}"}
        for one in (person(Role.ENT_ADMIN, organisation=weighing.host), person(Role.BUREAU_CLERK))
    ]
    url = f"/api/v1/provincial-filings/{weighing.pk}/"
    unit, officer = (Client().get(url, headers=head).json() for head in heads)

    assert (unit["conclusion"], unit["inspections"][0]["opinion"]) == ("", "")
    assert (officer["conclusion"], officer["inspections"][0]["opinion"]) == (
        "support",
        "示例意见：条件具备。",
    )
    assert len(unit["inspections"][0]["participants"]) == 3

    recognition = RecognitionFactory()
    filler = person(Role.ENT_FILLER, organisation=recognition.institute.host)
    head = {"Authorization": f"Token {issue_token(user=filler).key}"}
    body = {
        "institute": recognition.institute_id,
        "proposed_name": "河北省示例产业技术研究院",
        "host_government": "示例区人民政府",
        "grounds": "示例。",
    }
    made = Client().post("/api/v1/provincial-filings/", body, "application/json", headers=head)
    assert made.status_code == 201, made.content
    one = f"/api/v1/provincial-filings/{made.json()['id']}/"
    changed = Client().patch(one, {"grounds": "示例二。"}, "application/json", headers=head)
    assert (changed.status_code, changed.json()["grounds"]) == (200, "示例二。")
    refused = Client().post(f"{one}moves/hand_up/", {}, "application/json", headers=head)
    assert (refused.status_code, len(refused.json()["reasons"])) == (409, 2)


def test_a_program_arranges_an_inspection_by_a_list_of_people():
    filing = FilingFactory(state=F.FILED)
    head = {"Authorization": f"Token {issue_token(user=person(Role.BUREAU_CLERK)).key}"}
    url = f"/api/v1/provincial-filings/{filing.pk}/moves/schedule/"
    body = {"inspects_on": "2099-01-08", "starts": "09:30", "place": "示例", "participants": people_asked()}
    answer = Client().post(url, body, "application/json", headers=head)

    assert answer.status_code == 200, answer.content
    assert filing.inspections.get().participants.count() == 3


@pytest.mark.parametrize("role", [Role.FINANCE, Role.EXPERT, Role.AGENCY, Role.SYSADMIN])
def test_the_list_is_for_those_whose_business_it_is(role):
    assert browser(role).get(reverse("institutes:filing-list")).status_code == 403


def test_the_list_is_searched_filtered_and_exported():
    one, other = FilingFactory(state=F.FILED), FilingFactory(state=F.RECOGNISED)
    client = browser(Role.BUREAU_CLERK)

    for query in (f"?q={one.number}", f"?q={one.institute.name}", "?state=filed"):
        page = client.get(f"/provincial/{query}").content.decode()
        assert (one.proposed_name in page, other.proposed_name in page) == (True, False)
    export = b"".join(client.get("/provincial/export/csv/?state=province_recognised")).decode()
    assert (one.proposed_name in export, other.document_number in export) == (False, True)
    assert client.get("/provincial/export/pdf/").status_code == 404


def test_officers_do_not_file_for_units():
    assert browser(Role.COUNTY_STAFF).get(reverse("institutes:filing-new")).status_code == 403
    filing = FilingFactory(state=F.FILED)
    edit = reverse("institutes:filing-edit", args=[filing.pk])
    assert browser(Role.ENT_FILLER, organisation=filing.host).get(edit).status_code == 403


# Who reads of each move: the unit, its county, and whoever has it next; nobody else does.
UNIT, COUNTY = {"filler", "admin"}, {"staff", "lead"}
HEARS = {
    "hand_up": {"admin"},
    "send_back": UNIT,
    "hand_in": UNIT | {"staff"},
    "county_return": UNIT,
    "draft_opinion": {"lead"},
    "return_opinion": {"staff"},
    "sign_opinion": UNIT | {"clerk"},
    "return": UNIT,
    "accept": UNIT | COUNTY | {"clerk"},
    "schedule": UNIT | COUNTY | {"clerk"},
    "reschedule": UNIT | COUNTY | {"clerk"},
    "record_inspection": {"approver"},
    "return_conclusion": {"clerk"},
    "confirm_support": UNIT | COUNTY | {"clerk"},
    "confirm_improvement": UNIT | COUNTY,
    "confirm_refusal": UNIT | COUNTY,
    "report_improvement": {"clerk"},
    "apply_to_province": UNIT,
    "record_result": {"approver"},
    "return_result": {"who put it down"},
    "settle_recognition": UNIT | COUNTY,
    "settle_refusal": UNIT | COUNTY,
    "withdraw": set(),
    "lapse": UNIT | COUNTY,
}
STAMPED = {
    "hand_in": ("handed_in",),
    "draft_opinion": ("opined",),
    "sign_opinion": ("signed",),
    "accept": ("filed",),
    "record_inspection": ("concluded",),
    "confirm_support": ("confirmed",),
    "confirm_improvement": ("confirmed",),
    "confirm_refusal": ("confirmed",),
    "apply_to_province": ("applied",),
    "record_result": ("resulted",),
    "settle_recognition": ("settled",),
    "settle_refusal": ("settled",),
}


def test_every_move_is_in_the_table_of_who_hears_of_it():
    assert set(HEARS) == set(FILING.moves)
    assert set(WORDS) <= set(FILING.moves)


@pytest.mark.parametrize("action", HEARS)
def test_who_hears_of_a_move(action):
    state = sorted(FILING.moves[action].sources)[0]
    outcome = {"outcome": "not_recognised"} if action == "settle_refusal" else {}
    filing = FilingFactory(state=state, **outcome)
    unit, county = {"organisation": filing.host}, {"division": filing.division.code}
    everybody = {
        "filler": person(Role.ENT_FILLER, **unit),
        "admin": person(Role.ENT_ADMIN, **unit),
        "staff": person(Role.COUNTY_STAFF, **county),
        "lead": person(Role.COUNTY_LEAD, **county),
        "clerk": person(Role.BUREAU_CLERK),
        "approver": person(Role.BUREAU_APPROVER),
        "another unit": person(Role.ENT_ADMIN),
        "another county": person(Role.COUNTY_STAFF, division="130104"),
        "finance": person(Role.FINANCE),
    }
    stamps, by = {}, UserFactory()
    for stamp in STAMPED.get(action, ()):
        stamps |= {f"{stamp}_at": filing.drafted_at, f"{stamp}_by": by}
    stamps |= {"county_position": "agrees"} if action == "draft_opinion" else {}
    today = filing.drafted_at.date()
    stamps |= {"filed_on": today, "number": "SJZ-BB-2000-901"} if action == "accept" else {}
    stamps |= {"applied_on": today} if action == "apply_to_province" else {}

    event = FILING.move(filing, action, by=by, reason="示例理由", **stamps)
    tell_of_filing(filing, event, more={"number": "示例", "day": "示例日", "place": "示例处"})

    names = {user.pk: name for name, user in everybody.items()}
    copies = Notice.objects.filter(title__startswith="抄告：").values_list("recipient", flat=True)
    assert {names[pk] for pk in copies} == ({"staff", "lead"} if action in COUNTY_HEARS else set())
    if filing.resulted_by_id:
        names.setdefault(filing.resulted_by_id, "who put it down")
    assert {names[pk] for pk in Notice.objects.values_list("recipient", flat=True)} == HEARS[action]
    assert audit.history(filing).last() == event
