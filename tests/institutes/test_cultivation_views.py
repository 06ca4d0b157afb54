"""The pages of the pool: who meets which, what they show, lists from a spreadsheet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from institutes.enums import PoolState as P
from institutes.models import CultivationEntry
from institutes.services.cultivation_import import HEAD
from records import clock, sheets
from tests.factories.accounts import OrganisationFactory, make_uscc, person
from tests.factories.institutes import (
    ChainSegmentFactory,
    CultivationEntryFactory,
    CultivationMeasureFactory,
    RecognitionEditionFactory,
)

pytestmark = pytest.mark.django_db
PHONE, MASKED = "13900007777", "139****7777"
LIST = reverse("institutes:cultivation-list")
NEW = reverse("institutes:cultivation-new")
IMPORT = reverse("institutes:cultivation-import")


@pytest.fixture
def segment():
    RecognitionEditionFactory()
    return ChainSegmentFactory(name="示例环节", chain__name="示例产业链")


@pytest.fixture
def staff(client):
    found = person(Role.COUNTY_STAFF)
    client.force_login(found)
    return found


def typed(segment, **changed) -> dict:
    return {
        "name": "示例待育企业",
        "uscc": make_uscc(991_001),
        "chain": segment.chain.pk,
        "segment": segment.pk,
        "direction": "特种传感器",
        "intended_year": clock.today().year + 1,
        "contact_person": "示例联系人",
        "contact_phone": PHONE,
        "grounds": "示例理由",
    } | changed


def test_staff_puts_an_enterprise_down_by_name_and_code(client, staff, segment):
    response = client.post(NEW, typed(segment))

    entry = CultivationEntry.objects.get()
    assert response.url == entry.get_absolute_url()
    assert (entry.division.code, entry.drafted_by, entry.state) == ("130102", staff, P.SURVEYED)


def test_a_registered_enterprise_is_chosen_and_need_not_be_typed(client, staff, segment):
    own, strange = OrganisationFactory(), OrganisationFactory(name="示例外县企业有限公司")
    strange.division = type(strange.division).objects.get(code="130104")
    strange.save(update_fields=["division"])

    page = client.get(NEW).text
    client.post(NEW, typed(segment, organisation=own.pk, name="", uscc=""))

    entry = CultivationEntry.objects.get()
    assert (entry.name, entry.uscc) == (own.name, own.uscc)
    assert own.name in page
    assert strange.name not in page
    assert "已在本县（市、区）注册" in client.get(entry.get_absolute_url()).text


def test_what_is_missing_is_said_at_its_box(client, staff, segment):
    response = client.post(NEW, typed(segment, name="", uscc="", contact_phone=""))

    assert response.status_code == 422
    assert {"name", "uscc", "contact_phone"} == set(response.context["form"].errors)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COUNTY_LEAD, 403), (Role.BUREAU_CLERK, 403), (Role.AUDITOR, 403), (Role.ENT_ADMIN, 403)],
)
@pytest.mark.parametrize("url", [NEW, IMPORT, reverse("institutes:cultivation-template")])
def test_only_staff_of_a_county_puts_down(client, role, status, url):
    client.force_login(person(role))

    assert client.get(url).status_code == status


def test_the_phone_is_whole_for_the_county_and_masked_for_the_city(client, segment):
    entry = CultivationEntryFactory()
    seen = {}
    for role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.AUDITOR):
        client.force_login(person(role))
        export = client.get(reverse("institutes:cultivation-export", args=["csv"]))
        texts = client.get(entry.get_absolute_url()).text, b"".join(export).decode()
        seen[role] = [PHONE in text for text in texts] + [MASKED in text for text in texts]

    whole, masked = [True, True, False, False], [False, False, True, True]
    assert seen == {
        Role.COUNTY_STAFF: whole,
        Role.COUNTY_LEAD: whole,
        Role.BUREAU_CLERK: masked,
        Role.AUDITOR: masked,
    }


def test_another_county_meets_nothing(client, segment):
    entry = CultivationEntryFactory()
    client.force_login(person(Role.COUNTY_STAFF, division="130104"))

    pages = {name: client.get(reverse(f"institutes:cultivation-{name}", args=[entry.pk])).status_code
             for name in ("entry", "edit", "measure")}  # fmt: skip

    assert pages == {"entry": 404, "edit": 404, "measure": 404}
    assert entry.name not in client.get(LIST).text


def test_the_list_is_searched_filtered_and_sorted(client, staff, segment):
    first = CultivationEntryFactory(name="示例甲企业", intended_year=2027, state=P.CULTIVATING)
    CultivationMeasureFactory(entry=first)
    second = CultivationEntryFactory(name="示例乙企业", intended_year=2028)
    OrganisationFactory(uscc=second.uscc)

    def shown(query: str) -> list[str]:
        return [row.name for row, *_rest in client.get(f"{LIST}?{query}").context["rows"]]

    assert shown("q=甲") == [first.name]
    assert shown("state=surveyed") == [second.name]
    assert shown("year=2028") == [second.name]
    assert shown("registered=yes") == [second.name]
    assert shown("registered=no") == [first.name]
    assert shown("overdue=yes") == []
    assert shown("sort=year") == [first.name, second.name]
    assert shown("sort=-year") == [second.name, first.name]


def test_a_measure_is_recorded_on_a_page_of_its_own(client, staff, segment):
    entry = CultivationEntryFactory(state=P.CULTIVATING)
    url = reverse("institutes:cultivation-measure", args=[entry.pk])

    wrong = client.post(url, {"done_on": "2026-13-01", "what": ""})
    right = client.post(url, {"done_on": clock.today(), "what": "走访企业", "provider": "示例科技局"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "走访企业" in client.get(entry.get_absolute_url()).text


# --- lists from a spreadsheet -----------------------------------------------------------------------------------------


def workbook(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("示例名单.xlsx", sheets.xlsx(HEAD, rows))


def row(n: int = 1, **changed) -> list:
    said = ["示例表内企业", make_uscc(992_000 + n), "示例产业链", "示例环节", "特种传感器"]
    said += [str(clock.today().year + 1), "示例联系人", PHONE, "示例理由"]
    return list((dict(zip(HEAD, said, strict=True)) | changed).values())


def test_a_list_is_shown_first_and_then_put_down(client, staff, segment):
    preview = client.post(IMPORT, {"file": workbook(row(1), [], row(2, **{HEAD[3]: "", HEAD[8]: ""}))})
    assert CultivationEntry.objects.count() == 0
    signed = preview.context["confirm"].initial["candidates"]

    done = client.post(reverse("institutes:cultivation-import-confirm"), {"candidates": signed})

    assert (preview.status_code, done.url) == (200, LIST)
    assert CultivationEntry.objects.filter(state=P.SURVEYED, drafted_by=staff).count() == 2


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (0, "", "请填写企业名称。"),
        (1, "123", "统一社会信用代码为 18 位，当前为 3 位。"),
        (2, "示例别链", "没有产业链“示例别链”；可填：示例产业链。"),
        (3, "示例别处", "“示例产业链”没有环节“示例别处”；可以留空。"),
        (4, "方" * 201, "培育方向不超过 200 字。"),
        (5, "明年", f"请填四位年份，例如 {clock.today().year}。"),
        (5, "2020", f"不能早于 {clock.today().year} 年。"),
        (7, "", "请填写联系电话。"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_column(client, staff, segment, column, cell, words):
    response = client.post(IMPORT, {"file": workbook(row(1), row(2, **{HEAD[column]: cell}))})

    faults = response.context["sheet"].faults
    assert [(fault.row, fault.column, fault.text) for fault in faults] == [(3, HEAD[column], words)]
    assert response.status_code == 422
    assert CultivationEntry.objects.count() == 0


def test_who_stands_there_already_or_twice_in_the_list_is_named(client, staff, segment):
    here = CultivationEntryFactory()
    again = row(2, **{HEAD[1]: here.uscc})

    response = client.post(IMPORT, {"file": workbook(row(1), again, row(1))})

    faults = [(fault.row, fault.text) for fault in response.context["sheet"].faults]
    assert faults == [(3, "该企业已在本县（市、区）培育库中。"), (4, "与第 2 行重复。")]


def test_a_preview_that_another_signed_is_worth_nothing(client, staff, segment):
    signed = client.post(IMPORT, {"file": workbook(row(1))}).context["confirm"].initial["candidates"]
    client.force_login(person(Role.COUNTY_STAFF, division="130104"))

    response = client.post(reverse("institutes:cultivation-import-confirm"), {"candidates": signed})

    assert response.status_code == 422
    assert "预览已失效" in response.text
    assert CultivationEntry.objects.count() == 0


def test_the_template_comes_back_as_it_went_out(client, staff, segment):
    response = client.get(reverse("institutes:cultivation-template"))
    again = SimpleUploadedFile("模板.xlsx", response.content)

    assert client.post(IMPORT, {"file": again}).status_code == 409


# --- by a program -----------------------------------------------------------------------------------------------------


def test_a_program_keeps_the_pool_as_the_pages_do(client, staff, segment):
    created = client.post("/api/v1/cultivation/", typed(segment), content_type="application/json")
    url = f"/api/v1/cultivation/{created.json()['id']}/"
    mended = client.patch(url, {"direction": "光学传感器"}, content_type="application/json")
    early = client.post(f"{url}measures/", {"done_on": "2026-01-05", "what": "走访", "provider": "科技局"})
    moved = client.post(f"{url}moves/propose_entry/", {}, content_type="application/json")
    brought = client.post("/api/v1/cultivation/import/", {"file": workbook(row(1), row(2))})
    faulty = client.post("/api/v1/cultivation/import/", {"file": workbook(row(1))})

    assert (created.status_code, mended.json()["direction"]) == (201, "光学传感器")
    assert (early.status_code, moved.json()["state"]) == (409, "entering")
    assert (brought.status_code, len(brought.json())) == (201, 2)
    assert faulty.status_code == 409
    assert "第 2 行“统一社会信用代码”" in faulty.json()["reasons"][0]["text"]
    CultivationEntry.objects.filter(pk=created.json()["id"]).update(
        state=P.CULTIVATING, entered_at=clock.now(), entered_by=person(Role.COUNTY_LEAD)
    )
    kept = client.post(f"{url}measures/", {"done_on": "2026-01-05", "what": "走访", "provider": "科技局"})
    assert kept.status_code == 201
    assert [one["what"] for one in client.get(f"{url}measures/").json()] == ["走访"]


def test_a_program_of_the_bureau_reads_and_does_not_keep(client, segment):
    entry = CultivationEntryFactory(state=P.CULTIVATING)
    client.force_login(person(Role.BUREAU_CLERK))
    url = f"/api/v1/cultivation/{entry.pk}/"

    assert client.get(url).json()["contact_phone"] == MASKED
    assert client.patch(url, {"direction": "别的"}, content_type="application/json").status_code == 403
    assert client.post(f"{url}measures/", {}).status_code == 403
    assert client.post("/api/v1/cultivation/", {}, content_type="application/json").status_code == 403
