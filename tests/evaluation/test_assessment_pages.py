"""Annual assessment by its pages and by programs: what each side reads, writes and is refused."""

from datetime import date

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from evaluation import services
from evaluation.documents.assessments import paper_of_assessment
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment, AssessmentList
from evaluation.notifications.assessments import tell_of_assessment
from notices.models import Notice
from records import audit
from records.models import Document
from tests.evaluation.test_assessment_tables import LAWFUL, stamps_for
from tests.evaluation.test_assessments import entries, figures, filled, handed_in, unit_of
from tests.factories.accounts import person
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory, edition
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db
UNPROCESSABLE, REFUSED = 422, 409


@pytest.fixture(autouse=True)
def rules():
    return edition()


def program(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue_token(user=user).key}")
    return client


def page_of(client, user, case) -> str:
    client.force_login(user)
    answer = client.get(case.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def edit(case, block: str) -> str:
    return reverse("evaluation:assessment-edit", args=[case.pk, block])


# --- lists ----------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_narrowed_sorted_and_exported(client):
    late = AssessmentFactory(state="county_check", submitted_on=date(2026, 4, 1))
    missing = AssessmentFactory(state="missing", year=2024)
    passed = AssessmentFactory(state="published", grade="pass")
    rows = (late, missing, passed)
    client.force_login(person(Role.BUREAU_CLERK))

    def shown(**asked) -> list[bool]:
        page = client.get(reverse("evaluation:assessment-list"), asked).content.decode()
        return [str(one.institute) in page for one in rows]

    assert shown() == [True, True, True]
    assert shown(q=late.institute.name) == [True, False, False]
    assert shown(q=passed.number) == [False, False, True]
    assert shown(year="2024") == [False, True, False]
    assert shown(state="missing") == [False, True, False]
    assert shown(grade="pass") == [False, False, True]
    assert shown(late="late") == [True, True, False]
    assert shown(late="missing") == [False, True, False]
    assert shown(late="in_time") == [False, False, True]
    assert shown(division=late.division_id, sort="-year") == [True, True, True]
    table = client.get(reverse("evaluation:assessment-export", args=["csv"]), {"late": "late"})
    lines = b"".join(table.streaming_content if table.streaming else [table.content]).decode("utf-8-sig")
    assert (late.institute.name in lines, passed.institute.name in lines) == (True, False)


def test_a_grade_that_is_not_published_is_not_found_by_its_unit(client):
    decided = AssessmentFactory(state="confirmed", grade="fail")
    client.force_login(unit_of(decided))

    page = client.get(reverse("evaluation:assessment-list"), {"grade": "fail"}).content.decode()

    assert decided.institute.name not in page
    assert "不合格" not in page_of(client, unit_of(decided), decided)
    assert "不合格" in page_of(client, person(Role.BUREAU_CLERK), decided)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.TAX, ["tax_fill"]),
        (Role.FINANCE, ["tax_fill"]),
        (Role.BUREAU_CLERK, ["draft", "county_check", "tax_fill"]),
        (Role.AUDITOR, ["draft", "county_check", "tax_fill"]),
        (Role.COUNTY_STAFF, ["draft", "county_check", "tax_fill"]),
    ],
)
def test_who_sees_what(role, seen, client):
    rows = [AssessmentFactory(state=state) for state in ("draft", "county_check", "tax_fill")]
    client.force_login(person(role))

    found = [row.state for row in rows if client.get(row.get_absolute_url()).status_code == 200]

    assert found == seen


def test_strangers_and_other_units_find_nothing(client):
    row = AssessmentFactory()
    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        client.force_login(someone)
        assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(person(Role.EXPERT))
    assert client.get(reverse("evaluation:assessment-list")).status_code == 403


# --- filling in -----------------------------------------------------------------------------------------------------


def test_money_is_typed_in_wan_and_the_next_part_follows(client):
    row = AssessmentFactory()
    client.force_login(unit_of(row))

    answer = client.post(edit(row, "spending"), {"box_rd_spend": "650", "box_rd_labour": "280.5"})

    row.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, edit(row, "income"))
    assert (row.values["rd_spend"], row.values["rd_labour"]) == ("6500000.00", "2805000.00")
    page = client.get(edit(row, "spending")).content.decode()
    assert 'value="650"' in page
    assert "例如 650。" in page
    assert "选填" not in page


def test_autosave_keeps_what_is_right_and_says_what_is_not(client):
    row = AssessmentFactory()
    client.force_login(unit_of(row))
    sent = {"box_staff_total": "12", "box_staff_full": "x", "changed": ["box_staff_total", "box_staff_full"]}

    answer = client.post(edit(row, "people"), sent, headers={"X-Autosave": "1"})

    row.refresh_from_db()
    assert answer.status_code == UNPROCESSABLE
    assert list(answer.json()["errors"]) == ["box_staff_full"]
    assert row.values == {"staff_total": "12"}


