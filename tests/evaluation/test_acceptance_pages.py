"""Acceptance by its pages and by programs: what each side reads, writes and is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from evaluation import documents, services
from evaluation.documents.acceptances import application, notice, paper_of_acceptance, said
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance
from evaluation.notifications.acceptances import tell_of_acceptance
from evaluation.selectors import acceptances as selectors
from notices.models import Notice
from records import audit, clock
from records.models import Document
from tests.evaluation.test_acceptance_tables import LAWFUL, stamps_for
from tests.evaluation.test_acceptances import MET, UNMET, WORDS, handed_in, prepared, unit_of
from tests.factories.accounts import person
from tests.factories.evaluation import (
    AcceptanceCheckFactory,
    AcceptanceFactory,
    ReviewEditionFactory,
    built_institute,
    engaged_for_acceptance,
)
from tests.factories.institutes import a_user
from tests.factories.records import PDF, pdf_upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def edition():
    return ReviewEditionFactory(kind="acceptance")


def program(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue_token(user=user).key}")
    return client


def opened(client, url) -> int:
    """The answer to a file that is read to its end."""
    answer = client.get(url)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    return answer.status_code


def page_of(client, user, case, **more) -> str:
    client.force_login(user)
    answer = client.get(case.get_absolute_url(), **more)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_narrowed_sorted_and_exported(client):
    late = AcceptanceFactory(institute=built_institute(build_to=clock.today() - timedelta(days=90)))
    soon = AcceptanceFactory(institute=built_institute(build_to=clock.today() + timedelta(days=10)))
    done = AcceptanceFactory(state="passed")
    client.force_login(person(Role.BUREAU_CLERK))

    def names(**asked) -> list[bool]:
        page = client.get(reverse("evaluation:acceptance-list"), asked).content.decode()
        return [str(one.institute) in page for one in (late, soon, done)]

    assert names() == [True, True, True]
    assert names(q=late.institute.name) == [True, False, False]
    assert names(q=done.number) == [False, False, True]
    assert names(state="passed") == [False, False, True]
    assert names(period="soon") == [False, True, False]
    assert names(period="late") == [True, False, False]
    assert names(period="over") == [True, False, False]
    assert names(division=late.division_id, sort="-ends") == [True, True, True]
    assert names(q="没有这个") == [False, False, False]
    table = client.get(reverse("evaluation:acceptance-export", args=["csv"]), {"state": "passed"})
    text = b"".join(table).decode("utf-8-sig")
    assert (done.number in text, str(late.institute) in text, "100.00" in text) == (True, False, True)
    assert client.get(reverse("evaluation:acceptance-export", args=["pdf"])).status_code == 404


@pytest.mark.parametrize("role", [Role.EXPERT, Role.FINANCE, Role.TAX])
def test_it_is_nobody_elses_business(client, role):
    case = AcceptanceFactory()
    client.force_login(person(role))

    assert client.get(reverse("evaluation:acceptance-list")).status_code == 403
    assert client.get(case.get_absolute_url()).status_code == 404


# --- one case -------------------------------------------------------------------------------------------------------


def test_the_unit_reads_what_is_missing_and_nothing_that_is_not_decided(client):
    case = AcceptanceFactory()
    page = page_of(client, unit_of(case), case)
    assert "请上传建设总结报告" in page
    assert reverse("evaluation:acceptance-edit", args=[case.pk]) in page

    proposed = AcceptanceFactory(state="confirmation", grounds="内部理由。")
    AcceptanceCheckFactory(acceptance=proposed, source="内部来源")
    inside = page_of(client, unit_of(proposed), proposed)
    office = page_of(client, person(Role.BUREAU_APPROVER), proposed)
    assert [words in inside for words in ("内部理由", "内部来源", "82.00")] == [False, False, False]
    assert [words in office for words in ("内部理由", "内部来源", "82.00")] == [True, True, True]
    assert "示例县级意见" in inside


def test_nobody_but_the_unit_reads_what_is_not_handed_in(client):
    case = prepared()
    office, file = person(Role.COUNTY_STAFF), selectors.unit_files_of(case).first()
    path, address = f"/api/v1/acceptances/{case.pk}/", reverse("records:attachment", args=[file.pk])

    assert "示例：tasks 的情况" in page_of(client, unit_of(case), case)
    page = page_of(client, office, case)
    assert ("示例：tasks 的情况" in page, "验收材料尚未报送" in page) == (False, True)
    assert (client.get(address).status_code, program(office).get(path).json()["texts"]) == (404, {})
    assert program(office).get(f"{path}files/").status_code == 403

    services.hand_up_acceptance(acceptance=case, by=unit_of(case))
    services.hand_in_acceptance(acceptance=case, by=unit_of(case, Role.ENT_ADMIN))
    assert "示例：tasks 的情况" in page_of(client, office, case)
    assert opened(client, address) == 200
    assert len(program(office).get(f"{path}files/").json()) == 3


def test_the_unit_does_not_read_an_opinion_before_it_is_signed(client):
    case = AcceptanceFactory(state="county_signing")

    assert "示例县级意见" not in page_of(client, unit_of(case), case)
    assert "示例县级意见" in page_of(client, person(Role.COUNTY_LEAD), case)
    seen = program(unit_of(case)).get(f"/api/v1/acceptances/{case.pk}/").json()
    assert (seen["county_position"], seen["county_opinion"], seen["state_label"]) == ("", "", "县级审核中")


def test_a_move_answers_with_the_card_with_htmx_and_with_the_page_without(client):
    first, second = AcceptanceFactory(state="county_review"), AcceptanceFactory(state="county_review")
    client.force_login(person(Role.COUNTY_STAFF))
    typed = {"position": "agrees", "opinion": "经核实，情况属实。"}

    fragment = client.post(
        reverse("evaluation:acceptance-move", args=[first.pk, "give_opinion"]),
        typed,
        headers={"HX-Request": "true"},
    )
    plain = client.post(
        reverse("evaluation:acceptance-move", args=[second.pk, "give_opinion"]), typed, follow=True
    )

    assert fragment.status_code == 200
    assert fragment.content.decode().lstrip().startswith('<div id="case"')
    fresh = client.get(first.get_absolute_url()).content.decode()
    assert "经核实，情况属实。" in fresh
    assert plain.redirect_chain[-1][0] == second.get_absolute_url()


def test_moves_of_others_of_another_state_and_bad_forms_are_turned_away(client):
    case = AcceptanceFactory(state="county_review")
    move = reverse("evaluation:acceptance-move", args=[case.pk, "give_opinion"])
    typed = {"position": "agrees", "opinion": "属实。"}

    client.force_login(person(Role.COUNTY_STAFF, division="130104"))
    assert client.post(move, typed).status_code == 404
    client.force_login(unit_of(case, Role.ENT_ADMIN))
    assert client.post(move, typed).status_code == 403
    client.force_login(person(Role.COUNTY_STAFF))
    assert client.post(move, {"position": "agrees"}).status_code == 422
    assert client.post(move, typed).status_code == 302
    assert client.post(move, typed).status_code == 409
    client.logout()
    assert client.post(move, typed).status_code == 302


def test_what_may_be_proposed_is_what_the_form_offers(client):
    good = AcceptanceFactory(state="decision", comparison=[MET])
    weak = AcceptanceFactory(state="decision", comparison=[UNMET])
    again = AcceptanceFactory(again=True, state="decision", comparison=[UNMET])
    client.force_login(person(Role.BUREAU_CLERK))

    def offered(case) -> list[bool]:
        page = client.get(reverse("evaluation:acceptance-move", args=[case.pk, "propose"])).content.decode()
        return [f'value="{outcome}"' in page for outcome in ("passed", "conditional", "failed")]

    assert [offered(one) for one in (good, weak, again)] == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
    ]


def test_a_late_case_leads_its_clerk_to_the_procedure_with_the_facts_written(client):
    case = AcceptanceFactory(institute=built_institute(build_to=clock.today() - timedelta(days=70)))
    page = page_of(client, person(Role.BUREAU_CLERK), case)
    assert "可以提请撤销认定" in page
    address = page.split('href="/revocations/new/')[1].split('"')[0].replace("&amp;", "&")

    form = client.get(f"/revocations/new/{address}").content.decode()

    assert "已超过70日" in form
    assert f'value="{case.institute_id}" selected' in form
    assert "提请撤销认定" not in page_of(client, unit_of(case), case).replace("可以提请撤销认定", "")


def test_the_page_of_the_institute_shows_its_acceptance(client):
    case = AcceptanceFactory(state="passed")
    client.force_login(unit_of(case))

    page = client.get(case.institute.get_absolute_url()).content.decode()

    assert case.get_absolute_url() in page


# --- prepared -------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_while_it_is_written_and_by_a_plain_form(client):
    case = AcceptanceFactory()
    client.force_login(unit_of(case))
    url = reverse("evaluation:acceptance-edit", args=[case.pk])

    quiet = client.post(
        url,
        {"changed": "text_tasks", "text_tasks": "自动保存的", "version": "0"},
        headers={"X-Autosave": "1"},
    )
    assert (quiet.status_code, set(quiet.json())) == (200, {"version", "saved_at"})
    case.refresh_from_db()
    assert case.texts == {"tasks": "自动保存的"}
    plain = client.post(url, WORDS | {"version": str(quiet.json()["version"])})
    assert plain.status_code == 302
    assert "示例：tasks 的情况" in client.get(url).content.decode()
    assert client.post(url, {"text_tasks": "长" * 8001}).status_code == 422


def test_two_browsers_meet_both_texts(client):
    case = AcceptanceFactory()
    url = reverse("evaluation:acceptance-edit", args=[case.pk])
    client.force_login(unit_of(case))
    seen = client.post(url, {"changed": "text_tasks", "text_tasks": "甲"}, headers={"X-Autosave": "1"})
    version = seen.json()["version"]
    with clock.at(clock.now() + timedelta(minutes=1)):
        services.save_acceptance(acceptance=case, entries={"text_tasks": "乙"}, by=unit_of(case))

    answer = client.post(
        url,
        {"changed": "text_tasks", "text_tasks": "丙", "version": version},
        headers={"X-Autosave": "1"},
    )

    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.texts == {"tasks": "乙"}


def test_files_are_brought_taken_out_and_closed_with_the_case(client):
    case = AcceptanceFactory()
    client.force_login(unit_of(case))
    url = reverse("evaluation:acceptance-files", args=[case.pk])

    files = [pdf_upload("证明一.pdf", PDF + b"1"), pdf_upload("证明二.pdf", PDF + b"2")]
    assert client.post(url, {"kind": "acceptance_evidence", "uploads": files}).status_code == 302
    page = client.get(url).content.decode()
    assert ("证明一" in page, "证明二" in page, "请上传建设总结报告" in page) == (True, True, True)
    assert client.post(url, {"kind": "acceptance_evidence"}).status_code == 422
    first = selectors.unit_files_of(case).first()
    remove = reverse("evaluation:acceptance-file-remove", args=[case.pk, first.pk])
    assert all(f'action="{place}"' in page for place in (url, remove))
    assert client.get(remove).status_code == 405
    assert client.post(remove).status_code == 302
    assert selectors.unit_files_of(case).count() == 1

    closed = AcceptanceFactory(state="county_review")
    client.force_login(unit_of(closed))
    assert client.get(reverse("evaluation:acceptance-files", args=[closed.pk])).status_code == 403
    assert client.get(reverse("evaluation:acceptance-edit", args=[closed.pk])).status_code == 403
    late = {"kind": "acceptance_evidence", "uploads": pdf_upload("晚.pdf")}
    assert client.post(reverse("evaluation:acceptance-files", args=[closed.pk]), late).status_code == 409
    client.force_login(person(Role.BUREAU_CLERK))
    assert client.post(url, late).status_code == 403


def test_the_clerk_enters_a_look_up_with_its_proof(client):
    case = AcceptanceFactory(state="checking")
    url = reverse("evaluation:acceptance-lookups", args=[case.pk])
    client.force_login(person(Role.BUREAU_CLERK))
    typed = {
        "item": "abnormal_operation",
        "result": "listed",
        "note": "示例记录",
        "checked_on": clock.today().isoformat(),
        "source": "示例网站",
        "evidence": pdf_upload("查询.pdf"),
    }

    assert client.post(url, typed | {"evidence": ""}).status_code == 422
    typed["evidence"] = pdf_upload("查询.pdf")
    assert client.post(url, typed).status_code == 302
    page = client.get(url).content.decode()
    assert ("示例记录" in page, "未查询" in page) == (True, True)
    proof = reverse("records:attachment", args=[selectors.proofs_of(case).get().pk])
    assert opened(client, proof) == 200
    client.force_login(unit_of(case))
    assert client.get(url).status_code == 403
    assert client.get(proof).status_code == 404


# --- programs -------------------------------------------------------------------------------------------------------


def test_a_program_prepares_looks_up_and_reads_the_targets():
    case = prepared()
    mine, clerk = program(unit_of(case)), program(person(Role.BUREAU_CLERK))
    path = f"/api/v1/acceptances/{case.pk}/"

    written = mine.patch(path, {"text_tasks": "由程序填写。"}, format="json")
    assert (written.status_code, written.json()["texts"]["tasks"]) == (200, "由程序填写。")
    assert clerk.patch(path, {"text_tasks": "改"}, format="json").status_code == 403
    brought = mine.post(
        f"{path}files/", {"kind": "acceptance_evidence", "uploads": pdf_upload("程序.pdf", PDF + b"9")}
    )
    assert (brought.status_code, brought.json()[0]["kind"]) == (201, "acceptance_evidence")
    assert len(mine.get(f"{path}files/").json()) == 4
    targets = mine.get(f"{path}targets/").json()
    assert (targets["frozen"], targets["counted"], targets["met"], targets["enough"]) == (False, 2, 0, False)
    assert mine.get(f"{path}lookups/").status_code == 403

    checking = AcceptanceFactory(state="checking")
    path = f"/api/v1/acceptances/{checking.pk}/"
    entered = clerk.post(
        f"{path}lookups/",
        {
            "item": "serious_dishonesty",
            "result": "clear",
            "checked_on": clock.today().isoformat(),
            "source": "示例网站",
            "evidence": pdf_upload("查询.pdf"),
        },
    )
    assert (entered.status_code, entered.json()[0]["result"]) == (201, "clear")
    assert [row["result"] for row in clerk.get(f"{path}lookups/").json()] == ["clear", "", ""]
    assert clerk.get(path).json()["state"] == "checking"


# --- papers ---------------------------------------------------------------------------------------------------------


def promise(case, action: str):
    return audit.history(case).get(verb=f"evaluation.acceptance.{action}")


def test_the_application_says_what_was_frozen_and_lists_the_files():
    case = handed_in()
    context = application(Acceptance.objects.get(pk=case.pk), promise(case, "hand_in"))

    assert (context["number"], context["issuer"]) == (case.number, case.host.name)
    assert [(row["label"], row["planned"], row["actual"], row["share"]) for row in context["rows"]] == [
        ("示例目标 transfers", "2", "0", "0.00"),
        ("示例目标 invention_patents", "10", "0", "0.00"),
    ]
    assert context["parts"][0]["lines"] == ["示例：tasks 的情况。"]
    assert [file["kind"] for file in context["files"]] == ["佐证材料", "建设与运行实施方案", "建设总结报告"]
    assert (context["met"], context["counted"], context["share"], context["least"]) == (0, 2, "0.00", "80.00")


@pytest.mark.parametrize(
    ("value", "is_amount", "words"),
    [
        ("60000000.00", True, "6,000"),
        ("26500.50", True, "2.65005"),
        ("0.00", True, "0"),
        ("57.00", False, "57"),
        ("1200.00", False, "1,200"),
    ],
)
def test_figures_are_said_as_people_read_them(value, is_amount, words):
    assert said(value, is_amount=is_amount) == words


@pytest.mark.parametrize(
    ("service", "action", "outcome", "comparison", "result", "next_"),
    [
        (services.pass_acceptance, "pass", "passed", [MET], "通过验收", "绩效评价周期从"),
        (services.condition_acceptance, "condition", "conditional", [UNMET], "限期整改", "重新验收只有一次"),
        (services.fail_acceptance, "fail", "failed", [UNMET], "未通过验收", "启动撤销认定程序"),
    ],
)
def test_the_notice_says_result_targets_and_what_comes_next(
    service, action, outcome, comparison, result, next_
):
    case = AcceptanceFactory(state="decision", comparison=comparison)
    services.propose_outcome(
        acceptance=case,
        outcome=outcome,
        minute_number="示例纪要 9 号",
        grounds="第一条。\n第二条。",
        requirements="一、补齐。",
        by=a_user("acceptance-clerk"),
    )
    service(acceptance=case, by=a_user("acceptance-approver"))

    context = notice(Acceptance.objects.get(pk=case.pk), promise(case, action))

    assert (context["result"], context["minute"], context["addressee"]) == (
        result,
        "示例纪要 9 号",
        case.host.name,
    )
    assert context["grounds"] == ["第一条。", "第二条。"]
    assert context["requirements"] == (["一、补齐。"] if outcome == "conditional" else [])
    assert next_ in context["next"]
    assert bool(context["remedy"]) == (outcome == "failed")
    assert [row["met"] for row in context["rows"]] == [comparison[0]["met"]]


def test_both_papers_are_made_once_numbered_and_open_to_the_unit(client):
    case = handed_in()
    event = promise(case, "hand_in")
    paper = services.issue_paper(event=event)
    assert services.issue_paper(event=event).pk == paper.pk
    assert (paper.number, paper.kind) == (case.number, "acceptance_application")
    assert paper_of_acceptance(case, event)["title"] == f"验收申请表：{case.institute}"

    decided = AcceptanceFactory(state="confirmation")
    services.pass_acceptance(acceptance=decided, by=a_user("acceptance-approver"))
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 1
    made = Document.objects.about(decided).get()
    assert (made.kind, made.number) == ("acceptance_notice", f"SJZ-YST-{clock.today().year}-0001")
    url = reverse("records:document", args=[made.pk])
    client.force_login(unit_of(decided))
    assert opened(client, url) == 200
    client.force_login(person(Role.ENT_ADMIN))
    assert client.get(url).status_code == 404
    assert documents.PAPERS.keys() == {"commitment", "score_sheet", "draw_record"}


# --- notices --------------------------------------------------------------------------------------------------------

UNIT, COUNTY = {"filler", "admin"}, {"staff", "lead"}
HEARD = {
    ("preparing", "hand_up"): {"admin"},
    ("unit_review", "send_back"): UNIT,
    ("unit_review", "hand_in"): UNIT | {"staff"},
    ("county_review", "recall"): UNIT | COUNTY,
    ("county_review", "county_return"): UNIT,
    ("county_review", "give_opinion"): {"lead"},
    ("county_signing", "return_opinion"): {"staff"},
    ("county_signing", "sign"): UNIT | {"clerk"},
    ("checking", "return"): UNIT | COUNTY,
    ("checking", "entrust"): UNIT | COUNTY | {"manager"},
    ("panel_review", "record_review"): UNIT | {"clerk"},
    ("decision", "propose"): {"approver"},
    ("confirmation", "return_proposal"): {"clerk"},
    ("confirmation", "pass"): UNIT | COUNTY | {"author"},
    ("confirmation", "condition"): UNIT | COUNTY | {"author"},
    ("confirmation", "fail"): UNIT | COUNTY | {"author"},
    ("checking", "lapse"): UNIT | COUNTY,
}


@pytest.mark.parametrize(("state", "action"), HEARD)
def test_who_hears_of_which_move(state, action):
    case = AcceptanceFactory(state=state)
    by = a_user("somebody-else")
    stamps = stamps_for(LAWFUL[state, action], by)
    agency = stamps.get("agency") or case.agency or engaged_for_acceptance().agency
    people = {
        "filler": unit_of(case),
        "admin": unit_of(case, Role.ENT_ADMIN),
        "staff": person(Role.COUNTY_STAFF),
        "lead": person(Role.COUNTY_LEAD),
        "clerk": person(Role.BUREAU_CLERK),
        "approver": person(Role.BUREAU_APPROVER),
        "manager": person(Role.AGENCY, organisation=agency),
        "stranger": person(Role.ENT_ADMIN),
        "other county": person(Role.COUNTY_STAFF, division="130104"),
        "author": a_user("acceptance-clerk"),
    }
    Notice.objects.all().delete()

    event = ACCEPTANCE.move(case, action, by=by, reason="示例理由", **stamps)
    tell_of_acceptance(case, event)

    heard = set(Notice.objects.filter(subject_id=case.pk).values_list("recipient", flat=True))
    assert {name for name, one in people.items() if one.pk in heard} == HEARD[state, action]
    assert not any("{" in one.title + one.body for one in Notice.objects.all())
