"""Rows by spreadsheet: looked at first, stored all or nothing, through the same door as what is typed."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.roles import Role
from institutes import services
from institutes.models import ApplicationSection
from records.errors import Conflict, IllegalMove, StaleVersion
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory

pytestmark = pytest.mark.django_db
HEAD = "设备名称\t购置日期\t原值（元）\t产权单位\t开放共享"
TWO = f"{HEAD}\n示例电镜\t2024/3/5\t865,000\t示例单位\t是\n示例光谱仪\t2023年1月2日\t1200000\t示例单位\t否\n"


@pytest.fixture
def filler(client):
    user = person(Role.ENT_FILLER)
    client.force_login(user)
    return user


@pytest.fixture
def application(filler):
    return ApplicationFactory(host=filler.organisations[0], institute_name="")


@pytest.fixture
def page(application):
    return f"/applications/{application.pk}/sections/premises/rows/equipment/"


def stored(application):
    row = application.sections.filter(code="premises").first()
    return row.answers.get("equipment", []) if row else []


def names(application):
    return [row["name"] for row in stored(application)]


def hidden(response):
    """The boxes that the page would send with its button."""
    return dict(re.findall(r'<input type="hidden" name="(rows|version)" value="([^"]*)"', response.text))


def put(client, page, text=TWO, mode="add"):
    return client.post(page, hidden(client.post(page, {"text": text})) | {"mode": mode})


def typed(application, by, **changes):
    row = application.sections.filter(code="premises").first()
    return services.save_section(
        application=application,
        section="premises",
        changes={path.replace("__", "-"): value for path, value in changes.items()},
        version=row.version if row else 0,
        by=by,
    )


# --- looking --------------------------------------------------------------------------------------------------------


def test_looking_stores_nothing_and_adding_stores_what_was_looked_at(client, application, page):
    looked = client.post(page, {"text": TWO})

    assert (looked.status_code, ApplicationSection.objects.count()) == (200, 0)
    assert ("86.5 万元" in looked.text, "加入 2 行" in looked.text) == (True, True)

    done = client.post(page, hidden(looked) | {"mode": "add"}, follow=True)

    assert names(application) == ["示例电镜", "示例光谱仪"]
    assert stored(application)[0]["original_value"] == "865000.00"
    assert "“设备清单”已加入 2 行。" in done.text


def test_the_same_rows_sent_twice_are_stored_once(client, application, page):
    sent = hidden(client.post(page, {"text": TWO})) | {"mode": "add"}
    client.post(page, sent)
    version = application.sections.get().version
    client.post(page, sent)

    assert (len(stored(application)), application.sections.get().version) == (2, version)


def test_problems_are_shown_at_their_rows_and_nothing_can_be_stored(client, application, page):
    response = client.post(page, {"text": TWO.replace("2024/3/5", "去年").replace("\t否", "\t也许")})

    assert response.status_code == 422
    for words in (
        "有 2 处不能加入，申报书没有改动",
        '<a href="#line-2">第 2 行 · 购置日期</a>：请按 2026-11-23 的格式填写日期。',
        "“也许”不在可选范围内，可填：是、否。",
    ):
        assert words in response.text
    assert 'name="rows"' not in response.text
    assert "去年" in response.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "请粘贴数据行，或选择工作簿。"),
        ({"text": "  \n"}, "请粘贴数据行，或选择工作簿。"),
        ({"text": "甲" * 300_001}, "300000"),
        ({"text": HEAD}, "没有可以加入的内容"),
    ],
)
def test_nothing_to_look_at(client, page, sent, words):
    response = client.post(page, sent)

    assert (response.status_code, words in response.text) == (422, True)


def test_pasting_and_a_file_at_once(client, page):
    response = client.post(page, {"text": TWO, "file": SimpleUploadedFile("示例.xlsx", b"PK")})

    assert "粘贴和工作簿只能选一种，请清空其中一种。" in response.text


def test_a_bad_file_is_refused_in_words(client, application, page):
    response = client.post(page, {"file": SimpleUploadedFile("示例.csv", b"a,b")})

    assert (response.status_code, "不接收 .csv 文件" in response.text) == (409, True)


@pytest.mark.parametrize(
    "damage", [lambda sent: sent | {"rows": "x"}, lambda sent: sent | {"rows": sent["rows"][:-3] + "abc"}]
)
def test_rows_that_were_not_looked_at_are_not_stored(client, application, page, damage):
    sent = damage(hidden(client.post(page, {"text": TWO})))
    response = client.post(page, sent | {"mode": "add"}, follow=True)

    assert "核对的内容已失效，请重新粘贴或选择工作簿。" in response.text
    assert stored(application) == []


def test_looked_at_rows_are_of_no_use_to_somebody_else_or_elsewhere(client, application, page):
    sent = hidden(client.post(page, {"text": TWO})) | {"mode": "add"}
    client.post(page.replace("premises/rows/equipment", "team/rows/roster"), sent)
    client.force_login(person(Role.ENT_FILLER, organisation=application.host))
    client.post(page, sent)

    assert not ApplicationSection.objects.exists()


def test_it_must_be_said_whether_to_add_or_to_replace(client, application, page):
    sent = hidden(client.post(page, {"text": TWO}))

    assert "请选择加入还是替换。" in client.post(page, sent, follow=True).text
    assert stored(application) == []


# --- replacing ------------------------------------------------------------------------------------------------------


def test_replacing_takes_the_place_of_all_rows(client, application, page, filler):
    put(client, page)
    put(client, page, f"{HEAD}\n示例质谱仪\t2022.5.6\t1\t示例单位\t否", mode="replace")

    assert names(application) == ["示例质谱仪"]


def workbook(client, page, kind):
    response = client.get(f"{page}{kind}/")
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.content))


def brought_back(book):
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("示例.xlsx", target.getvalue())


def test_the_present_rows_are_mended_in_the_workbook_and_only_changed_boxes_are_saved(
    client, application, page
):
    put(client, page)
    book = workbook(client, page, "present")
    assert [cell.value for cell in book.active[4]][1:5] == ["示例电镜", None, "2024-03-05", 86.5]
    book.active["E4"] = 90
    book.active.delete_rows(5)
    book.active["B5"] = "示例质谱仪"

    looked = client.post(page, {"file": brought_back(book)})
    before = application.sections.get().version
    client.post(page, hidden(looked) | {"mode": "replace"})

    row = application.sections.get()
    assert [(each["name"], each.get("original_value")) for each in stored(application)] == [
        ("示例电镜", "900000.00"),
        ("示例质谱仪", None),
    ]
    key = stored(application)[0]["key"]
    changed = [path for path, mark in row.field_versions.items() if mark["version"] == row.version]
    assert row.version == before + 1
    assert [path for path in changed if path.startswith(f"equipment-{key}-")] == [
        f"equipment-{key}-original_value"
    ]


def test_a_template_comes_back_filled_in(client, application, page):
    book = workbook(client, page, "template")
    for place, value in enumerate(("示例电镜", "SEM-1", "2024-03-05", 86.5, "示例单位", "是"), 2):
        book.active.cell(4, place).value = value

    client.post(page, hidden(client.post(page, {"file": brought_back(book)})) | {"mode": "add"})

    assert names(application) == ["示例电镜"]


def test_what_a_colleague_changed_after_the_workbook_was_taken_is_a_clash_and_is_settled(
    client, application, page
):
    put(client, page)
    book = workbook(client, page, "present")
    key = stored(application)[0]["key"]
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    typed(application, colleague, **{f"equipment__{key}__name": "同事的名称"})
    book.active["B4"] = "我的名称"

    sent = hidden(client.post(page, {"file": brought_back(book)})) | {"mode": "replace"}
    clash = client.post(page, sent)

    assert (clash.status_code, names(application)[0]) == (409, "同事的名称")
    assert ("我的名称" in clash.text, "设备清单 第 1 行 · 设备名称" in clash.text) == (True, True)
    again = dict(clash.context["resend"])
    client.post(page, again | {f"settle-equipment-{key}-name": "theirs"})
    assert names(application) == ["同事的名称", "示例光谱仪"]


def test_a_row_that_a_colleague_just_changed_is_not_deleted_unasked(client, application, page):
    put(client, page)
    sent = hidden(client.post(page, {"text": TWO})) | {"mode": "replace"}
    key = stored(application)[0]["key"]
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    typed(application, colleague, **{f"equipment__{key}__name": "同事的名称"})

    assert client.post(page, sent).status_code == 409
    assert names(application) == ["同事的名称", "示例光谱仪"]


# --- the service ----------------------------------------------------------------------------------------------------


def bring(application, by, lines, *, replace=False, table="equipment", version=0):
    return services.import_rows(
        application=application,
        section="premises",
        table=table,
        lines=lines,
        replace=replace,
        batch="b",
        version=version,
        by=by,
    )


def test_no_more_rows_than_the_table_takes(application, filler):
    most = application.call.edition.terms["book"]["equipment_max"]
    bring(application, filler, [("", {"name": "示例"})] * most)

    with pytest.raises(Conflict) as refusal:
        services.import_rows(
            application=application,
            section="premises",
            table="equipment",
            lines=[("", {"name": "示例"})],
            replace=False,
            batch="c",
            version=1,
            by=filler,
        )

    assert str(refusal.value) == f"“设备清单”最多 {most} 行，现有 {most} 行，加入后共 {most + 1} 行。"


def test_a_table_that_the_book_does_not_have(application, filler):
    with pytest.raises(Conflict) as refusal:
        bring(application, filler, [], table="area_m2")

    assert str(refusal.value) == "申报书中没有“area_m2”这张表。"


def test_a_locked_book_takes_no_rows(filler):
    application = ApplicationFactory(host=filler.organisations[0], state="unit_review")

    with pytest.raises(IllegalMove):
        bring(application, filler, [("", {"name": "示例"})])


def test_two_changes_of_one_box_clash_in_the_service_too(application, filler):
    bring(application, filler, [("", {"name": "甲"})])
    with pytest.raises(StaleVersion) as refusal:
        bring(application, filler, [("bx1", {"name": "乙"})], replace=True, version=0)

    assert [(clash.mine, clash.theirs) for clash in refusal.value.clashes] == [("乙", "甲")]


# --- who, and how quick ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "template/", "present/"])
def test_only_the_unit_and_only_tables(client, application, page, rest):
    assert client.get(page + rest).status_code == 200
    assert client.get(page.replace("equipment", "area_m2") + rest).status_code == 404
    assert client.get(page.replace("premises", "poem") + rest).status_code == 404
    client.force_login(person(Role.BUREAU_CLERK))
    assert client.get(page + rest).status_code == 404


def test_another_kind_of_workbook_does_not_exist(client, page):
    assert client.get(f"{page}poem/").status_code == 404


def test_a_locked_book_leads_to_its_reading(client, filler):
    application = ApplicationFactory(host=filler.organisations[0], state="unit_review")
    page = f"/applications/{application.pk}/sections/premises/rows/equipment/"

    assert client.get(page).url == f"/applications/{application.pk}/book/"


def test_the_section_leads_to_it(client, application, page):
    assert f'href="{page}"' in client.get(f"/applications/{application.pk}/sections/premises/").text


def test_looking_asks_the_same_number_of_questions_however_much_is_looked_at(client, application, page):
    client.post(page, {"text": TWO})
    with CaptureQueriesContext(connection) as few:
        client.post(page, {"text": TWO})
    with CaptureQueriesContext(connection) as many:
        client.post(page, {"text": TWO + TWO.partition("\n")[2] * 20})

    assert len(few) == len(many)