def test_each_figure_of_achievements_leads_to_its_rows(client):
    row = AssessmentFactory()
    one = AchievementFactory(
        institute=row.institute, state="verified", kind="standard", achieved_on=date(2025, 6, 1)
    )
    client.force_login(unit_of(row))

    page = client.get(edit(row, "property")).content.decode()

    assert "来自已核实成果 1 项" in page
    assert reverse("institutes:achievement", args=[one.pk]) in page
    assert 'name="box_standards"' not in page


def test_what_does_not_add_up_stands_beside_the_part(client):
    row = filled()
    services.save_assessment(assessment=row, entries={"box_staff_total": "63"}, by=unit_of(row))
    client.force_login(unit_of(row))

    page = client.get(edit(row, "people")).content.decode()

    assert "人员合计等于全职、兼职、管理和其他人员之和" in page
    assert "人员合计等于" not in client.get(edit(row, "spending")).content.decode()
    refused = client.post(reverse("evaluation:assessment-move", args=[row.pk, "hand_up"]))
    assert refused.status_code == REFUSED


def test_only_the_unit_fills_in_and_only_a_draft(client):
    row = AssessmentFactory(state="county_check")
    client.force_login(person(Role.BUREAU_CLERK))
    assert client.get(edit(row, "people")).status_code == 403
    assert client.post(edit(row, "people"), {}).status_code == 403
    client.force_login(unit_of(row))
    assert client.get(edit(row, "people")).status_code == 403
    assert client.post(edit(row, "people"), {}).status_code == REFUSED
    assert client.get(edit(row, "nothing")).status_code == 404


# --- offices --------------------------------------------------------------------------------------------------------


def test_the_tax_office_signs_on_the_page_in_yuan(client):
    row = handed_in()
    staff = person(Role.COUNTY_STAFF, division=row.division.code)
    services.check_assessment(assessment=row, opinion="示例：属实。", by=staff)
    client.force_login(person(Role.TAX))
    move = reverse("evaluation:assessment-move", args=[row.pk, "sign_tax"])
    assert "年末欠税余额" in client.get(row.get_absolute_url()).content.decode()

    wrong = client.post(move, {"opinion": "示例：无欠税。", "box_tax_paid": "many"})
    assert wrong.status_code == UNPROCESSABLE
    lacking = client.post(move, {"opinion": "示例：无欠税。", "box_tax_paid": "8200000"})
    assert lacking.status_code == UNPROCESSABLE
    sent = {name: str(value) for name, value in figures("tax").items()}
    assert client.post(move, sent | {"opinion": "示例：无欠税。"}).status_code == 302

    row.refresh_from_db()
    assert (row.state, row.values["tax_paid"]) == ("finance_fill", "8200000.00")


def test_a_clerk_is_led_to_the_revocation_with_the_facts_written(client):
    row = AssessmentFactory(year=2024, state="published", grade="fail")
    last = AssessmentFactory(institute=row.institute, year=2025, state="published", grade="fail")

    page = page_of(client, person(Role.BUREAU_CLERK), last)

    assert reverse("institutes:revocation-new") in page
    assert "2024年、2025年年度考核连续不合格。" in page
    assert reverse("institutes:revocation-new") not in page_of(client, person(Role.BUREAU_APPROVER), last)


def test_the_tax_office_reads_its_own_figures_and_no_others(client):
    row = AssessmentFactory(state="finance_fill")
    paper = services.issue_paper(event=promised(row, "hand_in", "assessment_report"))
    tax, address = person(Role.TAX), reverse("records:document", args=[paper.pk])

    page = page_of(client, tax, row)

    assert ("依托单位在本市缴纳税收" in page, "研发投入合计" in page, address in page) == (True, False, False)
    assert client.get(address).status_code == 404
    assert set(program(tax).get(f"/api/v1/assessments/{row.pk}/").json()["values"]) == {
        "tax_paid",
        "rd_deduction",
        "tax_arrears",
    }
    assert [
        len(part["rows"]) for part in program(tax).get(f"/api/v1/assessments/{row.pk}/report/").json()
    ] == [3]
    page = page_of(client, person(Role.FINANCE), row)
    assert ("研发投入合计" in page, address in page) == (True, True)


def test_last_year_stands_beside_this_year(client):
    former = AssessmentFactory(year=2024, state="published", values={"rd_spend": "1230000.00"})
    row = AssessmentFactory(institute=former.institute, state="grading")

    assert "123 万元" in page_of(client, person(Role.BUREAU_CLERK), row)


# --- the year -------------------------------------------------------------------------------------------------------


