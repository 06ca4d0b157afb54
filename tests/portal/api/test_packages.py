"""What the scanner found, by program: read with its place, its class and its answer; settled as on the pages."""

import pytest

from accounts.roles import Role
from evaluation import services
from evaluation.models import BlindPackage
from tests.evaluation.test_blind import HOST, a_text_pdf, annex, application_with
from tests.factories.accounts import person
from tests.factories.evaluation import BlindPackageFactory, PanelFactory, ReviewEditionFactory


@pytest.fixture
def package() -> BlindPackage:
    """Found: a name in another dress in the book, the name itself in an annex."""
    ReviewEditionFactory()
    panel = PanelFactory(application=application_with("由示例 诱饵精密牵头"), package=False)
    annex(panel.application, "协议.pdf", a_text_pdf(f"{HOST}牵头"), "application/pdf")
    package = BlindPackageFactory(panel=panel, scanned_at=None, scanned_by=None, content=[])
    return services.search_package(package=package)


def test_each_place_is_read_with_its_file_its_class_and_its_state(program, package):
    clerk = program(person(Role.BUREAU_CLERK))

    book, *in_file = clerk.get(f"/api/v1/packages/{package.pk}/hits/").json()

    assert (book["file"], book["kind"], book["found"], book["answer"]) == (
        None, "依托单位", "示例 诱饵精密", "open",
    )  # fmt: skip
    assert {(one["file"], one["kind"]) for one in in_file} == {(1, "依托单位")}
    assert book["place"]
    assert book["before"].endswith("由")
    assert (book["reason"], book["asked_by"], book["answered_by"]) == ("", None, None)


def test_a_place_stays_by_two_people_with_a_reason_that_is_read_afterwards(program, package):
    first, second = person(Role.BUREAU_CLERK, name="示例经办甲"), person(Role.BUREAU_CLERK, name="示例经办乙")
    one, other, address = program(first), program(second), f"/api/v1/packages/{package.pk}/"
    hit = one.get(f"{address}hits/").json()[0]["id"]
    about = {"hit": hit, "reason": "行业通用说法，不指向单位"}

    bare = one.post(f"{address}moves/ask_waiver/", {"hit": hit}, format="json")
    asked = one.post(f"{address}moves/ask_waiver/", about, format="json")
    alone = one.post(f"{address}moves/waive/", {"hit": hit}, format="json")
    agreed = other.post(f"{address}moves/waive/", {"hit": hit}, format="json")

    assert (bare.status_code, asked.status_code, alone.status_code, agreed.status_code) == (
        422, 200, 409, 200,
    )  # fmt: skip
    assert "须由另一人同意" in alone.content.decode()
    found = one.get(f"{address}hits/").json()[0]
    said = {name: found[name] for name in ("answer", "reason", "asked_by", "answered_by")}
    assert said == {
        "answer": "waived",
        "reason": about["reason"],
        "asked_by": "示例经办甲",
        "answered_by": "示例经办乙",
    }
    assert found["asked_at"]
    assert found["answered_at"]
    assert (agreed.json()["open_hits"], agreed.json()["state"]) == (0, "preparing")


def test_other_words_stand_in_its_place_and_words_that_tell_are_refused(program, package):
    clerk, address = program(person(Role.BUREAU_CLERK)), f"/api/v1/packages/{package.pk}/"
    hit = clerk.get(f"{address}hits/").json()[0]["id"]

    early = clerk.post(f"{address}moves/freeze/")
    told = clerk.post(f"{address}moves/mask/", {"hit": hit, "replacement": HOST}, format="json")
    done = clerk.post(f"{address}moves/mask/", {"hit": hit, "replacement": "某单位"}, format="json")
    frozen = clerk.post(f"{address}moves/freeze/")

    assert [each.status_code for each in (early, told, done, frozen)] == [409, 409, 200, 200]
    found = clerk.get(f"{address}hits/").json()[0]
    assert (found["answer"], found["replacement"]) == ("masked", "某单位")


def test_who_may_not_know_whose_it_is_reads_no_place_no_reason_and_settles_nothing(program, package):
    address, reason = f"/api/v1/packages/{package.pk}/", f"写有{HOST}"
    clerk = program(person(Role.BUREAU_CLERK))
    file = clerk.get(f"{address}files/").json()[0]["id"]
    clerk.post(f"{address}moves/withhold_file/", {"file": file, "reason": reason}, format="json")
    agency = program(person(Role.AGENCY, organisation=package.panel.agency))
    auditor = program(person(Role.AUDITOR))

    refused = [
        agency.get(f"{address}hits/").status_code,
        agency.post(f"{address}moves/mask/", {}).status_code,
        agency.post(f"{address}moves/waive/", {}).status_code,
        auditor.post(f"{address}moves/waive/", {}).status_code,
        program(person(Role.EXPERT)).get(f"{address}hits/").status_code,
    ]

    assert refused == [403, 403, 403, 403, 404]
    assert auditor.get(f"{address}hits/").status_code == 200
    mine, theirs = clerk.get(f"{address}files/").json()[0], agency.get(f"{address}files/").json()[0]
    assert (mine["reason"], mine["choice"], theirs["choice"]) == (reason, "withheld", "withheld")
    assert (theirs["reason"], theirs["chosen_by"]) == ("", None)
    assert mine["chosen_by"]
