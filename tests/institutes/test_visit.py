"""The visit: the signed sheet and the photos, who opens them, and what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.models import Application, SiteVisit
from records import clock
from records.errors import Incomplete
from records.models import Attachment
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import ApplicationFactory, SiteVisitFactory, a_pdf

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "05000d0a2db40000000049454e44ae426082"
)
PEOPLE = [
    {"name": "示例专家甲", "role": "expert", "employer": ""},
    {"name": "示例专家乙", "role": "expert", "employer": ""},
    {"name": "示例见证人", "role": "county", "employer": ""},
]


def a_photo(name="现场一.png", body=PNG):
    return SimpleUploadedFile(name, body, content_type="image/png")


@pytest.fixture
def application():
    return ApplicationFactory(state=S.SITE_VISIT)


def visit(application, **changed):
    fields = {
        "visited_on": clock.today(),
        "participants": PEOPLE,
        "findings": "设备与清单一致。",
        "consistent": True,
        "sheet": a_pdf("考察表.pdf"),
        "photos": [a_photo()],
        "by": UserFactory(),
    }
    return services.record_visit(application=application, **fields | changed)


def test_sheet_and_photos_are_kept_with_the_case(application):
    visit(application, sheet=a_pdf("考察表.pdf"), photos=[a_photo(), a_photo("现场二.png", PNG + b"\0")])

    kept = Attachment.objects.about(application).order_by("pk").values_list("kind", "name")
    assert list(kept) == [
        ("visit_sheet", "考察表.pdf"),
        ("visit_photo", "现场一.png"),
        ("visit_photo", "现场二.png"),
    ]


def test_every_fault_of_every_file_is_named_and_nothing_is_kept(application):
    table = SimpleUploadedFile("考察表.xlsx", b"PK\x03\x04")
    empty = a_photo("空白.png", b"")

    with pytest.raises(Incomplete) as refused:
        visit(application, findings=" ", sheet=table, photos=[empty])

    assert [(reason.field, reason.text) for reason in refused.value.reasons] == [
        ("findings", "请写明考察情况。"),
        ("sheet", "“考察表.xlsx”不接收 .xlsx 文件；请上传 PDF、JPG 或 PNG。"),
        ("photos", "“空白.png”文件是空的，请重新选择。"),
    ]
    assert (SiteVisit.objects.count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.parametrize("state", [S.SITE_VISIT, S.PENDING_DECISION])
def test_no_page_and_no_program_takes_typed_names_in_place_of_a_visit(client, application, state):
    Application.objects.update(state=state)
    client.force_login(person(Role.AGENCY, organisation=application.agency))
    typed = {
        "visited_on": clock.today().isoformat(),
        "participants_name": [one["name"] for one in PEOPLE],
        "participants_role": [one["role"] for one in PEOPLE],
        "participants_employer": ["", "", ""],
        "findings": "设备与清单一致。",
        "consistent": "yes",
        "sheet": a_pdf("考察表.pdf"),
        "photos": [a_photo()],
    }

    page = client.post(reverse("institutes:application-move", args=[application.pk, "record_visit"]), typed)
    program = client.post(f"/api/v1/applications/{application.pk}/moves/record_visit/", typed)

    application.refresh_from_db()
    assert (page.status_code, program.status_code) == (404, 404)
    assert (application.state, SiteVisit.objects.count()) == (state, 0)


def test_the_page_of_the_case_leads_the_agency_to_the_planned_visit(client, application):
    client.force_login(person(Role.AGENCY, organisation=application.agency))
    engaged = client.get(application.get_absolute_url())

    client.force_login(person(Role.BUREAU_APPROVER))
    office = client.get(application.get_absolute_url())

    assert f"/site-visits/?q={application.number}" in engaged.text
    assert "/site-visits/?q=" not in office.text


def photos():
    return Attachment.objects.filter(kind="visit_photo").order_by("pk")


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.BUREAU_APPROVER, 200), (Role.AUDITOR, 200), (Role.ENT_ADMIN, 404), (Role.EXPERT, 404)],
)
def test_the_offices_open_them_and_the_unit_does_not(client, application, role, expected):
    visit(application, photos=[a_photo()])
    organisation = {"organisation": application.host} if role == Role.ENT_ADMIN else {}
    client.force_login(person(role, **organisation))

    response = client.get(reverse("records:attachment", args=[photos().get().pk]))

    assert response.status_code == expected
    if response.streaming:  # read to its end, the file is closed
        assert b"".join(response.streaming_content) == PNG


def test_a_visit_without_a_sheet_from_before_it_was_asked_for_says_so(client):
    application = SiteVisitFactory().application
    client.force_login(person(Role.BUREAU_APPROVER))

    assert "未上传" in client.get(application.get_absolute_url()).content.decode()