def test_a_year_shows_how_far_it_is_and_is_published_on_a_page(client):
    decided, silent = AssessmentFactory(state="confirmed"), AssessmentFactory()
    under_way = AssessmentFactory(state="grading")
    year, publish = (reverse(f"evaluation:assessment-{one}", args=[2025]) for one in ("year", "publish"))
    client.force_login(person(Role.BUREAU_CLERK))
    page = client.get(year).content.decode()
    assert silent.institute.name in page
    assert client.get(publish).status_code == 403
    client.force_login(person(Role.BUREAU_APPROVER))
    preview = client.get(publish).content.decode()
    assert all(str(one.institute) in preview for one in (decided, silent, under_way))
    assert client.post(publish, {"minute_number": ""}).status_code == UNPROCESSABLE

    assert client.post(publish, {"minute_number": "示例纪要〔2026〕12 号"}).status_code == 302

    states = [Assessment.objects.get(pk=one.pk).state for one in (decided, silent, under_way)]
    assert states == ["published", "missing", "grading"]
    assert client.post(publish, {"minute_number": "示例纪要"}).status_code == REFUSED
    assert client.get(reverse("evaluation:assessment-year", args=[1999])).status_code == 404


def test_everybody_reads_the_results_and_nothing_else(client):
    shown = AssessmentFactory(state="published", grade="fail")
    hidden = AssessmentFactory(state="confirmed", grade="fail")
    missing = AssessmentFactory(state="missing")
    of_year = reverse("evaluation:assessment-results-of", args=[2025])

    page = client.get(of_year).content.decode()

    assert "SJZ-NKG-2026-001" in client.get(reverse("evaluation:assessment-results")).content.decode()
    assert (shown.institute.name in page, missing.institute.name in page) == (True, True)
    assert hidden.institute.name not in page
    assert shown.grounds not in page
    assert client.get(reverse("evaluation:assessment-results-export", args=[2025, "csv"])).status_code == 200
    assert client.get(reverse("evaluation:assessment-results-of", args=[2024])).status_code == 404
    assert client.get(reverse("evaluation:assessment-results-export", args=[2025, "exe"])).status_code == 404


# --- papers ---------------------------------------------------------------------------------------------------------


def promised(row, action, kind):
    by = a_user("paper-maker")
    paper = {"kind": kind, "number": f"示例-{kind}"}
    return audit.record(f"evaluation.{row._meta.model_name}.{action}", row, by=by, paper=paper)


def test_the_result_bears_the_opinions_of_three_offices():
    row = AssessmentFactory(state="published", grade="fail", submitted_on=date(2026, 4, 2))

    context = paper_of_assessment(row, promised(row, "publish", "assessment_result"))["context"]

    assert [one["office"] for one in context["opinions"]] == [
        "石家庄市科学技术局",
        "石家庄市财政局",
        "国家税务总局石家庄市税务局",
    ]
    assert [one["lines"] for one in context["opinions"]] == [
        [row.grounds],
        [row.finance_opinion],
        [row.tax_opinion],
    ]
    assert (context["grade"], context["days_late"]) == ("不合格", 2)
    assert "暂缓拨付" in context["next"]
    assert {one["label"]: one["said"] for one in context["figures"]}["依托单位在本市缴纳税收"] == "820 万元"


def test_each_paper_is_made_once_and_the_list_is_public():
    row = AssessmentFactory(state="published")
    shown = AssessmentList.objects.get()
    made = [
        services.issue_paper(event=promised(row, "hand_in", "assessment_report_2")),
        services.issue_paper(event=promised(row, "publish", "assessment_result")),
        services.issue_paper(event=promised(shown, "publish", "assessment_list")),
    ]

    assert [paper.public for paper in made] == [False, False, True]
    assert Document.objects.count() == 3
    for paper in made:
        with paper.file.open() as file:
            assert file.read(5) == b"%PDF-"


# --- messages -------------------------------------------------------------------------------------------------------

HEARS = {
    "hand_up": {"ent_admin"},
    "send_back": {"ent_filler", "ent_admin"},
    "hand_in": {"ent_filler", "ent_admin", "county_staff"},
    "recall": {"ent_filler", "ent_admin", "county_staff"},
    "county_return": {"ent_filler", "ent_admin"},
    "county_check": {"ent_filler", "ent_admin", "tax"},
    "sign_tax": {"finance"},
    "sign_finance": {"bureau_clerk"},
    "return": {"ent_filler", "ent_admin", "county_staff"},
    "ask_tax": {"tax"},
    "ask_finance": {"finance"},
    "grade": {"bureau_approver"},
    "return_grade": {"bureau_clerk"},
    "confirm": set(),
    "publish": {"ent_filler", "ent_admin", "county_staff"},
    "miss": {"ent_filler", "ent_admin", "county_staff"},
    "admit": {"ent_filler", "ent_admin", "county_staff"},
    "lapse": {"ent_filler", "ent_admin", "county_staff"},
}
LISTENERS = ("ent_filler", "ent_admin", "county_staff", "tax", "finance", "bureau_clerk", "bureau_approver")


