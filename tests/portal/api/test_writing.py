"""Creating, changing and moving cases by program: the pages' forms, services and refusals."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from evaluation.models import Panel
from funding.models import AllocationPlan, Budget, PayeeAccount
from institutes.enums import ApplicationState as S
from institutes.models import Application, Call
from notices.models import Notice
from records import audit, clock
from records.models import Attachment
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.evaluation import AssignmentFactory, reviewed_application
from tests.factories.funding import a_budget, a_pending_award, a_scan, an_approved_award, load_terms
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    a_pdf,
    fill,
    looked_up,
)
from tests.factories.notices import publish_rules
from tests.factories.records import PDF, pdf_upload

OPINION = "该单位为产业链链主企业，共建单位齐备，治理结构完整，建设方案可行，同意推荐申报。"
BUDGET = {
    "year": 2026,
    "programme": "institutes",
    "item": "2060499 示例科目",
    "amount": "2000000.00",
    "document_number": "示财预〔2026〕1号",
}


@pytest.fixture
def filler():
    return person(Role.ENT_FILLER)


@pytest.fixture
def draft(filler):
    return fill(ApplicationFactory(host=filler.organisations[0]))


def post(client, path, body=None, **headers):
    return client.post(f"/api/v1/{path}/", body or {}, format="json", headers=headers)


def patch(client, path, body):
    return client.patch(f"/api/v1/{path}/", body, format="json")


# --- moves ----------------------------------------------------------------------------------------------------------


def test_a_move_is_taken_and_answered_with_the_case(program):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    looked_up(application)
    client = program(person(Role.COUNTY_STAFF))
    body = {"proposal": "recommend", "opinion": OPINION, "support": "示例支持"}

    answer = post(client, f"applications/{application.pk}/moves/propose_recommendation", body)

    application.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], application.state) == (
        200,
        "county_signing",
        "county_signing",
    )
    assert audit.history(application).get(to_state="county_signing").verb.endswith(".propose_recommendation")


def test_a_second_press_is_409_with_the_state_in_words(program):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    looked_up(application)
    client = program(person(Role.COUNTY_STAFF))
    body = {"proposal": "recommend", "opinion": OPINION, "support": "示例支持"}
    path = f"applications/{application.pk}/moves/propose_recommendation"

    answers = [post(client, path, body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1]["Content-Type"] == "application/problem+json"
    assert answers[1].data["code"] == "illegal-move"
    assert "推荐函待签发" in answers[1].data["reasons"][0]["text"]
    assert audit.history(application).exclude(to_state="").count() == 1


def test_a_refusal_gives_every_reason_with_its_field(program, filler, draft):
    draft.sections.filter(code__in=["plan", "budget"]).delete()

    answer = post(program(filler), f"applications/{draft.pk}/moves/submit")

    assert (answer.status_code, answer.data["code"]) == (409, "incomplete")
    assert {reason["field"].partition(".")[0] for reason in answer.data["reasons"]} == {"plan", "budget"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"proposal", "opinion"}),
        ({"proposal": "maybe", "opinion": OPINION}, {"proposal"}),
        ({"proposal": "recommend", "opinion": OPINION, "opinon": "x"}, {"opinon"}),
        ({"proposal": "recommend", "opinion": {"text": OPINION}}, {"opinion"}),
        ({"proposal": "recommend", "opinion": [OPINION]}, {"opinion"}),
        ({"proposal": "recommend", "opinion": True}, {"opinion"}),
        ([1, 2], {"non_field_errors"}),
    ],
)
def test_what_is_malformed_is_422_at_its_field(body, fields, program):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    client = program(person(Role.COUNTY_STAFF))

    answer = post(client, f"applications/{application.pk}/moves/propose_recommendation", body)

    assert (answer.status_code, answer.data["code"], set(answer.data["errors"])) == (422, "malformed", fields)


def test_a_table_is_sent_as_a_list_of_objects(program):
    application = fill(ApplicationFactory(state=S.COUNTY_REVIEW))
    client = program(person(Role.COUNTY_STAFF))
    path = f"applications/{application.pk}/moves/county_return"

    wrong = post(client, path, {"reasons": [{"where": "no-such-section", "text": "示例"}]})
    right = post(client, path, {"reasons": [{"where": "basics.institute_name", "text": "示例：名称有误。"}]})

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert application.return_reasons.get().field == "institute_name"


def test_moves_say_what_each_asks_for(program):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)

    moves = {
        move["action"]: move
        for move in program(person(Role.COUNTY_STAFF))
        .get(f"/api/v1/applications/{application.pk}/moves/")
        .json()
    }

    fields = {field["name"]: field for field in moves["propose_recommendation"]["fields"]}
    assert set(moves) == {"propose_recommendation", "county_return"}
    assert [fields[name]["type"] for name in ("proposal", "opinion")] == ["choice", "string"]
    assert [choice["value"] for choice in fields["proposal"]["choices"]] == ["recommend", "refuse"]
    assert [column["name"] for column in moves["county_return"]["fields"][0]["columns"]] == ["where", "text"]


def test_approving_over_the_budget_and_by_the_checker_is_refused(program):
    award, small = a_pending_award(), a_budget(Decimal("100000.00"))
    approver = person(Role.BUREAU_APPROVER)
    client, path = program(approver), f"awards/{award.pk}/moves/approve"

    over = post(client, path, {"budget": small.pk}, **{"Idempotency-Key": str(uuid4())})
    award.account_verified_by = approver
    award.save(update_fields=["account_verified_by"])
    same = post(client, path, {"budget": small.pk}, **{"Idempotency-Key": str(uuid4())})

    assert (over.status_code, over.data["code"]) == (409, "over-budget")
    assert (same.status_code, same.data["code"]) == (409, "same-person")
    assert Budget.objects.get(pk=small.pk).committed == 0


def test_files_come_as_multipart(program):
    award = a_pending_award()
    admin = person(Role.ENT_ADMIN, organisation=award.host)

    answer = program(admin).post(
        f"/api/v1/awards/{award.pk}/moves/waive/",
        {"statement": "示例理由", "sealed": a_scan()},
        format="multipart",
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "waived")


# --- creating -------------------------------------------------------------------------------------------------------


def test_same_key_same_terms_is_the_same_budget_and_other_terms_are_a_conflict(program):
    load_terms()
    client, key = program(person(Role.FINANCE)), str(uuid4())

    def send(key: str = "", **changes):
        headers = {"Idempotency-Key": key} if key else {}
        body = BUDGET | {"document": a_scan()} | changes
        return client.post("/api/v1/budgets/", body, format="multipart", headers=headers)

    first, again, other, without = send(key), send(key), send(key, amount="1.00"), send()
    unproved = post(client, "budgets", BUDGET, **{"Idempotency-Key": str(uuid4())})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data["id"] == again.data["id"] == Budget.objects.get().pk
    assert (other.status_code, other.data["code"]) == (409, "conflict")
    assert (without.status_code, list(without.data["errors"])) == (422, ["Idempotency-Key"])
    assert (unproved.status_code, list(unproved.data["errors"])) == (422, ["document"])


def test_an_application_is_begun_in_an_open_call_for_ones_own_unit(program, filler):
    call, client, unit = CallFactory(), program(filler), filler.organisations[0]

    foreign = post(client, "applications", {"call": call.pk, "host": OrganisationFactory().pk})
    begun = post(client, "applications", {"call": call.pk, "host": unit.pk})
    again = post(client, "applications", {"call": call.pk, "host": unit.pk})

    assert (foreign.status_code, list(foreign.data["errors"])) == (422, ["host"])
    assert (begun.status_code, begun.data["state"]) == (201, "draft")
    assert (again.status_code, again.data["code"]) == (409, "conflict")
    assert Application.objects.get().host == unit


def test_a_call_is_drafted_changed_and_published_by_two_people(program):
    RecognitionEditionFactory()
    clerk, approver = program(person(Role.BUREAU_CLERK)), program(person(Role.BUREAU_APPROVER))
    body = {
        "kind": "recognition",
        "title": "示例申报通知",
        "number": "示科〔2027〕1 号",
        "year": 2027,
        "opens_at": "2027-01-01T09:00:00",
        "closes_at": "2027-03-01T18:00:00",
        "edition": RecognitionEditionFactory().pk,
        "form_edition": "2022",
        "guide": "示例指南",
    }

    drafted = post(clerk, "calls", body)
    path = f"calls/{drafted.data['id']}"
    changed = patch(clerk, path, {"title": "示例申报通知（修订）"})
    theirs = patch(approver, path, {"title": "不归我改"})
    published = post(approver, f"{path}/moves/publish")
    late = patch(clerk, path, {"title": "太晚了"})

    statuses = [answer.status_code for answer in (drafted, changed, theirs, published, late)]
    assert statuses == [201, 200, 403, 200, 409]
    assert Call.objects.get().title == "示例申报通知（修订）"


def test_files_of_a_guide_are_added_replaced_and_fixed_by_publication(program):
    call, clerk = CallFactory(drafted=True), program(person(Role.BUREAU_CLERK))
    approver, filler = program(person(Role.BUREAU_APPROVER)), program(person(Role.ENT_FILLER))
    url = f"/api/v1/calls/{call.pk}/files/"

    first = clerk.post(url, {"file": pdf_upload("样表.pdf")})
    again = {"file": pdf_upload("样表.pdf", PDF + b"2"), "replaces": first.data["id"]}
    second = clerk.post(url, again)
    theirs = approver.post(url, {"file": pdf_upload("样表3.pdf")})
    reached = approver.get(f"/api/v1/calls/{call.pk}/preview/")
    hidden = filler.get(url)
    post(approver, f"calls/{call.pk}/moves/publish")
    late = clerk.delete(f"{url}{second.data['id']}/")
    listed, old = filler.get(url), filler.get(f"{url}{first.data['id']}/")

    answers = (first, second, theirs, reached, hidden, late, listed, old)
    assert [answer.status_code for answer in answers] == [201, 201, 403, 200, 404, 409, 200, 404]
    assert [(file["id"], file["version"]) for file in listed.data] == [(second.data["id"], 2)]
    assert reached.data["units"] == 1
    assert b"".join(filler.get(f"{url}{second.data['id']}/")) == PDF + b"2"


def test_a_call_is_extended_by_two_people_and_never_shortened(program):
    call, clerk = CallFactory(), program(person(Role.BUREAU_CLERK))
    approver, filler = program(person(Role.BUREAU_APPROVER)), program(person(Role.ENT_FILLER))
    path, until = f"calls/{call.pk}/moves/draft_extension", call.closes_at + timedelta(days=3)
    body = {"closes_at": until.isoformat(), "number": "示科延〔2027〕1 号", "reason": "示例理由"}

    shorter = post(clerk, path, body | {"closes_at": call.opens_at.isoformat()})
    theirs = post(filler, path, body)
    drafted = post(clerk, path, body)
    waiting = clerk.get("/api/v1/call-extensions/", {"call": call.pk}).data["results"]
    own = post(clerk, f"call-extensions/{waiting[0]['id']}/moves/publish")
    hidden = filler.get(f"/api/v1/call-extensions/{waiting[0]['id']}/")
    published = post(approver, f"call-extensions/{waiting[0]['id']}/moves/publish")
    shown = filler.get(f"/api/v1/calls/{call.pk}/")

    answers = (shorter, theirs, drafted, own, hidden, published, shown)
    assert [answer.status_code for answer in answers] == [409, 403, 200, 403, 404, 200, 200]
    assert shorter.data["reasons"][0]["field"] == "closes_at"
    assert shown.data["closes_at"] > shown.data["first_closes_at"]


def test_a_decision_is_drafted_changed_previewed_and_released_by_two_people(program):
    publish_rules()
    call = CallFactory(edition=RecognitionEditionFactory())
    chosen, out = (
        ApplicationFactory(state=S.PENDING_DECISION, call=call, chain=IndustryChainFactory())
        for _n in range(2)
    )
    clerk, approver = program(person(Role.BUREAU_CLERK)), program(person(Role.BUREAU_APPROVER))
    rows = [{"item": str(chosen.pk), "outcome": "shortlist"}]
    refused = {"item": str(out.pk), "outcome": "reject", "cause": "overlap", "reason": "示例理由"}
    body = {"call": call.pk, "minute_number": "示例纪要", "meeting_on": str(clock.today()), "items": rows}

    keyed = {"Idempotency-Key": str(uuid4())}

    drafted = post(clerk, "decisions", body)
    path = f"decisions/{drafted.data['id']}"
    theirs = clerk.post(f"/api/v1/{path}/preview/")
    changed = clerk.put(f"/api/v1/{path}/", body | {"items": [*rows, refused]}, format="json")
    shown = approver.post(f"/api/v1/{path}/preview/")
    stale = post(approver, f"{path}/moves/release", {"revision": 1}, **keyed)
    released = post(approver, f"{path}/moves/release", {"revision": shown.data["revision"]}, **keyed)

    answers = (drafted, theirs, changed, shown, stale, released)
    assert [answer.status_code for answer in answers] == [201, 403, 200, 200, 409, 200]
    assert shown.data["notice"]["items"] == [chosen.institute_name]
    assert [effect["paper"] for effect in shown.data["effects"]] == ["", "结果告知书"]
    assert released.data["notice_number"] == shown.data["notice"]["number"]
    for application in (chosen, out):
        application.refresh_from_db()
    assert (chosen.state, out.state) == (S.PUBLICITY, S.CLOSED_DECISION)


def test_panels_plans_and_accounts_are_created_by_whom_the_page_lets(program):
    application = reviewed_application()
    award = an_approved_award()
    agency = person(Role.AGENCY, organisation=application.agency)
    AssignmentFactory()  # puts the review edition in force
    account = {
        "organisation": (unit := person(Role.ENT_ADMIN)).organisations[0].pk,
        "account_name": unit.organisations[0].name,
        "bank": "示例银行",
        "branch": "示例支行",
        "number": "6222029999888877776",
        "cnaps": "102121000012",
        "proof": a_scan(),
    }

    panel = post(program(agency), "panels", {"application": application.pk})
    elsewhere = post(program(person(Role.AGENCY)), "panels", {"application": application.pk})
    plan = post(
        program(person(Role.BUREAU_CLERK)),
        "plans",
        {"budget": award.budget_id, "title": "示例方案", "awards": [award.pk]},
    )
    payee = program(unit).post("/api/v1/payees/", account, format="multipart")
    refused = [
        post(program(person(Role.TAX)), name).status_code for name in ("panels", "plans", "payees", "calls")
    ]

    assert [panel.status_code, elsewhere.status_code, plan.status_code, payee.status_code] == [
        201,
        422,
        201,
        201,
    ]
    assert (Panel.objects.filter(application=application).count(), AllocationPlan.objects.get().title) == (
        1,
        "示例方案",
    )
    assert PayeeAccount.objects.get(organisation=unit.organisations[0]).last4 == "7776"
    assert "6222029999888877776" not in payee.content.decode()
    assert refused == [403] * 4


# --- the book -------------------------------------------------------------------------------------------------------


def test_a_section_is_saved_by_path_and_two_changes_of_one_box_clash(program, filler, draft):
    client, path = program(filler), f"applications/{draft.pk}"
    version = draft.sections.get(code="plan").version

    saved = patch(
        client, path, {"section": "plan", "version": str(version), "changes": {"background": "示例新背景"}}
    )
    colleague = program(person(Role.ENT_ADMIN, organisation=draft.host))
    stale = patch(
        colleague, path, {"section": "plan", "version": str(version), "changes": {"background": "另一份"}}
    )
    other = patch(
        colleague,
        path,
        {"section": "plan", "version": str(version), "changes": {"task_strategy": "示例战略"}},
    )

    assert (saved.status_code, saved.data["answers"]["background"]) == (200, "示例新背景")
    assert (stale.status_code, stale.data["code"]) == (409, "stale-version")
    assert [(clash["field"], clash["theirs"]) for clash in stale.data["clashes"]] == [
        ("background", "示例新背景")
    ]
    assert (other.status_code, other.data["answers"]["background"]) == (200, "示例新背景")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"section": "no-such", "version": "1", "changes": {}}, {"section"}),
        ({"section": "basics", "version": "1", "changes": {"no_such_box": "x"}}, {"no_such_box"}),
        ({"section": "basics", "version": "1", "changes": {"build_from": "yesterday"}}, {"build_from"}),
        ({"section": "basics", "version": "1", "changes": "x"}, {"changes"}),
        ({"section": "basics"}, {"version", "changes"}),
    ],
)
def test_a_section_that_is_malformed_is_422(body, fields, program, filler, draft):
    answer = patch(program(filler), f"applications/{draft.pk}", body)

    assert (answer.status_code, set(answer.data["errors"])) == (422, fields)


def test_the_book_is_locked_once_it_was_handed_in_and_never_others_to_write(program):
    application = fill(ApplicationFactory(state=S.COUNTY_REVIEW))
    change = {"section": "plan", "version": "1", "changes": {"background": "示例"}}
    path = f"applications/{application.pk}"

    unit = patch(program(person(Role.ENT_FILLER, organisation=application.host)), path, change)
    county = patch(program(person(Role.COUNTY_STAFF)), path, change)
    stranger = patch(program(person(Role.ENT_FILLER)), path, change)

    assert [unit.status_code, county.status_code, stranger.status_code] == [409, 403, 404]


def test_the_book_tells_its_unit_what_is_missing_and_where(program, filler, draft):
    draft.sections.filter(code="plan").delete()

    book = program(filler).get(f"/api/v1/applications/{draft.pk}/book/").json()

    plan = next(section for section in book["sections"] if section["code"] == "plan")
    assert (plan["version"], plan["answers"]) == ("0", {})
    assert {fault["section"] for fault in book["faults"]} == {"plan"}
    assert [chapter["code"] for chapter in book["chapters"]] == [
        section["code"] for section in book["sections"]
    ]


def test_annexes_are_listed_added_opened_and_taken_out(program, filler):
    draft = ApplicationFactory(host=filler.organisations[0])
    client, address = program(filler), f"/api/v1/applications/{draft.pk}/attachments/"

    added = client.post(address, {"kind": "licence", "file": a_pdf()}, format="multipart")
    bad = client.post(
        address, {"kind": "licence", "file": a_pdf("x.pdf", b"MZ not a pdf")}, format="multipart"
    )
    unknown = client.post(address, {"kind": "no-such", "file": a_pdf()}, format="multipart")
    listed = [row["id"] for row in client.get(address).json()]
    opened = client.get(f"{address}{added.data['id']}/")
    stranger = program(person(Role.ENT_FILLER)).get(f"{address}{added.data['id']}/")
    removed = client.delete(f"{address}{added.data['id']}/")

    assert (added.status_code, listed) == (201, [added.data["id"]])
    assert (bad.status_code, bad.data["code"], unknown.status_code) == (409, "bad-file", 422)
    assert opened.getvalue().startswith(b"%PDF-")
    assert (stranger.status_code, removed.status_code) == (404, 204)
    assert not Attachment.objects.about(draft).current().exists()


# --- the sheet ------------------------------------------------------------------------------------------------------


def test_an_expert_fills_in_the_sheet_bit_by_bit(program):
    assignment = AssignmentFactory(state="committed")
    client, path = program(assignment.expert.user), f"assignments/{assignment.pk}"
    first, second = [d["code"] for d in assignment.panel.edition.terms["dimensions"]][:2]

    patch(client, path, {"entries": {first: {"points": "5.5", "comment": "示例评语"}}})
    saved = patch(client, path, {"entries": {first: {"points": "6"}, second: {"comment": "另一条"}}})
    beyond = patch(client, path, {"entries": {first: {"points": "999"}}})
    strange = patch(client, path, {"entries": {"no-such": {"points": "1"}}})

    sheet = {row["dimension"]: (row["points"], row["comment"]) for row in saved.json()["sheet"]}
    assert sheet == {first: ("6.00", "示例评语"), second: (None, "另一条")}
    assert [beyond.status_code, strange.status_code] == [422, 422]


def test_nobody_else_writes_on_the_sheet_nor_before_the_commitment(program):
    assignment = AssignmentFactory(state="invited")
    body = {"entries": {assignment.panel.edition.terms["dimensions"][0]["code"]: {"points": "1"}}}
    agency = person(Role.AGENCY, organisation=assignment.panel.agency)
    people = (assignment.expert.user, agency, person(Role.BUREAU_CLERK), person(Role.EXPERT))

    answers = [patch(program(user), f"assignments/{assignment.pk}", body).status_code for user in people]

    assert answers == [403, 403, 403, 404]
    assert not assignment.scores.exists()


def test_reading_writes_nothing(program, filler, draft):
    client = program(filler)
    before = (audit.head(), Notice.objects.count())

    for path in ("", "moves/", "history/", "book/", "attachments/"):
        assert client.get(f"/api/v1/applications/{draft.pk}/{path}").status_code == 200

    assert (audit.head(), Notice.objects.count()) == before
