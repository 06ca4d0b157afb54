"""Achievements from a spreadsheet: previewed, then entered as drafts, all or none; by program, too."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import AchievementKind as K
from institutes.models import Achievement
from institutes.services.achievement_import import HEAD, KINDS
from records import sheets, workbooks
from records.errors import BadFile
from tests.factories.accounts import make_uscc, person
from tests.factories.achievements import AchievementFactory, publish_achievement_rules
from tests.factories.institutes import RecognitionFactory

pytestmark = pytest.mark.django_db
IMPORT = reverse("institutes:achievement-import")
CONFIRM = reverse("institutes:achievement-import-confirm")


@pytest.fixture
def recognition():
    publish_achievement_rules()
    return RecognitionFactory()


@pytest.fixture
def filler(recognition):
    return person(Role.ENT_FILLER, organisation=recognition.institute.host)


def workbook(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("示例成果.xlsx", sheets.xlsx(HEAD, rows))


def row(n: int = 1, **changed) -> list:
    said = ["成果转化", f"示例转化{n}", "2026-03-02", f"20261301{n:08d}", "示例受让公司", make_uscc(n)]
    return list((dict(zip(HEAD, [*said, "12.5", "", "示例说明"], strict=True)) | changed).values())


def read(recognition, filler, *rows):
    return services.read_achievements(institute=recognition.institute, upload=workbook(*rows), by=filler)


def test_a_list_becomes_drafts_after_it_was_shown(client, recognition, filler):
    client.force_login(filler)
    people = ["人才引进培养", "示例培训", "2026年4月1日", "", "", "", "", "30", ""]

    preview = client.post(
        IMPORT, {"institute": recognition.institute.pk, "file": workbook(row(1), [], people)}
    )
    assert preview.status_code == 200
    assert not Achievement.objects.exists()
    done = client.post(CONFIRM, {"rows": preview.context["confirm"].initial["rows"]})

    assert done.status_code == 302
    transfer, trained = Achievement.objects.order_by("pk")
    assert (transfer.kind, transfer.amount, transfer.state) == (K.TRANSFER, Decimal("125000.00"), "draft")
    assert (trained.quantity, str(trained.achieved_on)) == (30, "2026-04-01")
    assert transfer.institute == recognition.institute


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("成果类型", "奖状", "可填：新技术"),
        ("成果名称", "", "请填写成果名称"),
        ("成果名称", "长" * 101, "不超过 100 字"),
        ("取得日期", "明年", "请填写日期"),
        ("取得日期", "2026-02-30", "没有这一天"),
        ("取得日期", "2099-01-01", "不能晚于今天"),
        ("编号", "一号合同", "格式不符"),
        ("合作单位", "", "请填写受让"),
        ("统一社会信用代码", "123", "18 位"),
        ("金额（万元）", "若干", "请填写数字"),
        ("金额（万元）", "", "请填写合同金额"),
    ],
)
def test_each_fault_is_said_at_its_row_and_column(recognition, filler, column, cell, words):
    sheet = read(recognition, filler, row(1), row(2, **{column: cell}))

    assert [(fault.row, fault.column) for fault in sheet.faults] == [(3, column)]
    assert words in sheet.faults[0].text


def test_a_number_twice_in_the_table_or_standing_already_is_a_fault(recognition, filler):
    held = AchievementFactory(kind=K.TRANSFER, state="verified")
    sheet = read(recognition, filler, row(8001), row(8001), row(8002, 编号=held.number))

    assert [(fault.row, fault.column) for fault in sheet.faults] == [(3, "编号"), (4, "编号")]
    assert "与第 2 行重复" in sheet.faults[0].text
    assert "另一家研究院" in sheet.faults[1].text


def test_with_one_fault_nothing_is_entered(client, recognition, filler):
    client.force_login(filler)
    file = workbook(row(1), row(2, 编号=""))

    page = client.post(IMPORT, {"institute": recognition.institute.pk, "file": file})

    assert page.status_code == 422
    assert "没有导入任何成果" in page.content.decode()
    with pytest.raises(BadFile):
        services.import_achievements(
            institute=recognition.institute, file=workbook(row(1), row(2, 编号="")), by=filler
        )
    assert not Achievement.objects.exists()


def test_what_was_shown_to_one_is_not_confirmed_by_another(client, recognition, filler):
    client.force_login(filler)
    preview = client.post(IMPORT, {"institute": recognition.institute.pk, "file": workbook(row(1))})
    client.force_login(person(Role.ENT_FILLER, organisation=recognition.institute.host))

    answer = client.post(CONFIRM, {"rows": preview.context["confirm"].initial["rows"]})

    assert answer.status_code == 422
    assert not Achievement.objects.exists()


def test_the_template_is_the_table_that_is_read(client, filler):
    client.force_login(filler)

    answer = client.get(reverse("institutes:achievement-template"))

    (head, *_rest) = workbooks.read(SimpleUploadedFile("模板.xlsx", answer.content))
    assert tuple(head) == HEAD
    assert set(KINDS.values()) == set(K.values) - {K.EXTERNAL_PROJECT}


@pytest.mark.parametrize("name", ["achievement-import", "achievement-template"])
def test_offices_import_nothing(client, name):
    client.force_login(person(Role.BUREAU_CLERK))

    assert client.get(reverse(f"institutes:{name}")).status_code == 403