def test_everybody_concerned_hears_of_every_move():
    AssessmentListFactory()
    case = AssessmentFactory(state="draft")
    listeners = {
        role: person(
            Role(role),
            organisation=case.host if role.startswith("ent_") else None,
            division=case.division.code,
        )
        for role in LISTENERS
    }
    by, heard = a_user("mover"), {}
    for action in HEARS:
        source = next(state for state, move in LAWFUL if move == action)
        one = AssessmentFactory(state=source, institute=case.institute, year=2000 + len(heard))
        stamps = stamps_for(LAWFUL[source, action], by)
        if "number" in stamps:
            stamps["number"] = f"示例{one.year}"
        event = ASSESSMENT.move(one, action, by=by, reason="示例", **stamps)
        tell_of_assessment(one, event)
        pks = set(Notice.objects.about(one).values_list("recipient", flat=True))
        heard[action] = {role for role, someone in listeners.items() if someone.pk in pks}

    assert heard == HEARS
    assert set(HEARS) == set(ASSESSMENT.moves)
    asked = Notice.objects.filter(event__startswith="evaluation.assessment.return")
    for role in ("ent_filler", "county_staff"):  # who has to act is asked, the county reads it in copy
        said = asked.get(recipient=listeners[role])
        assert said.title.startswith("抄告：") is (role == "county_staff")


# --- programs -------------------------------------------------------------------------------------------------------


def test_programs_fill_in_in_yuan_and_read_the_report():
    row = AssessmentFactory()
    client, url = program(unit_of(row)), f"/api/v1/assessments/{row.pk}/"

    assert client.patch(url, {"box_rd_spend": "6500000"}, format="json").status_code == 200
    assert client.patch(url, {"box_transfers": "6"}, format="json").status_code == UNPROCESSABLE
    assert client.patch(url, {"box_staff_total": "x"}, format="json").status_code == UNPROCESSABLE
    assert client.get(url).json()["values"] == {"rd_spend": "6500000.00"}
    blocks = client.get(f"{url}report/").json()
    assert len(blocks) == 14
    spending = next(block for block in blocks if block["code"] == "spending")
    assert spending["rows"][0] == {
        "code": "rd_spend",
        "label": "研发投入合计",
        "kind": "money",
        "filled_by": "unit",
        "value": "6500000.00",
        "said": "650 万元",
        "source": {},
    }
    clerk = program(person(Role.BUREAU_CLERK))
    assert clerk.get(url).json()["values"] == {}
    assert clerk.get(f"{url}report/").status_code == 403
    assert clerk.patch(url, {"box_rd_spend": "1"}, format="json").status_code == 403


def test_a_program_walks_a_report_to_its_publication():
    row = AssessmentFactory()
    url = f"/api/v1/assessments/{row.pk}/"
    filler, admin = program(unit_of(row)), program(unit_of(row, Role.ENT_ADMIN))
    staff = program(person(Role.COUNTY_STAFF, division=row.division.code))
    tax, finance = program(person(Role.TAX)), program(person(Role.FINANCE))
    clerk, approver = program(person(Role.BUREAU_CLERK)), program(person(Role.BUREAU_APPROVER))
    assert filler.patch(url, entries(), format="json").status_code == 200
    said = {"opinion": "示例意见：属实。"}
    walk = [
        (filler, "hand_up", {}),
        (admin, "hand_in", {}),
        (staff, "county_check", said),
        (tax, "sign_tax", {name: str(value) for name, value in figures("tax").items()} | said),
        (finance, "sign_finance", {name: str(value) for name, value in figures("finance").items()} | said),
        (clerk, "grade", {"grade": "pass", "grounds": "示例理由。"}),
        (approver, "confirm", {}),
    ]

    answers = [client.post(f"{url}moves/{action}/", sent, format="json") for client, action, sent in walk]

    assert [answer.status_code for answer in answers] == [200] * len(walk)
    sent = {"year": 2025, "minute_number": "示例纪要〔2026〕12 号"}
    assert clerk.post("/api/v1/assessments/publish/", sent, format="json").status_code == 403
    published = approver.post("/api/v1/assessments/publish/", sent, format="json")
    assert (published.status_code, published.json()["sequence"]) == (201, 1)
    assert filler.get(url).json()["grade"] == "pass"
    assert approver.post("/api/v1/assessments/publish/", {"year": 2025}, format="json").status_code in (
        400,
        422,
    )
