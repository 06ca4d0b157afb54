"""The sheet and the pile of the formal review: hints, places of defects, the second look, passes confirmed at once."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.models import Division
from accounts.roles import Role
from institutes import book, selectors, services
from institutes.enums import ApplicationState as S
from institutes.enums import CheckResult, FormalFinding, MarkKind
from institutes.lifecycle import APPLICATION
from institutes.models import Application, ReturnReason
from notices.models import Notice
from records import clock
from records.errors import Incomplete
from records.models import AuditEvent
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationMarkFactory,
    ApplicationVersionFactory,
    CallFactory,
    ChainMemberFactory,
    FormalCheckFactory,
    RecognitionFactory,
    a_user,
    engage,
    looked_up,
    policy_terms,
)

pytestmark = pytest.mark.django_db
ITEMS = [item["code"] for item in policy_terms()["checklist"]]


def sheet(application) -> str:
    return reverse("institutes:formal-sheet", args=[application.pk])


def move(application, action="propose_formal") -> str:
    return reverse("institutes:application-move", args=[application.pk, action])


def ticks(finding="pass", **unmet) -> dict:
    """What the clerk's form sends; of each ``unmet`` item the places."""
    sent = {f"checks_result_{item}": "unmet" if item in unmet else "met" for item in ITEMS}
    for item, places in unmet.items():
        sent |= {f"checks_note_{item}": "扫描件不清晰。", f"checks_place_{item}": places}
    return sent | {"finding": finding, "opinion": "意见。"}


def hints(application, item) -> list[str]:
    """What speaks against an item."""
    return [hint.text for hint in selectors.hints_of([application])[application.pk][item] if not hint.sound]


def with_book(application=None, **answers):
    application = application or ApplicationFactory(state=S.FORMAL_REVIEW)
    ApplicationVersionFactory(application=application, answers=answers)
    return application


# --- what is noticed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "answers", "words"),
    [
        ("licence_agrees", {"host": {"uscc": "91130100000000012X"}}, "统一社会信用代码"),
        ("licence_agrees", {"host": {"host_name": "另一家示例公司"}}, "与已确认的单位注册信息"),
        ("licence_agrees", {}, "营业执照：需 1 份，只有 0 份"),
        ("chain_role_proved", {"host": {"chain_role": "leader"}}, "市产业链图谱未列该地位"),
        ("agreements_valid", {"partners": {"partners": [{"key": "0", "name": "示例大学"}]}}, "没有签订日期"),
        ("governance_complete", {"governance": {"people": []}}, "至少 3 人"),
        ("finance_complete", {"host": {"finance": {}}}, "审计报告：需 3 份"),
        ("roster_agrees", {"team": {"rd_fulltime": 3}}, "所填 3 人，名册中 0 人"),
        ("equipment_agrees", {"premises": {"equipment_value": "10000.00"}}, "相差 1 万元"),
        (
            "no_unit_error",
            {"host": {"finance": {"revenue": {"2024": "1.00", "2025": "100.00"}}}},
            "相差 100 倍",
        ),
        (
            "no_unit_error",
            {"budget": {"sources": {"host": {"amount": "10000.00"}}, "uses": {}}},
            "两者应相等",
        ),
        ("commitment_sealed", {}, "承诺书（签字盖章页）：需 1 份"),
    ],
)
def test_the_book_is_compared_item_by_item(item, answers, words):
    application = with_book(ApplicationFactory(state=S.FORMAL_REVIEW, call__year=2026), **answers)

    assert any(words in text for text in hints(application, item))


def test_what_speaks_for_an_item_is_said_as_well():
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    place = ChainMemberFactory(uscc=application.host.uscc)
    looked_up(application)
    with_book(application, basics={"chain": place.segment.chain_id}, host={"chain_role": str(place.role)})

    found = selectors.hints_of([application])[application.pk]
    for item in ("in_time", "registered_in_city", "chain_role_proved", "clean_record"):
        assert any(hint.sound for hint in found[item]), item


def test_late_or_from_the_wrong_unit_is_noticed():
    host = OrganisationFactory(kind=OrganisationKind.UNIVERSITY, division=Division.objects.first())
    call = CallFactory(over=True)
    application = ApplicationFactory(state=S.FORMAL_REVIEW, call=call, host=host)

    said = " ".join(hints(application, "in_time"))

    assert "晚于截止时间" in said
    assert "注册类型不是企业" in said


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (None, "县级没有查询记录"),
        ({"result": "listed", "note": "示例失信记录"}, "查有记录（示例失信记录）"),
        ({"checked_on": clock.today() - timedelta(days=90)}, "过有效期"),
    ],
)
def test_what_the_county_looked_up_is_noticed(facts, words):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    if facts is not None:
        looked_up(application, **facts)

    assert words in hints(application, "clean_record")[0]


