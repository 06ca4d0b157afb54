"""The letter of promises: printed for signature and seal while the book is the unit's own."""

import subprocess

import pytest

from accounts.roles import Role
from institutes import documents, services
from records.models import Document
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def filler():
    return person(Role.ENT_FILLER)


@pytest.fixture
def application(filler):
    return fill(ApplicationFactory(host=filler.organisations[0]))


def test_the_letter_of_promises_names_unit_call_and_every_promise(application):
    letter = documents.commitment_letter(application)

    edition = application.call.edition.terms["commitments"]
    assert letter["promises"] == [promise["label"] for promise in edition]
    assert (letter["host"], letter["call_number"]) == (application.host.name, application.call.number)
    assert letter["institute"] == application.sections.get(code="basics").answers["institute_name"]


def test_the_unit_prints_its_promises_while_the_book_is_its_own(client, application, filler):
    address = f"/applications/{application.pk}/commitment/"
    client.force_login(filler)
    assert address in client.get(f"/applications/{application.pk}/sections/commitment/").text
    assert address in client.get(f"/applications/{application.pk}/files/").text

    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert not Document.objects.exists()
    for stranger in (person(Role.ENT_FILLER), person(Role.BUREAU_CLERK)):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    services.submit_application(application=application, by=filler)
    admin = person(Role.ENT_ADMIN, organisation=application.host)
    services.approve_application(application=application, by=admin)
    client.force_login(filler)
    assert client.get(address).url == f"/applications/{application.pk}/book/"


@pytest.mark.slow
def test_the_letter_of_promises_is_one_page_to_sign(application, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(services.print_commitment(application=application))

    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    (page,) = ("".join(page.split()) for page in told.split("\f")[:-1])

    assert "承诺书" in page
    assert "（公章）" in page
    assert "签字：" in page
    assert all(
        "".join(promise.split()) in page for promise in documents.commitment_letter(application)["promises"]
    )
