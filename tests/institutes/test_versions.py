"""Two versions of the book side by side."""

import pytest

from accounts.enums import OrganisationKind
from accounts.roles import Role
from institutes import book, services
from institutes.book.contrast import Comparison, Side, contrast
from institutes.enums import ApplicationState as S
from institutes.models import Application
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    ReturnReasonFactory,
    engage,
    fill,
)

pytestmark = pytest.mark.django_db

OLD = {
    "host": {"contact": "示例联系人甲", "mobile": "13800000001"},
    "premises": {
        "area_m2": "1200",
        "equipment": [
            {"key": "0", "name": "示例设备零", "original_value": "1300000.00"},
            {"key": "1", "name": "示例设备一"},
            {"key": "2", "name": "示例设备二"},
        ],
    },
    "budget": {"sources": {"host": {"amount": "6000000.00"}}},
    "recusal": {"exclusions": [{"key": "0", "expert": "示例专家"}]},
}
NEW = {
    "host": {"contact": "示例联系人甲", "mobile": "13900000002"},
    "premises": {
        "area_m2": "1200",
        "equipment": [
            {"key": "0", "name": "示例设备零", "original_value": "1500000.00"},
            {"key": "2", "name": "示例设备二"},
            {"key": "3", "name": "示例设备三"},
        ],
    },
    "budget": {"sources": {"host": {"amount": "5000000.00"}}},
    "recusal": {},
}


def a_file(kind: str, name: str, mark: str) -> dict:
    return {
        "id": 1,
        "kind": kind,
        "name": name,
        "size": 1,
        "sha256": mark * 64,
        "content_type": "",
        "version": 1,
    }


OLD_FILES = [
    a_file("charter", "章程.pdf", "a"),
    a_file("licence", "执照.pdf", "b"),
    a_file("other", "旧.pdf", "c"),
]
NEW_FILES = [
    a_file("charter", "章程修订.pdf", "d"),
    a_file("licence", "执照.pdf", "b"),
    a_file("ip_list", "清单.pdf", "e"),
]


@pytest.fixture
def setting():
    return book.setting_of(ApplicationFactory())


def lines_of(setting, *, confidential=False, **how) -> list[tuple[str, str, str, str]]:
    asked = Comparison(Side(OLD, OLD_FILES, setting), Side(NEW, NEW_FILES, setting), **how)
    parts = contrast(book.BOOK_2022, asked, confidential=confidential)
    return [(line.path, line.old, line.new, line.kind) for part in parts for line in part.lines]


def test_boxes_rows_and_annexes_that_differ(setting):
    assert lines_of(setting) == [
        ("mobile", "13800000001", "13900000002", "changed"),
        ("equipment-0-original_value", "130 万元", "150 万元", "changed"),
        ("equipment-1", "设备名称：示例设备一", "", "removed"),
        ("equipment-3", "", "设备名称：示例设备三", "added"),
        ("sources-host-amount", "600 万元", "500 万元", "changed"),
        (
            "annex-charter",
            "章程.pdf（SHA-256 aaaaaaaaaaaa）",
            "章程修订.pdf（SHA-256 dddddddddddd）",
            "changed",
        ),
        ("annex-ip_list", "", "清单.pdf（SHA-256 eeeeeeeeeeee）", "added"),
        ("annex-other", "旧.pdf（SHA-256 cccccccccccc）", "", "removed"),
    ]


def test_the_whole_book_shows_what_stayed_as_well(setting):
    found = {path: kind for path, _old, _new, kind in lines_of(setting, whole=True)}

    stayed = {path for path, kind in found.items() if kind == "same"}
    assert stayed == {"contact", "area_m2", "equipment-2", "annex-licence"}


def test_offices_read_personal_data_masked(setting):
    assert lines_of(setting, discreet=True)[0] == ("mobile", "138****0001", "139****0002", "changed")


def test_whom_to_keep_away_is_compared_only_where_it_is_asked_for(setting):
    assert "exclusions-0" not in {path for path, *_rest in lines_of(setting)}
    assert ("exclusions-0", "removed") in {
        (path, kind) for path, _old, _new, kind in lines_of(setting, confidential=True)
    }