def test_the_same_host_patent_or_team_elsewhere_is_noticed_with_the_way_there():
    application, other = (ApplicationFactory(state=S.FORMAL_REVIEW) for _n in range(2))
    institute = RecognitionFactory(institute__host=application.host).institute
    for one in (application, other):
        ApplicationMarkFactory(application=one)
        for code in ("91130100000000011X", "911301000000000226"):
            ApplicationMarkFactory(application=one, kind=MarkKind.PARTNER, value=code)

    found = selectors.hints_of([application])[application.pk]

    assert [hint.url for hint in found["in_time"] if hint.url] == [institute.get_absolute_url()]
    assert [hint.url for hint in found["agreements_valid"] if hint.url] == [other.get_absolute_url()]
    assert "ZL202310000001.5" in found["commitment_sealed"][-1].text


@pytest.mark.parametrize("state", [S.DRAFT, S.CLOSED_FORMAL, S.WITHDRAWN])
def test_drafts_and_what_has_ended_are_no_twins(state):
    application = ApplicationMarkFactory().application
    ApplicationMarkFactory(application=ApplicationFactory(state=state))

    assert not any("同一" in text for text in hints(application, "commitment_sealed"))


def test_one_shared_co_builder_is_no_team():
    application = ApplicationMarkFactory(kind=MarkKind.PARTNER, value="91130100000000011X").application
    ApplicationMarkFactory(kind=MarkKind.PARTNER, value="91130100000000011X")

    assert hints(application, "agreements_valid") == []


def test_marks_are_those_of_the_last_version():
    answers = {
        "partners": {"partners": [{"key": "0", "uscc": "91130100000000011x"}]},
        "base": {"patents": [{"key": "0", "number": "zl 2023 1"}, {"key": "1"}]},
    }

    assert book.marks_of(answers) == [("partner", "91130100000000011X"), ("patent", "ZL20231")]


# --- the sheet --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.BUREAU_CLERK, 200),
        (Role.BUREAU_APPROVER, 200),
        (Role.AUDITOR, 200),
        (Role.COUNTY_STAFF, 403),
        (Role.ENT_FILLER, 403),
        (Role.AGENCY, 404),
        (Role.EXPERT, 404),
        (Role.FINANCE, 404),
    ],
)
def test_the_sheet_is_for_the_bureau_and_the_auditor(client, role, status):
    application = with_book()
    home = {Role.ENT_FILLER: application.host}
    client.force_login(person(role, organisation=home.get(role), division=application.division.code))

    assert client.get(sheet(application)).status_code == status
    lists = client.get(reverse("institutes:formal-list")).status_code
    assert lists == (200 if status == 200 else 403)
    assert client.get(reverse("institutes:formal-export", args=["csv"])).status_code == lists


def test_the_clerk_sees_data_hints_and_boxes_of_every_item_and_nothing_is_ticked(client):
    application = with_book(host={"host_name": "另一家示例公司"})
    client.force_login(person(Role.BUREAU_CLERK))

    page = client.get(sheet(application)).text

    for item in ITEMS:
        assert f'name="checks_result_{item}"' in page
    assert "另一家示例公司" in page
    assert "与已确认的单位注册信息" in page
    assert " checked" not in page


def test_defects_point_to_the_places_that_were_ticked(client):
    application = with_book()
    client.force_login(person(Role.BUREAU_CLERK))
    sent = ticks("supplement", agreements_valid=["partners.partners", "annexes.annex-agreement"], in_time=[])

    assert client.post(move(application), sent).url == reverse("institutes:formal-list")

    application.refresh_from_db()
    services.confirm_supplement(application=application, by=a_user("formal-approver"))
    found = ReturnReason.objects.values_list("section", "field")
    assert sorted(found) == [("annexes", "annex-agreement"), ("basics", ""), ("partners", "partners")]
    client.force_login(person(Role.ENT_FILLER, organisation=application.host))
    files = client.get(reverse("institutes:application-files", args=[application.pk])).text
    assert "共建协议有效并已签署：扫描件不清晰。" in files
    assert client.get(application.get_absolute_url()).status_code == 200


def test_a_place_of_another_item_is_refused():
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    checks = dict.fromkeys(ITEMS, ("met", "")) | {"in_time": ("unmet", "逾期。")}

    with pytest.raises(Incomplete, match="不是“in_time”这一项"):
        services.propose_formal(
            application=application,
            checks=checks,
            finding="supplement",
            places={"in_time": ["budget.uses"]},
            by=a_user("formal-clerk"),
        )


