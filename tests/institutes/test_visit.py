"""The visit: the signed sheet and the photos, who opens them, and what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.models import SiteVisit
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


def test_the_agency_brings_them_back_by_the_page(client, application):
    client.force_login(person(Role.AGENCY, organisation=application.agency))

    client.post(
        reverse("institutes:application-move", args=[application.pk, "record_visit"]),
        {
            "visited_on": clock.today().isoformat(),
            "participants_name": [one["name"] for one in PEOPLE],
            "participants_role": [one["role"] for one in PEOPLE],
            "participants_employer": ["", "", ""],
            "findings": "设备与清单一致。",
            "consistent": "yes",
            "sheet": a_pdf("考察表.pdf"),
            "photos": [a_photo(), a_photo("现场二.png", PNG + b"\0")],
        },
    )

    said = client.get(application.get_absolute_url()).content.decode()
    assert Attachment.objects.about(application).count() == 3
    assert [said.count(f'src="{reverse("records:attachment", args=[a.pk])}"') for a in photos()] == [1, 1]


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


def test_the_form_asks_for_sheet_and_photos_before_anything_else_is_decided(client, application):
    client.force_login(person(Role.AGENCY, organisation=application.agency))
    address = reverse("institutes:application-move", args=[application.pk, "record_visit"])

    answer = client.post(
        address,
        {
            "visited_on": clock.today().isoformat(),
            "participants_name": [one["name"] for one in PEOPLE],
            "participants_role": [one["role"] for one in PEOPLE],
            "participants_employer": ["", "", ""],
            "findings": "设备与清单一致。",
            "consistent": "yes",
        },
    )

    assert answer.status_code == 422
    assert set(answer.context["offer"].form.errors) == {"sheet", "photos"}