def test_a_reason_stands_beside_what_was_mended_and_beside_what_was_not(setting):
    reasons = {
        ("premises", "equipment"): ["原值有误"],
        ("host", "contact"): ["请更正"],
        ("annexes", "annex-charter"): ["缺章"],
    }
    asked = Comparison(Side(OLD, OLD_FILES, setting), Side(NEW, NEW_FILES, setting), reasons=reasons)

    lines = [line for part in contrast(book.BOOK_2022, asked) for line in part.lines if line.reasons]

    assert (lines[0].old, lines[0].new) == ("示例联系人甲", "示例联系人甲")
    assert [(line.path, line.kind, line.reasons) for line in lines] == [
        ("contact", "same", ("请更正",)),
        ("equipment-0-original_value", "changed", ("原值有误",)),
        ("annex-charter", "changed", ("缺章",)),
    ]


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def application():
    """Two versions, and a reason of return between them."""
    found = ApplicationFactory(state=S.FORMAL_REVIEW)
    ApplicationVersionFactory(application=found, number=1, answers=OLD, attachments=OLD_FILES)
    ReturnReasonFactory(
        application=found, section="premises", field="equipment", text="设备原值有误", raised_at=clock.now()
    )
    ApplicationVersionFactory(
        application=found, number=2, answers=NEW, attachments=NEW_FILES, frozen_at=clock.now()
    )
    return found


@pytest.fixture
def readers(application):
    agency = OrganisationFactory(kind=OrganisationKind.AGENCY, division=None)
    Application.objects.filter(pk=application.pk).update(agency=engage(application, agency))
    return {
        "unit": person(Role.ENT_FILLER, organisation=application.host),
        "county": person(Role.COUNTY_STAFF, division=application.division.code),
        "bureau": person(Role.BUREAU_CLERK),
        "auditor": person(Role.AUDITOR),
        "other unit": person(Role.ENT_FILLER),
        "agency": person(Role.AGENCY, organisation=agency),
        "expert": person(Role.EXPERT),
    }


@pytest.mark.parametrize(
    "address", ["/applications/{}/versions/", "/api/v1/applications/{}/versions/1/compare/2/"]
)
def test_who_compares(client, application, readers, address):
    statuses = {}
    for name, reader in readers.items():
        client.force_login(reader)
        statuses[name] = client.get(address.format(application.pk)).status_code

    allowed = dict.fromkeys(["unit", "county", "bureau", "auditor"], 200)
    assert statuses == allowed | dict.fromkeys(["other unit", "agency", "expert"], 404)


def test_the_page_shows_both_values_the_reason_and_no_more_than_one_may_read(client, application, readers):
    address = f"/applications/{application.pk}/versions/"
    client.force_login(readers["county"])
    county = client.get(address).content.decode()
    client.force_login(readers["unit"])
    unit = client.get(address).content.decode()

    for words in ("130 万元", "150 万元", "设备原值有误", "新增", "删除", "章程修订.pdf"):
        assert words in county
    assert "示例联系人甲" not in county
    assert "示例联系人甲" in client.get(f"{address}?whole=1").content.decode()
    assert ("13800000001" in unit, "13800000001" in county) == (True, False)
    assert ("示例专家" in unit, "示例专家" in county) == (True, False)


def test_the_unit_compares_its_draft_while_it_mends_and_the_bureau_does_not(client):
    filler = person(Role.ENT_FILLER)
    application = fill(ApplicationFactory(host=filler.organisations[0]))
    services.submit_application(application=application, by=filler)
    Application.objects.filter(pk=application.pk).update(state=S.DRAFT)
    host = application.sections.get(code="host")
    host.answers["reg_address"] = "石家庄市示例路 2 号"
    host.save(update_fields=["answers"])
    client.force_login(filler)

    page = client.get(f"/applications/{application.pk}/versions/").content.decode()

    assert "石家庄市示例路 1 号" in page
    assert "石家庄市示例路 2 号" in page
    assert "当前草稿" in page


def test_with_one_version_there_is_nothing_to_compare(client):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    ApplicationVersionFactory(application=application, number=1, answers=OLD)
    client.force_login(person(Role.BUREAU_CLERK))

    assert "还没有可以对照的版本" in client.get(f"/applications/{application.pk}/versions/").content.decode()


def test_programs_list_versions_and_compare_them(client, application, readers):
    client.force_login(readers["bureau"])
    base = f"/api/v1/applications/{application.pk}/versions/"

    listed = client.get(base).json()
    parts = client.get(f"{base}1/compare/2/").json()

    assert [version["number"] for version in listed] == [1, 2]
    assert listed[0]["digest"] == application.versions.get(number=1).digest
    premises = next(part for part in parts if part["code"] == "premises")
    assert premises["lines"][0] | {"reasons": []} == {
        "path": "equipment-0-original_value",
        "label": "设备清单 第 1 行 · 原值",
        "old": "130 万元",
        "new": "150 万元",
        "kind": "changed",
        "reasons": [],
    }
    assert premises["lines"][0]["reasons"] == ["设备原值有误"]
    assert client.get(f"{base}1/compare/9/").status_code == 404
