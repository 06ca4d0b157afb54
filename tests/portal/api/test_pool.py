"""The pool by program: who reads and changes what, as on its pages; a phone number only once it may be called."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.enums import OrganisationKind
from accounts.roles import Role
from evaluation.models import Expert
from evaluation.services import pool_import
from records import audit, clock
from tests.factories.accounts import AccountEditionFactory, OrganisationFactory, person
from tests.factories.evaluation import (
    AbsenceFactory,
    AssignmentFactory,
    ExpertFactory,
    PanelFactory,
    TieFactory,
    at_work,
)
from tests.factories.institutes import a_pdf

LIST = "/api/v1/experts/"
PHONE = "13812345678"
TIE = {"kind": "shares", "whom": "示例公司", "since": "2025-01-01"}
AWAY = {"first_day": "2099-01-01", "last_day": "2099-01-02"}


def of(expert, rest: str = "") -> str:
    return f"{LIST}{expert.pk}/{rest}"


def test_the_pool_is_filtered_by_where_they_live_and_what_they_speak(program):
    near = ExpertFactory(region="石家庄", languages=["zh"])
    far = ExpertFactory(region="天津", languages=["zh", "en"], outside_city=True)
    client = program(at_work(Role.AGENCY))

    def found(**asked):
        return [row["id"] for row in client.get(LIST, asked).json()["results"]]

    assert (found(region="天津"), found(language="en"), found(language="zh")) == (
        [far.pk],
        [far.pk],
        [near.pk, far.pk],
    )
    assert (found(outside="no"), found(q=far.user.name), found(sort="region")) == (
        [near.pk],
        [far.pk],
        [far.pk, near.pk],
    )
    assert client.get(LIST, {"language": "xx"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "lists", "sees"),
    [
        (Role.BUREAU_CLERK, 200, 200),
        (Role.AUDITOR, 200, 200),
        (Role.AGENCY, 200, 200),
        (Role.EXPERT, 403, 404),
        (Role.ENT_ADMIN, 403, 404),
        (Role.FINANCE, 403, 404),
    ],
)
def test_who_reads_the_pool(program, role, lists, sees):
    expert, client = ExpertFactory(), program(at_work(role))

    assert (client.get(LIST).status_code, client.get(of(expert)).status_code) == (lists, sees)


def test_an_expert_reads_and_keeps_themself_and_nobody_else(program):
    expert = ExpertFactory(employer="示例旧单位", languages=["zh"])
    client = program(expert.user)

    told = client.get(of(expert)).json()
    kept = client.patch(of(expert), {"employer": "示例新单位", "other_fields": "甲、乙"}, format="json")
    wrong = client.patch(of(expert), {"title": "", "strange": "1"}, format="json")

    assert told["employer"] == "示例旧单位"
    assert (kept.status_code, kept.json()["employer"], kept.json()["other_fields"]) == (
        200,
        "示例新单位",
        ["甲", "乙"],
    )
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"strange"})
    assert expert.ties.get().whom == "示例旧单位"
    assert program(at_work(Role.AGENCY)).patch(of(expert), {}, format="json").status_code == 403
    assert program(person(Role.EXPERT)).patch(of(expert), {}, format="json").status_code == 404


def test_codes_of_units_are_kept_and_a_wrong_one_is_refused_at_its_field(program):
    expert = ExpertFactory(employer="示例旧单位", languages=["zh"])
    client, tie = program(expert.user), {"kind": "advice", "whom": "示例公司", "since": "2026-01-01"}

    kept = client.patch(of(expert), {"employer_code": "12130000400000001c"}, format="json")
    wrong = client.patch(of(expert), {"employer_code": "12130000400000001X"}, format="json")
    tied = client.post(of(expert, "ties/"), tie | {"code": "12130000400000002F"}, format="json")
    untied = client.post(of(expert, "ties/"), tie | {"code": "1"}, format="json")

    assert (kept.status_code, kept.json()["employer_code"]) == (200, "12130000400000001C")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["employer_code"])
    assert (tied.status_code, tied.json()["code"], untied.status_code) == (201, "12130000400000002F", 422)
    assert [row.whom for row in expert.ties.all()] == ["示例公司"]


def test_suspended_and_let_back_by_the_approver_alone(program):
    expert, approver = ExpertFactory(), program(person(Role.BUREAU_APPROVER))
    suspend, reinstate = of(expert, "moves/suspend/"), of(expert, "moves/reinstate/")

    before = {move["action"]: move["allowed"] for move in approver.get(of(expert, "moves/")).json()}
    empty = approver.post(suspend, {"reason": ""}, format="json")
    done = approver.post(suspend, {"reason": "示例原因"}, format="json")
    again = approver.post(suspend, {"reason": "示例原因"}, format="json")
    after = {move["action"]: move["refusals"] for move in approver.get(of(expert, "moves/")).json()}
    back = approver.post(reinstate, {"reason": "期满"}, format="json")

    assert before == {"suspend": True, "reinstate": False}
    assert (empty.status_code, done.status_code, again.status_code, back.status_code) == (422, 200, 409, 200)
    assert (done.json()["drawable"], done.json()["suspension_reason"]) == (False, "示例原因")
    assert again.json()["reasons"][0]["text"] == after["suspend"][0]["text"] == "该专家已暂停参加抽取。"
    assert back.json()["drawable"]
    for role in (Role.BUREAU_CLERK, Role.AGENCY):
        client = program(at_work(role))
        assert client.get(of(expert, "moves/")).json() == []
        assert client.post(suspend, {"reason": "示例原因"}, format="json").status_code == 403


def test_the_expert_says_whether_they_can_be_drawn(program):
    expert = ExpertFactory()

    answer = program(expert.user).post(of(expert, "moves/availability/"), {"available": "no"}, format="json")

    assert (answer.status_code, answer.json()["is_available"]) == (200, False)
    assert (
        program(person(Role.BUREAU_CLERK))
        .post(of(expert, "moves/availability/"), {"available": "yes"}, format="json")
        .status_code
        == 403
    )


def test_ties_and_absences_are_declared_and_taken_back(program):
    tie = TieFactory()
    expert, client = tie.expert, program(tie.expert.user)
    absence = AbsenceFactory(expert=expert)

    declared = client.post(of(expert, "ties/"), TIE, format="json")
    withdrawn = client.post(of(expert, f"ties/{tie.pk}/withdraw/"), {"reason": "重名"}, format="json")
    away = client.post(of(expert, "absences/"), AWAY, format="json")
    wrong = client.post(of(expert, "absences/"), AWAY | {"last_day": "2098-01-01"}, format="json")
    cancelled = client.post(of(expert, f"absences/{absence.pk}/cancel/"))
    agency = program(at_work(Role.AGENCY))

    assert (declared.status_code, away.status_code, wrong.status_code) == (201, 201, 409)
    assert withdrawn.json()["withdrawn_at"] is not None
    assert cancelled.json()["cancelled_at"] is not None
    assert {row["whom"] for row in agency.get(of(expert, "ties/")).json()} == {tie.whom, "示例公司"}
    assert [
        agency.post(of(expert, rest), body, format="json").status_code
        for rest, body in (
            ("ties/", TIE),
            (f"ties/{tie.pk}/withdraw/", {"reason": "重名"}),
            ("absences/", AWAY),
            (f"absences/{absence.pk}/cancel/", {}),
        )
    ] == [403] * 4


def test_a_phone_number_is_hidden_until_the_expert_was_drawn(program):
    seat = AssignmentFactory(panel=PanelFactory(state="scoring"))
    expert, manager = seat.expert, person(Role.AGENCY, organisation=seat.panel.agency)
    expert.user.mobile = PHONE
    expert.user.save(update_fields=["mobile"])
    other, drawn = program(at_work(Role.AGENCY)), program(manager)

    before = (other.get(of(expert)).json()["phone"], other.post(of(expert, "phone/"), {"reason": "联系"}))
    masked, listed = drawn.get(of(expert)).json()["phone"], drawn.get(LIST).content.decode()
    empty = drawn.post(of(expert, "phone/"), {"reason": ""}, format="json")
    whole = drawn.post(of(expert, "phone/"), {"reason": "联系到会"}, format="json")

    assert (before[0], before[1].status_code) == (None, 403)
    assert (masked, PHONE in listed, empty.status_code) == ("138****5678", False, 422)
    assert whole.json() == {"phone": PHONE}
    line = audit.history(expert).get(verb="evaluation.expert.reveal_phone")
    assert (line.actor, line.reason) == (manager, "联系到会")


def test_the_history_is_for_bureau_auditor_and_the_expert(program):
    expert, approver = ExpertFactory(), person(Role.BUREAU_APPROVER, name="示例审批人")
    program(approver).post(of(expert, "moves/suspend/"), {"reason": "示例原因"}, format="json")

    told = {
        role: program(who).get(of(expert, "history/"))
        for role, who in {
            "clerk": person(Role.BUREAU_CLERK),
            "expert": expert.user,
            "agency": at_work(Role.AGENCY),
        }.items()
    }

    assert [(line["action"], line["actor"]) for line in told["clerk"].json()] == [("suspend", "示例审批人")]
    assert [(line["label"], line["actor"]) for line in told["expert"].json()] == [
        ("暂停参加抽取", "市科技局")
    ]
    assert told["agency"].status_code == 403


def test_proofs_are_brought_and_opened_by_the_bureau_and_the_expert(program):
    expert = ExpertFactory()
    own = program(expert.user)

    brought = own.post(of(expert, "qualifications/"), {"file": a_pdf()}, format="multipart")
    file = of(expert, f"qualifications/{brought.json()['id']}/")
    answers = {}
    for role in (Role.BUREAU_CLERK, Role.AGENCY, Role.EXPERT):
        answer = program(at_work(role)).get(file)
        b"".join(answer)
        answers[role] = answer.status_code

    assert brought.status_code == 201
    assert answers == {Role.BUREAU_CLERK: 200, Role.AGENCY: 403, Role.EXPERT: 404}
    assert [row["id"] for row in own.get(of(expert, "qualifications/")).json()] == [brought.json()["id"]]


def test_seats_are_those_of_panels_that_the_caller_sees(program):
    seat = AssignmentFactory(panel=PanelFactory(state="scoring"), state="committed")
    agency, other = person(Role.AGENCY, organisation=seat.panel.agency), at_work(Role.AGENCY)

    found = [
        [row["id"] for row in program(who).get(of(seat.expert, "seats/")).json()] for who in (agency, other)
    ]

    assert found == [[seat.pk], []]


def test_a_workbook_is_entered_whole_or_not_at_all(program):
    OrganisationFactory(kind=OrganisationKind.EXPERT_POOL, division=None)
    AccountEditionFactory(kind="time_limits")
    row = ("示例新专家", "pool_new", "new@example.test", PHONE, "技术专家", "电子信息", "教授", "示例大学",
           "", "天津", "是", "中文、英语", *[""] * 6)  # fmt: skip
    clerk, address = program(person(Role.BUREAU_CLERK)), f"{LIST}import/"

    wrong = clerk.post(address, {"file": a_list(row, ("", *row[1:]))}, format="multipart")
    nobody = Expert.objects.exists()
    done = clerk.post(address, {"file": a_list(row)}, format="multipart")

    assert (wrong.status_code, "3.姓名" in wrong.json()["errors"], nobody) == (422, True, False)
    assert (done.status_code, Expert.objects.get().region) == (201, "天津")
    assert program(at_work(Role.AGENCY)).post(address, {}, format="multipart").status_code == 403


def a_list(*rows) -> SimpleUploadedFile:
    book = load_workbook(io.BytesIO(pool_import.template()))
    for row in rows:
        book.worksheets[0].append(list(row))
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("experts.xlsx", target.getvalue())


def test_the_pool_is_on_the_clock(program):
    """An absence of today takes an expert out of no list: whether they can be drawn is said by the draw."""
    expert = AbsenceFactory().expert

    assert program(person(Role.AUDITOR)).get(of(expert)).json()["drawable"]
    assert [row["first_day"] for row in program(expert.user).get(of(expert, "absences/")).json()] == [
        clock.today().isoformat()
    ]
