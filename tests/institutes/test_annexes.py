"""Annexes: several at once, replaced with their versions kept, looked at in the page, and served to nobody else."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from records import audit
from records.attachments import attach_file
from records.errors import BadFile, IllegalMove
from records.models import Attachment
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, ApplicationVersionFactory
from tests.factories.records import PDF, pdf_upload
from tests.records.test_filetypes import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return ApplicationFactory()


@pytest.fixture
def filler(application, client):
    user = person(Role.ENT_FILLER, organisation=application.host)
    client.force_login(user)
    return user


def opened(client, file) -> int:
    """How the file server answers; what it opened is read to its end."""
    answer = client.get(f"/files/{file.pk}/")
    b"".join(answer)
    return answer.status_code


def page(application):
    return reverse("institutes:application-files", args=[application.pk])


def replace(application, file):
    return reverse("institutes:annex-replace", args=[application.pk, file.pk])


def kept(application, filler, body=PDF, name="示例协议.pdf", **more):
    upload = pdf_upload(name, body)
    return services.attach(application=application, kind="agreement", upload=upload, by=filler, **more)


def test_several_files_are_taken_in_at_once(client, application, filler):
    files = [pdf_upload(f"示例协议{n}.pdf", PDF + str(n).encode()) for n in range(3)]

    response = client.post(page(application), {"kind": "agreement", "file": files})

    assert response.url == f"{page(application)}#annex-agreement"
    assert Attachment.objects.about(application).current().count() == 3


def test_of_several_files_all_are_taken_in_or_none(client, application, filler):
    files = [pdf_upload("好的.pdf"), pdf_upload("坏的.pdf", b"MZ"), pdf_upload("空的.pdf", b"")]

    response = client.post(page(application), {"kind": "agreement", "file": files})

    assert response.status_code == 409
    assert "坏的.pdf：文件内容不是 PDF" in response.text
    assert "空的.pdf：文件是空的" in response.text
    assert not Attachment.objects.exists()


def test_an_annex_is_replaced_and_both_versions_stay_open(client, application, filler):
    first = kept(application, filler)

    response = client.post(
        replace(application, first), {"file": pdf_upload("新协议.pdf", PDF + b"2")}, follow=True
    )

    second = Attachment.objects.about(application).current().get()
    assert (second.version, second.name) == (2, "新协议.pdf")
    for words in ("历史版本 1 个", first.sha256, second.sha256, filler.name, f"/files/{first.pk}/"):
        assert words in response.text
    assert [opened(client, one) for one in (first, second)] == [200, 200]
    assert audit.history(application).last().data["version"] == 2


def test_the_same_file_replaces_nothing_and_says_so(client, application, filler):
    first = kept(application, filler)

    response = client.post(replace(application, first), {"file": pdf_upload()}, follow=True)

    assert "内容完全相同，没有变化" in response.text
    assert Attachment.objects.about(application).count() == 1


def test_a_replacement_without_a_file_is_malformed(client, application, filler):
    assert client.post(replace(application, kept(application, filler))).status_code == 422


def test_a_locked_book_keeps_its_annexes(filler):
    locked = ApplicationFactory(state=S.UNIT_REVIEW)
    first = attach_file(subject=locked, kind="agreement", upload=pdf_upload(), by=filler)

    with pytest.raises(IllegalMove):
        kept(locked, filler, PDF + b"2", replaces=first)


def test_an_earlier_version_cannot_be_removed(application, filler):
    first = kept(application, filler)
    kept(application, filler, PDF + b"2", replaces=first)
    first.refresh_from_db()

    with pytest.raises(BadFile, match="旧版本"):
        services.remove(application=application, attachment=first, by=filler)


def test_what_was_handed_in_points_to_the_file_it_was_handed_in_with(client, application, filler):
    first = kept(application, filler, name="原协议.pdf")
    held = [{"id": first.pk, "kind": first.kind, "name": first.name, "size": first.size}]
    ApplicationVersionFactory(application=application, attachments=held)
    kept(application, filler, PDF + b"2", name="新协议.pdf", replaces=first)
    type(application).objects.filter(pk=application.pk).update(
        state=S.SUPPLEMENT_REQUESTED, **_received(application, filler)
    )
    client.force_login(person(Role.BUREAU_CLERK))

    text = client.get(application.get_absolute_url()).text

    assert "原协议.pdf" in text
    assert "新协议.pdf" not in text


def _received(application, filler):
    other = ApplicationFactory(state=S.SUPPLEMENT_REQUESTED)
    names = [
        f.attname
        for f in type(other)._meta.fields
        if f.attname.endswith(("_at", "_by_id")) and getattr(other, f.attname)
    ]
    return {name: getattr(other, name) for name in names} | {"number": "SJZ-SB-2026-9999"}


@pytest.mark.parametrize(
    ("role", "elsewhere", "status"),
    [
        (Role.ENT_FILLER, False, 200),
        (Role.ENT_ADMIN, False, 200),
        (Role.COUNTY_STAFF, False, 200),
        (Role.COUNTY_LEAD, False, 200),
        (Role.BUREAU_CLERK, False, 200),
        (Role.BUREAU_APPROVER, False, 200),
        (Role.AUDITOR, False, 200),
        (Role.ENT_FILLER, True, 404),
        (Role.COUNTY_STAFF, True, 404),
        (Role.COUNTY_FIN, False, 404),
        (Role.AGENCY, False, 404),
        (Role.EXPERT, False, 404),
        (Role.FINANCE, False, 404),
        (Role.TAX, False, 404),
        (Role.SYSADMIN, False, 404),
        (Role.SECADMIN, False, 404),
    ],
)
def test_an_annex_and_its_versions_are_for_who_sees_the_case(client, role, elsewhere, status):
    application = ApplicationFactory(state=S.REVIEWING)
    by = person(Role.ENT_FILLER, organisation=application.host)
    first = attach_file(subject=application, kind="agreement", upload=pdf_upload(), by=by)
    newer = pdf_upload(body=PDF + b"2")
    second = attach_file(subject=application, kind="agreement", upload=newer, by=by, replaces=first)
    homes = {Role.ENT_FILLER: application.host, Role.ENT_ADMIN: application.host}
    homes[Role.AGENCY] = application.agency
    division = "130104" if elsewhere else application.division.code
    client.force_login(person(role, organisation=None if elsewhere else homes.get(role), division=division))

    assert [opened(client, one) for one in (first, second)] == [status, status]


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        (
            "示例.pdf",
            "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
        ),
        ("示例.png", "sandbox; default-src 'none'; frame-ancestors 'self'"),
    ],
)
def test_a_file_is_framed_by_our_own_pages_alone(client, application, filler, name, policy):
    body = png(10, 10) if name.endswith("png") else PDF
    file = kept(application, filler, body, name)

    answer = client.get(f"/files/{file.pk}/")
    b"".join(answer)

    assert (answer["Content-Security-Policy"], answer["X-Frame-Options"]) == (policy, "SAMEORIGIN")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert f'src="/files/{file.pk}/' in client.get(page(application)).text


def test_programs_replace_and_read_versions(client, application, filler):
    address = f"/api/v1/applications/{application.pk}/attachments/"
    first = client.post(address, {"kind": "agreement", "file": pdf_upload()}).json()
    newer = {"kind": "agreement", "file": pdf_upload(body=PDF + b"2"), "replaces": first["id"]}

    second = client.post(address, newer).json()

    assert second["version"] == 2
    found = client.get(f"{address}{second['id']}/versions/").json()
    assert [one["id"] for one in found] == [second["id"], first["id"]]
    strange = client.post(address, newer | {"file": pdf_upload(), "replaces": 0})
    assert strange.status_code == 422
    client.force_login(person(Role.ENT_FILLER))
    assert client.get(f"{address}{second['id']}/versions/").status_code == 404
