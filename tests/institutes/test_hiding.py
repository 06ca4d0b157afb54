"""What is hidden from experts and the agency, and what stays readable."""

import pytest

from institutes import book
from institutes.book.hiding import hider, stem_of
from tests.factories.accounts import OrganisationFactory
from tests.factories.institutes import ApplicationFactory, a_patent_number


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("由示例电子有限公司牵头", "由【依托单位】牵头"),
        ("示例电子有限公司与示例电子共建", "【依托单位】与【简称】共建"),
        ("联系abc@MAIL.example", "联系【隐去】"),
        ("邮箱 other.name@unit.example。", "邮箱 【隐去】。"),
        ("电话13800001234", "电话【隐去】"),
        ("电话 138-0000-1234", "电话 【隐去】"),
        ("座机0311-86001234", "座机【隐去】"),
        ("代码91130102MA0000001X。", "代码【隐去】。"),
        ("代码91130102ma0000001x", "代码【隐去】"),
        ("研发投入 13800001234.00 元", "研发投入 13800001234.00 元"),
        ("面积 1200 平方米，2026年11月23日", "面积 1200 平方米，2026年11月23日"),
        ("", ""),
    ],
)
def test_what_identifies_is_hidden_and_nothing_else(text, hidden):
    hide = hider({"示例电子有限公司": "【依托单位】", "示例电子": "【简称】", "ABC@mail.example": "【隐去】"})

    assert hide(text) == hidden


def test_nothing_to_hide_hides_nothing():
    assert hider({})("示例材料") == "示例材料"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("示例电子股份有限公司", "示例电子"),
        ("示例电子有限责任公司", "示例电子"),
        ("示例电子集团", "示例电子"),
        ("示例电子集团有限公司", "示例电子"),
        ("示例大学", "示例大学"),
    ],
)
def test_a_name_without_its_legal_form(name, stem):
    assert stem_of(name) == stem


HOST, PARTNER, SEAT = "示例诱饵精密有限公司", "示例诱饵大学", "示例诱饵院"
RESEARCHER, OWNER, BOOKER = "诱饵研发甲", "示例诱饵第三方公司", "诱饵预约员"
PATENT = a_patent_number(2022)
SAID = f"{HOST}与{PARTNER}、{SEAT}的{RESEARCHER}，设备属{OWNER}，专利{PATENT}，预约找{BOOKER}，电话 0311-00001234。"


def row(**cells):
    return [{"key": "0"} | cells]


@pytest.mark.django_db
def test_what_a_full_book_lists_is_hidden_in_its_table_and_in_every_text():
    application = ApplicationFactory(host=OrganisationFactory(name=HOST))
    answers = {
        "partners": {"partners": row(name=PARTNER)},
        "team": {
            "roster": row(name=RESEARCHER, birth_year=1981, employer=SEAT, title="教授", field="材料学")
        },
        "premises": {"equipment": row(name="示例电镜", owner=OWNER, model="SEM-1")},
        "base": {
            "overview": SAID,
            "patents": row(number=PATENT, title=f"{RESEARCHER}的示例方法", owner=HOST),
            "software": row(number="2025SR7654321", name="示例软件", owner=OWNER),
            "awards": row(name="示例奖", winner=RESEARCHER, level="national"),
            "projects": row(number="SAMPLE-2025-7", name="示例项目"),
        },
        "services": {"booking_contact": BOOKER, "booking_phone": "0311-00001234"},
        "recusal": {"exclusions": row(expert="诱饵评委", employer="诱饵评委单位", reason="示例")},
    }

    chapters = book.read_blind(book.of_edition("2022"), application, answers)

    text = str(chapters)
    baits = (HOST, PARTNER, SEAT, RESEARCHER, OWNER, BOOKER, PATENT, "1981", "2025SR7654321", "SAMPLE-2025-7")
    assert [bait for bait in (*baits, "00001234", "诱饵") if bait in text] == []
    assert [word for word in ("示例电镜", "示例软件", "示例奖", "教授", "材料学") if word not in text] == []
    overview = next(
        item.text for c in chapters if c.code == "base" for item in c.items if item.path == "overview"
    )
    assert overview == (
        "【依托单位】与【共建单位】、【隐去】的【人员】，设备属【隐去】，专利【隐去】，预约找【人员】，电话 【隐去】。"
    )


def test_the_boxes_that_tell_who_applies_are_marked():
    marked = {
        f"{section.code}.{table.code}.{column.code}"
        for section in book.of_edition("2022").sections
        if section.number in {"5", "6", "7", "10"}
        for table in section.entries
        for column in getattr(table, "columns", [table])
        if getattr(column, "identifying", False)
    }

    assert marked == {
        "team.roster.name",
        "team.roster.birth_year",
        "team.roster.employer",
        "premises.equipment.owner",
        "base.patents.number",
        "base.patents.owner",
        "base.software.number",
        "base.software.owner",
        "base.standards.number",
        "base.awards.winner",
        "base.projects.number",
        "services.booking_contact.booking_contact",
        "services.booking_phone.booking_phone",
    }
