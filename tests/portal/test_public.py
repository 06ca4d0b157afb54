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