def test_a_sheet_that_is_not_whole_is_shown_again_with_what_was_ticked(client):
    application = with_book()
    client.force_login(person(Role.BUREAU_CLERK))
    sent = ticks("supplement", agreements_valid=["partners.partners"])
    sent.pop("checks_result_in_time")

    response = client.post(move(application), sent)

    assert response.status_code == 422
    assert "在受理期内由适格单位提交：请填写结果。" in response.text
    assert 'value="partners.partners" checked' in response.text
    assert "扫描件不清晰。" in response.text


def test_the_next_of_the_pile_follows(client):
    call = CallFactory()
    first, second = (with_book(ApplicationFactory(state=S.FORMAL_REVIEW, call=call)) for _n in range(2))
    with_book()
    client.force_login(person(Role.BUREAU_CLERK))

    assert f'href="{sheet(second)}" data-key="]"' in client.get(sheet(first)).text
    assert client.post(move(first), ticks()).url == sheet(second)


def test_the_approver_reads_the_same_sheet_and_confirms(client):
    application = with_book(ApplicationFactory(state=S.FORMAL_CONFIRMATION, formal_finding="supplement"))
    for item in ITEMS:
        FormalCheckFactory(application=application, item=item)
    application.formal_checks.filter(item="agreements_valid").update(
        result=CheckResult.UNMET, note="协议未盖章。", places=["annexes.annex-agreement"]
    )
    client.force_login(person(Role.BUREAU_APPROVER))

    page = client.get(sheet(application)).text

    assert 'name="checks_result_in_time"' not in page
    for words in (
        "补正通知书将一次性告知",
        "协议未盖章。",
        "附件：共建协议",
        move(application, "confirm_supplement"),
    ):
        assert words in page
    assert move(application, "send_back_formal") in page


def test_a_sheet_sent_back_keeps_the_clerk_s_ticks_and_says_why(client):
    application = with_book()
    clerk, approver = a_user("formal-clerk"), a_user("formal-approver")
    services.propose_formal(
        application=application, checks=dict.fromkeys(ITEMS, ("met", "")), finding="pass", by=clerk
    )
    services.send_back_formal(application=application, reason="请再核对营业执照。", by=approver)
    client.force_login(person(Role.BUREAU_CLERK))

    page = client.get(sheet(application)).text

    assert "请再核对营业执照。" in page
    assert page.count(" checked") == len(ITEMS)


def resubmitted(filler, **after):
    """An application that came back from its supplement with ``after`` in its book."""
    application = with_book(basics={"build_to": "2027-12-31"}, host={"legal_rep": "示例甲"})
    checks = dict.fromkeys(ITEMS, ("met", "")) | {"agreements_valid": ("unmet", "有效期不足。")}
    services.propose_formal(
        application=application, checks=checks, finding="supplement", by=a_user("formal-clerk")
    )
    services.confirm_supplement(application=application, by=a_user("formal-approver"))
    ApplicationVersionFactory(application=application, number=2, answers=after)
    APPLICATION.move(application, "resubmit", by=filler, at=clock.now())
    return application


def test_the_second_look_has_what_changed_on_top_and_keeps_what_did_not(client):
    filler = person(Role.ENT_FILLER)
    application = resubmitted(filler, basics={"build_to": "2028-06-30"}, host={"legal_rep": "示例甲"})
    client.force_login(person(Role.BUREAU_CLERK))

    response = client.get(sheet(application))

    page = response.text
    assert "补正后的变化" in page
    assert "2027年12月31日" in page
    assert "2028年6月30日" in page
    assert [item["code"] for item in response.context["asked"]] == ["agreements_valid"]
    assert len(response.context["settled"]) == len(ITEMS) - 1
    assert page.count(" checked") == len(ITEMS) - 1


# --- the pile ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def approver(client):
    user = person(Role.BUREAU_APPROVER)
    client.force_login(user)
    return user


@pytest.fixture
def agency():
    return OrganisationFactory(kind=OrganisationKind.AGENCY)


def passing(**facts):
    facts = {"state": S.FORMAL_CONFIRMATION, "formal_finding": FormalFinding.PASS} | facts
    return ApplicationFactory(**facts)


