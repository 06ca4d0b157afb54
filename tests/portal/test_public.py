"""The public pages of the roof: directory and verification."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.institutes import RecognitionFactory
from tests.factories.records import PDF, DocumentFactory

pytestmark = pytest.mark.django_db


def test_the_directory_lists_and_finds(client):
    first, second = RecognitionFactory(), RecognitionFactory()

    text = client.get("/directory/", {"q": first.institute.name}).content.decode()

    assert first.certificate_number in text
    assert second.certificate_number not in text


def test_the_directory_asks_as_often_for_one_institute_as_for_ten(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    RecognitionFactory()
    client.get("/directory/")
    with django_assert_max_num_queries(12) as few:
        client.get("/directory/")
    for _more in range(9):
        RecognitionFactory()

    with django_assert_num_queries(len(few)):
        client.get("/directory/")


@pytest.mark.parametrize(
    ("asked", "found"),
    [({}, "valid"), ({"standing": "revoked"}, "revoked"), ({"standing": "all"}, "valid revoked old")],
)
def test_the_directory_tells_how_each_stands(client, asked, found):
    rows = {
        "valid": RecognitionFactory(year=2026),
        "revoked": RecognitionFactory(year=2026, revoked=True),
        "old": RecognitionFactory(year=2025),
    }

    page = client.get("/directory/", {**asked, "year": "" if "old" in found else 2026}).content.decode()

    assert {name for name, row in rows.items() if row.certificate_number in page} == set(found.split())


def test_a_year_in_which_nobody_was_recognised_is_no_question(client):
    row = RecognitionFactory(year=2026)

    assert row.certificate_number in client.get("/directory/", {"year": "1999"}).content.decode()


@pytest.mark.parametrize(("kind", "start"), [("csv", "\ufeff研究院".encode()), ("xlsx", b"PK")])
def test_the_register_can_be_taken_away(client, kind, start):
    RecognitionFactory(revoked=True)
    row = RecognitionFactory()

    answer = b"".join(client.get(f"/directory/export/{kind}/", {"q": row.institute.name}))

    assert answer.startswith(start)
    if kind == "csv":
        assert answer.decode().count("\r\n") == 2
        assert f"{row.certificate_number},{row.recognised_on},有效" in answer.decode()


def test_an_unknown_kind_of_table_is_not_found(client):
    assert client.get("/directory/export/pdf/").status_code == 404


def test_everybody_reads_an_institute_and_its_certificate(client):
    row = RecognitionFactory()
    paper = DocumentFactory(subject=row.application, kind="certificate", number=row.certificate_number)

    page = client.get(f"/directory/{row.institute_id}/").content.decode()

    assert row.certificate_number in page
    assert f"/verify/{paper.code}/" in page
    assert "示例大学" in page


def test_the_certificate_of_a_revoked_institute_says_so(client):
    row = RecognitionFactory(revoked=True)
    paper = DocumentFactory(subject=row.application, kind="certificate", number=row.certificate_number)

    page = client.get(f"/verify/{paper.code}/").content.decode()

    assert "认定已撤销，证书失效" in page
    assert "现行有效" not in page
    assert "认定已撤销" in client.get(f"/directory/{row.institute_id}/").content.decode()


def test_a_code_leads_to_its_paper(client):
    paper = DocumentFactory()

    assert client.post("/verify/", {"code": paper.code.lower()}).url == f"/verify/{paper.code}/"
    page = client.get(f"/verify/{paper.code}/").content.decode()
    assert paper.number in page
    assert paper.sha256 in page.replace(" ", "")


@pytest.mark.parametrize(("code", "status"), [("ZZZZ0000", 404), ("", 422)])
def test_a_code_that_leads_nowhere(client, code, status):
    assert client.post("/verify/", {"code": code}).status_code == status


def test_an_unknown_code_is_not_found(client):
    assert client.get("/verify/ZZZZ0000/").status_code == 404


@pytest.mark.parametrize(("body", "same"), [(PDF, True), (PDF + b" ", False)])
def test_a_file_is_held_against_what_was_issued(client, body, same):
    paper = DocumentFactory()

    response = client.post(f"/verify/{paper.code}/", {"file": SimpleUploadedFile("paper.pdf", body)})

    assert response.status_code == 200
    assert response.context["same"] is same


def test_without_a_file_nothing_is_compared(client):
    paper = DocumentFactory()

    assert client.post(f"/verify/{paper.code}/").status_code == 422


def test_a_replaced_paper_names_its_successor(client):
    first = DocumentFactory()
    second = DocumentFactory(subject_type=first.subject_type, subject_id=first.subject_id, replaces=first)

    assert second.number in client.get(f"/verify/{first.code}/").content.decode()


@pytest.mark.parametrize(("public", "status"), [(True, 200), (False, 404)])
def test_only_public_papers_are_handed_out(client, public, status):
    paper = DocumentFactory(public=public)

    response = client.get(f"/papers/{paper.code}/")
    b"".join(response)  # the file is closed once it was read

    assert response.status_code == status
