"""Pages of achievements: entering, bringing evidence, deciding, searching; what each reader sees and is refused."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Division
from accounts.roles import Role
from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as A
from institutes.integrity import achievements_are_verified_by_two, achievements_count_once
from institutes.models import Achievement
from records import audit
from records.models import Attachment, AuditEvent
from tests.factories.accounts import make_uscc, person
from tests.factories.achievements import (
    AchievementFactory,
    AchievementHintFactory,
    evidence_for,
    facts_for,
    publish_achievement_rules,
)
from tests.factories.institutes import RecognitionFactory
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("institutes:achievement-list"), reverse("institutes:achievement-new")


@pytest.fixture
def recognition():
    publish_achievement_rules()
    return RecognitionFactory()


def inside(recognition, role=Role.ENT_FILLER):
    return person(role, organisation=recognition.institute.host)


def move(case, action: str) -> str:
    return reverse("institutes:achievement-move", args=[case.pk, action])


def typed(recognition, kind, **more) -> dict:
    """What the browser sends: the boxes, and money in 万元."""
    facts = facts_for(kind) | {"institute": recognition.institute.pk, "kind": kind}
    if "amount" in facts:
        facts["amount"] = "12"
    files = {f"file_{code}": file for code, file in evidence_for(kind).items()}
    return facts | files | more


# --- entering -------------------------------------------------------------------------------------------------------


def test_kinds_stand_under_the_five_tasks_with_what_they_ask_for(client, recognition):
    client.force_login(inside(recognition))

    page = client.get(NEW).content.decode()

    for words in (
        "产业共性关键技术研发",
        "产业发展战略研究",
        "杀手锏产品",
        "技术合同认定登记证明",
        "?kind=transfer",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("kind", "asked", "left_out"),
    [
        (K.TRANSFER, ("技术合同认定登记编号", "合同金额", "万元", "受让、被许可或作价投资单位"), ("人数",)),
        (K.TRAINED_PEOPLE, ("人数", "人员名单"), ("合同金额", "编号")),
        (K.INVENTION_PATENT, ("专利号", "ZL202110000001.6", "专利证书"), ("合同金额", "人数")),
    ],
)
def test_a_form_asks_for_what_its_kind_needs(client, recognition, kind, asked, left_out):
    client.force_login(inside(recognition))

    page = client.get(NEW, {"kind": kind})
    form = page.context["form"]
    labels = " ".join(str(field.label) for field in form.fields.values())

    assert all(words in page.content.decode() for words in asked)
    assert not [words for words in left_out if words in labels]


def test_money_is_typed_in_wan_and_kept_in_yuan(client, recognition):
    client.force_login(inside(recognition))

    answer = client.post(NEW, typed(recognition, K.TRANSFER))

    case = Achievement.objects.get()
    assert answer.status_code == 302
    assert answer.url == case.get_absolute_url()
    assert case.amount == Decimal("120000.00")
    assert Attachment.objects.about(case).current().count() == 2
    assert 'value="12"' in client.get(f"{case.get_absolute_url()}edit/").content.decode()


def test_a_form_that_lacks_something_comes_back_with_what_was_typed(client, recognition):
    client.force_login(inside(recognition))

    page = client.post(NEW, typed(recognition, K.TRANSFER, title="", partner_name="示例受让公司"))

    assert page.status_code == 422
    assert "示例受让公司" in page.content.decode()
    assert not Achievement.objects.exists()


def test_what_the_rules_refuse_is_a_conflict_at_its_box(client, recognition):
    client.force_login(inside(recognition))

    page = client.post(NEW, typed(recognition, K.INVENTION_PATENT, number="ZL202110000001.7"))

    assert page.status_code == 409
    assert "校验位不符" in page.content.decode()


def test_a_draft_is_mended_on_its_page(client, recognition):
    case = AchievementFactory(recognition=recognition)
    client.force_login(inside(recognition))
    facts = {"title": "示例改名后的产品", "achieved_on": "2026-03-02", "file_other": pdf_upload("补.pdf")}

    answer = client.post(f"{case.get_absolute_url()}edit/", facts)

    case.refresh_from_db()
    assert (answer.status_code, case.title) == (302, "示例改名后的产品")
    assert Attachment.objects.about(case).get().kind == "other"


def test_who_has_no_institute_is_told_so(client):
    publish_achievement_rules()
    client.force_login(person(Role.ENT_FILLER))

    assert "没有可以填报成果的研究院" in client.get(NEW).content.decode()


@pytest.mark.parametrize("role", [Role.COUNTY_STAFF, Role.BUREAU_CLERK, Role.AUDITOR])
def test_offices_enter_nothing(client, recognition, role):
    client.force_login(person(role))

    assert client.get(NEW).status_code == 403


def test_a_suspended_institute_is_refused_with_words(client):
    publish_achievement_rules()
    recognition = RecognitionFactory(suspended=True)
    client.force_login(inside(recognition))

    page = client.post(NEW, typed(recognition, K.NEW_PRODUCT))

    assert page.status_code == 409
    assert "暂停期间不能填报成果" in page.content.decode()


# --- the case -------------------------------------------------------------------------------------------------------


def test_a_draft_says_what_is_lacking_and_where_its_number_stands(client, recognition):
    held = AchievementFactory(kind=K.TRANSFER, state=A.VERIFIED)
    case = AchievementFactory(kind=K.TRANSFER, recognition=recognition, number=held.number)
    client.force_login(inside(recognition))

    page = client.get(case.get_absolute_url()).content.decode()

    assert "还缺少佐证材料" in page
    assert "另一家研究院" in page
    assert held.title not in page


def test_officers_see_both_side_by_side_and_the_unit_does_not(client, recognition):
    text = "示例：采用双级真空浇注工艺，叶片合格率由六成提高到九成。"
    hint = AchievementHintFactory(
        achievement__recognition=recognition,
        achievement__description=text,
        other__description=f"背景不同。{text}",
        other__title="示例另一叶片",
    )
    address = hint.achievement.get_absolute_url()

    client.force_login(person(Role.COUNTY_STAFF, division=recognition.institute.division.code))
    page = client.get(address).content.decode()
    assert "示例另一叶片" in page
    assert f"<mark>{text}</mark>" in page
    other = Achievement.objects.filter(pk=hint.other_id)
    other.update(division=Division.objects.get(code="130104"))
    assert hint.other.get_absolute_url() not in client.get(address).content.decode()
    other.update(division=recognition.institute.division)
    assert hint.other.get_absolute_url() in client.get(address).content.decode()

    client.force_login(inside(recognition))
    assert "示例另一叶片" not in client.get(address).content.decode()


def test_the_county_answers_each_hint_in_the_form(client, recognition):
    hint = AchievementHintFactory(achievement__recognition=recognition)
    case = hint.achievement
    client.force_login(person(Role.COUNTY_STAFF, division=case.division.code))

    lacking = client.post(move(case, "county_verify"), {"opinion": "示例：属实。"})
    assert lacking.status_code == 422
    given = {f"hint_{hint.pk}": "different", f"note_{hint.pk}": "示例：型号不同。", "opinion": "示例：属实。"}
    assert client.post(move(case, "county_verify"), given).status_code == 302

    case.refresh_from_db()
    assert case.state == A.BUREAU_REVIEW


def test_what_is_found_to_be_the_same_stays_where_it_is(client, recognition):
    hint = AchievementHintFactory(achievement__recognition=recognition)
    client.force_login(person(Role.COUNTY_STAFF, division=hint.achievement.division.code))
    given = {f"hint_{hint.pk}": "same", f"note_{hint.pk}": "示例：同型号。", "opinion": "示例：属实。"}

    page = client.post(move(hint.achievement, "county_verify"), given)

    hint.refresh_from_db()
    assert page.status_code == 409
    assert "退回单位" in page.content.decode()
    assert (hint.achievement.state, hint.county_finding) == (A.COUNTY_REVIEW, "")


def test_a_fragment_is_the_same_as_the_page(client, recognition):
    case = AchievementFactory(recognition=recognition, state=A.BUREAU_REVIEW)
    client.force_login(person(Role.BUREAU_CLERK))

    fragment = client.post(move(case, "verify"), {"opinion": ""}, headers={"HX-Request": "true"})

    page = client.get(case.get_absolute_url())
    assert fragment.status_code == 200
    assert "已核实" in fragment.content.decode()
    inner = fragment.content.decode().split("<h1", 1)[1].split("</h1>", 1)[0]
    assert inner in page.content.decode()


def test_the_grounds_of_an_annulment_are_for_officers_until_it_is_decided(client, recognition):
    case = AchievementFactory(recognition=recognition, state=A.ANNULLING, annulment_grounds="示例伪造线索")
    audit.record(
        "institutes.achievement.propose_annulment",
        case,
        by=case.annulment_proposed_by,
        from_state="verified",
        to_state="annulling",
        reason="示例伪造线索",
    )

    client.force_login(inside(recognition))
    assert "示例伪造线索" not in client.get(case.get_absolute_url()).content.decode()
    client.force_login(person(Role.BUREAU_APPROVER))
    assert "示例伪造线索" in client.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("role", "state", "action", "status"),
    [
        (Role.ENT_ADMIN, A.DRAFT, "hand_up", 404),
        (Role.BUREAU_CLERK, A.COUNTY_REVIEW, "county_verify", 403),
        (Role.BUREAU_CLERK, A.COUNTY_REVIEW, "verify", 409),
        (Role.BUREAU_APPROVER, A.VERIFIED, "annul", 409),
    ],
)
def test_moves_that_are_not_theirs_or_not_now(client, recognition, role, state, action, status):
    case = AchievementFactory(recognition=recognition, state=state)
    before = AuditEvent.objects.count()
    client.force_login(person(role))

    assert client.post(move(case, action), {"opinion": "示例"}).status_code == status
    case.refresh_from_db()
    assert (case.state, AuditEvent.objects.count()) == (state, before)


# --- the list -------------------------------------------------------------------------------------------------------


def titles(client, **asked) -> set[str]:
    return {row["case"].title for row in client.get(LIST, asked).context["rows"]}


def test_the_list_is_searched_and_filtered(client, recognition):
    mine = AchievementFactory(recognition=recognition, state=A.VERIFIED, title="示例叶片")
    patent = AchievementFactory(kind=K.INVENTION_PATENT, state=A.COUNTY_REVIEW, title="示例专利")
    partner = make_uscc(9)
    transfer = AchievementFactory(
        kind=K.TRANSFER, state=A.VERIFIED, title="示例转化", partner_uscc=partner, achieved_on="2025-05-01"
    )
    client.force_login(person(Role.BUREAU_CLERK))
    everything = {mine.title, patent.title, transfer.title}

    assert titles(client) == everything
    assert titles(client, q="叶片") == {mine.title}
    assert titles(client, q=patent.number) == {patent.title}
    assert titles(client, q=partner) == {transfer.title}
    assert titles(client, q=recognition.institute.name) == {mine.title}
    assert titles(client, kind="transfer") == {transfer.title}
    assert titles(client, task="common_technology") == {patent.title}
    assert titles(client, state="county_review") == {patent.title}
    assert titles(client, counted="yes") == {mine.title, transfer.title}
    assert titles(client, counted="no") == {patent.title}
    assert titles(client, goal="achievements") == {mine.title}
    assert titles(client, goal="transfers") == {transfer.title}
    assert titles(client, target="new_products") == {mine.title}
    assert titles(client, year="2025") == {transfer.title}
    assert titles(client, institute=recognition.institute.pk) == {mine.title}
    assert titles(client, chain=recognition.institute.chain_id) == {mine.title}
    assert titles(client, division=recognition.institute.division_id) == everything


def test_the_export_holds_what_the_list_shows(client, recognition):
    AchievementFactory(recognition=recognition, state=A.VERIFIED, title="示例叶片")
    AchievementFactory(kind=K.TRANSFER, state=A.VERIFIED, title="示例转化")
    client.force_login(person(Role.TAX))

    answer = client.get(reverse("institutes:achievement-export", args=["xlsx"]), {"kind": "transfer"})

    rows = list(load_workbook(BytesIO(b"".join(answer))).active.iter_rows(values_only=True))
    row = dict(zip(rows[0], rows[1], strict=True))
    assert len(rows) == 2
    assert (row["名称"], row["类型"], row["状态"]) == ("示例转化", "成果转化", "已核实")
    assert Decimal(str(row["金额（元）"])) == Decimal("120000")


@pytest.mark.parametrize("role", [Role.EXPERT, Role.AGENCY, Role.COUNTY_FIN])
def test_others_do_not_open_the_list(client, role):
    client.force_login(person(role))

    assert client.get(LIST).status_code == 403


# --- invariants -----------------------------------------------------------------------------------------------------


def test_what_counts_without_its_records_is_found():
    case = AchievementFactory(kind=K.TRANSFER, state=A.VERIFIED)
    assert len(achievements_are_verified_by_two()) == 2
    assert achievements_count_once() == []

    Achievement.objects.filter(pk=case.pk).update(number="2026130199999999")
    assert len(achievements_count_once()) == 1


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.ENT_ADMIN])
def test_a_list_asks_as_often_for_three_rows_as_for_one(
    client, recognition, role, django_assert_max_num_queries
):
    client.force_login(inside(recognition, role) if role == Role.ENT_ADMIN else person(role))

    def asked() -> int:
        with django_assert_max_num_queries(40) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    AchievementFactory(recognition=recognition, state=A.BUREAU_REVIEW)
    asked()
    one = asked()
    AchievementFactory.create_batch(2, recognition=recognition, state=A.BUREAU_REVIEW, kind=K.TRANSFER)
    assert asked() == one