def test_the_pile_is_filtered_by_state_finding_and_defect(client, approver):
    mine = passing(formal_finding="supplement")
    FormalCheckFactory(application=mine, item="in_time", result="unmet", note="逾期。")
    other = ApplicationFactory(state=S.FORMAL_REVIEW)
    ApplicationFactory(state=S.REVIEWING)
    address = reverse("institutes:formal-list")

    everything = client.get(address)
    assert {row["subject"] for row in everything.context["rows"]} == {mine, other}
    for query in ({"state": "formal_confirmation"}, {"finding": "supplement"}, {"item": "in_time"}):
        assert [row["subject"] for row in client.get(address, query).context["rows"]] == [mine]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_has_a_line_per_item(client, approver, kind):
    FormalCheckFactory(application=passing(), item="in_time", result="noted", note="=说明")

    response = client.get(reverse("institutes:formal-export", args=[kind]))

    if kind == "csv":
        text = response.getvalue().decode("utf-8-sig")
        assert text.count("\n") == 1 + len(ITEMS)
        assert "'=说明" in text
    else:
        text = zipfile.ZipFile(io.BytesIO(response.content)).read("xl/worksheets/sheet1.xml").decode()
        assert "=说明" in text


def confirm(client, applications, agency, **more):
    sent = {"applications": [one.pk for one in applications], "agency": agency.pk} | more
    return client.post(reverse("institutes:formal-confirm"), sent)


def test_several_passes_are_previewed_and_nothing_of_it_stays(client, approver, agency):
    person(Role.AGENCY, organisation=agency, name="示例机构经办")
    cases = [passing(), passing()]
    for case in cases:
        engage(case, agency)

    page = confirm(client, cases, agency).text

    for words in ("以下内容尚未发出", "确认审定通过 2 件", "示例机构经办", str(cases[0])):
        assert words in page
    assert set(Application.objects.values_list("state", flat=True)) == {S.FORMAL_CONFIRMATION}
    assert not Notice.objects.exists()
    assert not AuditEvent.objects.filter(verb="institutes.application.confirm_pass").exists()


def test_several_passes_are_confirmed_at_once(client, approver, agency):
    person(Role.AGENCY, organisation=agency)
    cases = [passing(), passing()]
    for case in cases:
        engage(case, agency)

    assert confirm(client, cases, agency, confirmed="yes").url == reverse("institutes:formal-list")
    found = Application.objects.values_list("state", "agency", "formal_confirmed_by")
    assert set(found) == {(S.REVIEWING, agency.pk, approver.pk)}


def test_one_that_cannot_pass_stops_all_and_every_reason_is_said(client, approver, agency):
    own, other = passing(formal_proposed_by=approver), passing(formal_finding="fail")

    cases = [passing(), own, other]
    for case in cases:
        engage(case, agency)

    response = confirm(client, cases, agency, confirmed="yes")

    assert response.status_code == 409
    assert str(own) in response.text
    assert str(other) in response.text
    assert set(Application.objects.values_list("state", flat=True)) == {S.FORMAL_CONFIRMATION}


def test_passes_are_confirmed_by_the_approver_alone_and_need_a_choice(client, approver, agency):
    engage(passing(), agency)
    assert confirm(client, [], agency).status_code == 422
    client.force_login(person(Role.BUREAU_CLERK))
    assert confirm(client, [passing()], agency).status_code == 403


# --- the API ----------------------------------------------------------------------------------------------------------


def test_programs_read_the_sheet_and_propose_with_places(client):
    application = with_book(host={"host_name": "另一家示例公司"})
    client.force_login(person(Role.BUREAU_CLERK))
    address = f"/api/v1/applications/{application.pk}/"

    items = client.get(f"{address}formal-sheet/").json()

    assert [item["item"] for item in items] == ITEMS
    licence = items[ITEMS.index("licence_agrees")]
    assert "host.host_name" in [place["value"] for place in licence["places"]]
    assert any("与已确认的单位注册信息" in hint["text"] for hint in licence["hints"])
    checks = [{"item": item, "result": "met", "note": ""} for item in ITEMS]
    checks[2] |= {"result": "unmet", "note": "名称不一致。", "places": ["host.host_name"]}
    sent = {"checks": checks, "finding": "supplement"}
    answer = client.post(f"{address}moves/propose_formal/", sent, content_type="application/json")
    assert answer.status_code == 200, answer.text
    assert application.formal_checks.get(item="licence_agrees").places == ["host.host_name"]


def test_programs_preview_and_confirm_passes(client, approver, agency):
    case = passing()
    engage(case, agency)
    sent = {"applications": [case.pk], "agency": agency.pk}

    preview = client.post("/api/v1/applications/preview-passes/", sent, content_type="application/json")
    assert [one["application"]["id"] for one in preview.json()] == [case.pk]
    case.refresh_from_db()
    assert case.state == S.FORMAL_CONFIRMATION
    done = client.post("/api/v1/applications/confirm-passes/", sent, content_type="application/json")
    assert [one["state"] for one in done.json()] == [S.REVIEWING]
    client.force_login(person(Role.BUREAU_CLERK))
    assert (
        client.post("/api/v1/applications/confirm-passes/", sent, content_type="application/json").status_code
        == 403
    )
