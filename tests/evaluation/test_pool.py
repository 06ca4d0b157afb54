"""The pool: what experts declare, absences, suspensions, whose phone is read, lists from a spreadsheet."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import load_workbook

from accounts.enums import OrganisationKind
from accounts.models import Membership, User
from accounts.roles import Role
from evaluation import permissions, services
from evaluation.models import Expert
from evaluation.services import pool_import
from records import audit, clock
from records.errors import BadFile, Conflict, Incomplete
from records.models import Attachment
from tests.factories.accounts import AccountEditionFactory, OrganisationFactory, UserFactory, person
from tests.factories.evaluation import (
    AbsenceFactory,
    AssignmentFactory,
    ExpertFactory,
    PanelFactory,
    TieFactory,
    at_work,
)
from tests.factories.institutes import a_pdf

pytestmark = pytest.mark.django_db
PHONE = "13812345678"
CODE, OTHER_CODE = "12130000400000001C", "12130000400000002F"
PROFILE = {
    "field": "新专业",
    "other_fields": "甲，乙",
    "title": "教授",
    "employer": "示例新单位",
    "languages": ["zh"],
}
GOOD = (
    "示例新专家", "pool_new", "new@example.test", PHONE, "技术专家", "电子信息、人工智能", "教授", "示例大学",
    "", "天津", "是", "中文、英语", "示例旧单位", "", "", "", "", "",
)  # fmt: skip


def workbook(*rows) -> SimpleUploadedFile:
    """The template with these rows filled in."""
    book = load_workbook(io.BytesIO(pool_import.template()))
    for row in rows:
        book.worksheets[0].append(list(row))
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("experts.xlsx", target.getvalue())


def changed(**cells) -> list:
    return [cells.get(column, value) for column, value in zip(pool_import.HEAD, GOOD, strict=True)]


def verbs(expert) -> list[str]:
    return [event.verb.rpartition(".")[2] for event in audit.history(expert)]


def test_a_former_employer_becomes_a_ground_of_recusal():
    expert = ExpertFactory(employer="示例旧单位")

    services.update_expert(expert=expert, employer="示例新单位", title=expert.title, by=expert.user)

    tie = expert.ties.get()
    assert (expert.employer, tie.kind, tie.whom, tie.until) == (
        "示例新单位",
        "employment",
        "示例旧单位",
        clock.today(),
    )
    assert verbs(expert) == ["declare_tie", "update"]


def test_what_was_declared_is_taken_back_with_a_reason_and_stays():
    expert, today = ExpertFactory(), clock.today()
    with pytest.raises(Incomplete):
        services.declare_tie(
            expert=expert,
            kind="shares",
            whom=" ",
            since=today,
            until=today - timedelta(days=1),
            by=expert.user,
        )
    tie = services.declare_tie(expert=expert, kind="shares", whom="示例公司", since=today, by=expert.user)

    with pytest.raises(Incomplete):
        services.withdraw_tie(tie=tie, reason=" ", by=expert.user)
    services.withdraw_tie(tie=tie, reason="重名", by=expert.user)

    assert (list(expert.ties.standing()), list(expert.ties.all())) == ([], [tie])
    with pytest.raises(Conflict):
        services.withdraw_tie(tie=tie, reason="重名", by=expert.user)


def test_an_absence_is_entered_and_cancelled_once():
    expert, today = ExpertFactory(), clock.today()
    absence = services.enter_absence(expert=expert, first_day=today, last_day=today, by=expert.user)
    assert list(Expert.objects.present(today, today)) == []

    services.cancel_absence(absence=absence, by=expert.user)
    services.cancel_absence(absence=absence, by=expert.user)

    assert list(Expert.objects.present(today, today)) == [expert]
    assert verbs(expert) == ["absence", "absence_cancelled"]
    with pytest.raises(Incomplete):
        services.enter_absence(
            expert=expert, first_day=today, last_day=today - timedelta(days=1), by=expert.user
        )


def test_a_suspension_has_its_reason_and_ends_with_one():
    expert, by = ExpertFactory(), person(Role.BUREAU_APPROVER)

    services.suspend_expert(expert=expert, reason="示例原因", by=by)
    with pytest.raises(Conflict):
        services.suspend_expert(expert=expert, reason="示例原因", by=by)
    assert not Expert.objects.available().exists()
    services.reinstate_expert(expert=expert, reason="期满", by=by)

    assert Expert.objects.available().get() == expert
    assert [e.reason for e in audit.history(expert)] == ["示例原因", "期满"]


def test_a_phone_number_is_stored_sealed_and_read_for_a_reason(client):
    seat = AssignmentFactory(panel=PanelFactory(state="scoring"))
    expert, manager = seat.expert, person(Role.AGENCY, organisation=seat.panel.agency)
    expert.user.mobile = PHONE
    expert.user.save(update_fields=["mobile"])
    url = f"/experts/{expert.pk}/phone/"
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM accounts_user WHERE id = %s", [expert.user_id])
        assert PHONE not in cursor.fetchone()[0]

    client.force_login(manager)
    page = client.get(f"/experts/{expert.pk}/").content.decode()
    empty = client.post(url, {"reason": ""})
    shown = client.post(url, {"reason": "联系到会"}).content.decode()
    client.force_login(at_work(Role.AGENCY))
    elsewhere = client.get(url).status_code, client.get(f"/experts/{expert.pk}/").content.decode()

    assert ("138****5678" in page, PHONE in page, empty.status_code, PHONE in shown) == (
        True,
        False,
        422,
        True,
    )
    assert elsewhere[0] == 403
    assert "138****" not in elsewhere[1]
    line = audit.history(expert).get(verb="evaluation.expert.reveal_phone")
    assert (line.actor, line.reason) == (manager, "联系到会")


@pytest.mark.parametrize(
    ("role", "keeps", "suspends", "phones", "opens"),
    [
        (Role.BUREAU_CLERK, True, False, True, True),
        (Role.BUREAU_APPROVER, False, True, True, True),
        (Role.AUDITOR, False, False, True, True),
        (Role.AGENCY, False, False, False, False),
        (Role.EXPERT, False, False, False, False),
    ],
)
def test_who_may_what_in_the_pool(role, keeps, suspends, phones, opens):
    expert, someone = ExpertFactory(), at_work(role)

    assert (
        permissions.may_keep_expert(someone, expert),
        permissions.may_suspend(someone, expert),
        permissions.may_reveal_phone(someone, expert),
        permissions.may_open_qualification(someone, expert),
    ) == (keeps, suspends, phones, opens)
    assert permissions.may_keep_expert(expert.user, expert)
    assert permissions.may_import_experts(someone) == (role == Role.BUREAU_CLERK)


@pytest.mark.parametrize(
    ("what", "typed"),
    [
        ("profile", PROFILE),
        ("tie", {"kind": "shares", "whom": "示例公司", "since": "2025-01-01"}),
        ("absence", {"first_day": "2099-01-01", "last_day": "2099-01-02"}),
        ("qualification", {}),
    ],
)  # fmt: skip
def test_an_expert_keeps_their_own_page(client, what, typed):
    expert = ExpertFactory()
    client.force_login(expert.user)
    url = f"/experts/{expert.pk}/change/{what}/"
    if what == "qualification":
        typed = {"file": a_pdf()}

    asked, wrong = client.get(url), client.post(url, {"sent": "1"})
    done = client.post(url, typed, follow=True)

    assert (asked.status_code, wrong.status_code, done.status_code) == (200, 422, 200)
    assert verbs(expert)
    client.force_login(at_work(Role.AGENCY))
    assert client.post(url, typed).status_code == 403


def test_a_proof_is_opened_by_the_bureau_and_not_by_the_agency(client):
    expert = ExpertFactory()
    services.attach_qualification(expert=expert, file=a_pdf(), by=expert.user)
    url = f"/experts/{expert.pk}/files/{Attachment.objects.get().pk}/"
    answers = {}
    for role in (Role.BUREAU_CLERK, Role.AGENCY, Role.EXPERT):
        client.force_login(at_work(role))
        answer = client.get(url)
        b"".join(answer)
        answers[role] = answer.status_code

    assert answers == {Role.BUREAU_CLERK: 200, Role.AGENCY: 403, Role.EXPERT: 404}


def test_pages_of_ties_and_absences_and_suspension(client):
    tie, approver = TieFactory(), person(Role.BUREAU_APPROVER)
    absence = AbsenceFactory(expert=tie.expert)
    base = f"/experts/{tie.expert_id}"
    client.force_login(tie.expert.user)
    client.post(f"{base}/ties/{tie.pk}/withdraw/", {"reason": "重名"})
    client.post(f"{base}/absences/{absence.pk}/cancel/")
    client.force_login(approver)
    client.post(f"{base}/change/suspend/", {"reason": "示例原因"})
    page = client.get(f"{base}/").content.decode()

    tie.refresh_from_db()
    absence.refresh_from_db()
    assert None not in (tie.withdrawn_at, absence.cancelled_at)
    assert "示例原因" in page
    assert client.get(f"{base}/change/nothing/").status_code == 404


# --- import ---------------------------------------------------------------------------------------------------------


def test_a_good_list_is_shown_and_entered_after_confirmation(client):
    pool = OrganisationFactory(kind=OrganisationKind.EXPERT_POOL, division=None)
    AccountEditionFactory(kind="time_limits")
    client.force_login(person(Role.BUREAU_CLERK))

    shown = client.post("/experts/import/", {"file": workbook(GOOD)})
    assert not Expert.objects.exists()
    entries = shown.context["confirm"].initial["entries"]
    done = client.post("/experts/import/confirm/", {"entries": entries})
    again = client.post("/experts/import/confirm/", {"entries": entries})
    forged = client.post("/experts/import/confirm/", {"entries": entries[:-2]})

    expert = Expert.objects.get()
    grant = Membership.objects.get(user=expert.user)
    assert (done.status_code, again.status_code, forged.status_code) == (302, 409, 422)
    assert (expert.fields, expert.languages, expert.outside_city) == (
        ("电子信息", "人工智能"),
        ["zh", "en"],
        True,
    )
    assert (grant.organisation, grant.state, expert.user.mobile) == (pool, "proposed", PHONE)
    assert expert.ties.get().whom == "示例旧单位"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"姓名": ""}, "姓名"),
        ({"用户名": "中文"}, "用户名"),
        ({"用户名": "taken_name"}, "用户名"),
        ({"邮箱": "no-mail"}, "邮箱"),
        ({"手机": "123"}, "手机"),
        ({"类别": "法律专家"}, "类别"),
        ({"专业": ""}, "专业"),
        ({"职称": "长" * 41}, "职称"),
        ({"是否市外": "不清楚"}, "是否市外"),
        ({"联系语言": "火星语"}, "联系语言"),
        ({"单位信用代码": "12130000400000001X"}, "单位信用代码"),
        ({"单位信用代码": "1213"}, "单位信用代码"),
        ({"三年内曾任职单位": "示例旧单位（12130000400000001X）"}, "三年内曾任职单位"),
        ({"持股单位": "示例甲、" + "长" * 101}, "持股单位"),
    ],
)
def test_every_fault_is_told_at_its_row_and_column(cells, column):
    UserFactory(username="taken_name")

    sheet = services.read_experts(upload=workbook(GOOD, changed(**{"用户名": "other_one"} | cells)))

    assert [(fault.row, fault.column) for fault in sheet.faults] == [(3, column)]


def test_a_list_brings_what_bars_each_expert_with_the_codes_of_units(client):
    OrganisationFactory(kind=OrganisationKind.EXPERT_POOL, division=None)
    AccountEditionFactory(kind="time_limits")
    cells = {
        "单位信用代码": CODE.lower(),
        "三年内曾任职单位": f"示例旧单位（{OTHER_CODE}）、示例更旧单位(石家庄)",
        "持股单位": "示例持股公司",
        "合作论文、专利的单位或人员": "示例合作者",
    }
    client.force_login(person(Role.BUREAU_CLERK))

    shown = client.post("/experts/import/", {"file": workbook(changed(**cells))})
    client.post("/experts/import/confirm/", {"entries": shown.context["confirm"].initial["entries"]})

    expert = Expert.objects.get()
    ties = [(tie.kind, tie.whom, tie.code, tie.until is None) for tie in expert.ties.order_by("pk")]
    assert (CODE in shown.content.decode(), "持股：示例持股公司" in shown.content.decode()) == (True, True)
    assert expert.employer_code == CODE
    assert ties == [
        ("employment", "示例旧单位", OTHER_CODE, False),
        ("employment", "示例更旧单位(石家庄)", "", False),
        ("shares", "示例持股公司", "", True),
        ("publication", "示例合作者", "", False),
    ]


def test_whoever_moves_leaves_the_code_of_the_former_unit_behind(client):
    expert = ExpertFactory(employer="示例旧单位", employer_code=OTHER_CODE)
    client.force_login(expert.user)
    address = f"/experts/{expert.pk}/change/profile/"

    bad = client.post(address, PROFILE | {"employer_code": CODE[:-1] + "X"})
    good = client.post(address, PROFILE | {"employer_code": f"{CODE[:9]} {CODE[9:].lower()}"})

    expert.refresh_from_db()
    tie = expert.ties.get()
    assert (bad.status_code, "校验位不符" in bad.content.decode(), good.status_code) == (422, True, 302)
    assert (expert.employer, expert.employer_code) == ("示例新单位", CODE)
    assert (tie.kind, tie.whom, tie.code) == ("employment", "示例旧单位", OTHER_CODE)
    page = client.get(expert.get_absolute_url()).text
    assert (CODE in page, OTHER_CODE in page) == (True, True)


def test_all_faults_of_a_list_are_told_at_once_and_nothing_is_stored(client):
    client.force_login(person(Role.BUREAU_CLERK))
    before = User.objects.count()

    answer = client.post("/experts/import/", {"file": workbook(GOOD, GOOD, changed(手机="1", 邮箱="x"))})

    text = answer.content.decode()
    assert (answer.status_code, User.objects.count()) == (422, before)
    assert all(words in text for words in ("有 4 处需要改正", "与第 2 行重复", "第 4 行"))


def test_a_file_that_is_no_list_is_refused(client):
    with pytest.raises(BadFile, match="没有专家"):
        services.read_experts(upload=workbook())
    client.force_login(at_work(Role.AGENCY))
    assert client.get("/experts/import/").status_code == 403
    assert client.get("/experts/import/template/").status_code == 403


def test_the_exported_list_holds_no_personal_data(client):
    expert = ExpertFactory()
    expert.user.mobile = PHONE
    expert.user.save(update_fields=["mobile"])
    client.force_login(at_work(Role.AGENCY))

    text = b"".join(client.get("/experts/export/csv/")).decode()

    assert expert.user.name in text
    assert [bait for bait in (PHONE, expert.user.email, expert.user.username) if bait and bait in text] == []
