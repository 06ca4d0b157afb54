"""The unit's pages: who may open them, what they answer, with and without JavaScript."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from institutes import services
from institutes.models import Application
from records import clock
from records.attachments import attach_file
from records.models import Attachment
from tests.factories.accounts import person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationSectionFactory,
    CallFactory,
    ReturnReasonFactory,
    a_pdf,
    fill,
)

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1", "Accept": "application/json"}
CODES = ["basics", "host", "partners", "governance", "plan", "budget", "commitment"]


@pytest.fixture
def filler(client):
    user = person(Role.ENT_FILLER)
    client.force_login(user)
    return user


@pytest.fixture
def application(filler):
    return ApplicationFactory(host=filler.organisations[0], institute_name="")


def at(application, rest=""):
    return f"/applications/{application.pk}/{rest}"


PAGES = ["sections/basics/", "files/", "check/", "submit/", "book/", "review/"]


@pytest.mark.parametrize("page", PAGES)
def test_the_unit_opens_its_pages_empty_and_complete(client, application, page):
    assert client.get(at(application, page)).status_code == 200
    fill(application)
    assert client.get(at(application, page)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.ENT_FILLER, Role.COUNTY_STAFF, Role.BUREAU_CLERK, Role.EXPERT])
def test_another_s_draft_does_not_exist_for_others(client, application, page, role):
    client.force_login(person(role))

    assert client.get(at(application, page)).status_code == 404


@pytest.mark.parametrize("page", ["sections/basics/", "files/", "check/", "submit/"])
def test_officers_who_see_the_case_do_not_fill_it_in(client, page):
    application = ApplicationFactory(state="county_review")
    client.force_login(person(Role.COUNTY_STAFF))

    assert client.get(at(application, page)).status_code == 403


def test_strangers_are_sent_to_the_login(client, application):
    client.logout()

    assert client.get(at(application, "sections/basics/")).url.startswith("/login/")


@pytest.mark.parametrize("code", CODES)
def test_every_section_is_shown_filled(client, application, code):
    fill(application)

    assert client.get(at(application, f"sections/{code}/")).status_code == 200


def test_only_a_section_that_is_begun_and_not_full_has_a_bar(client, application):
    def bars() -> int:
        return client.get(at(application, "sections/basics/")).text.count("section-list__bar")

    empty = bars()
    ApplicationSectionFactory(application=application, code="premises", answers={"area_m2": "500"})
    begun = bars()
    fill(application)

    assert (empty, begun, bars()) == (0, 1, 0)


def test_an_unknown_section_is_not_found(client, application):
    assert client.get(at(application, "sections/poem/")).status_code == 404


# --- saving without JavaScript --------------------------------------------------------------------------------------


def boxes(response):
    """What a browser would send back of the form just drawn."""
    form = response.context["form"]
    sent = {"version": form.seen, "was": form.marks}
    for name in form.fields:
        value = form[name].value()
        if "__prefix__" not in name and value not in (None, "", False, []):
            sent[name] = value
    return sent


def test_a_section_is_saved_and_leads_to_the_next(client, application):
    page = at(application, "sections/basics/")
    sent = boxes(client.get(page)) | {"industry": "示例材料", "go": "next"}

    response = client.post(page, sent)

    assert response.url == at(application, "sections/host/")
    assert application.sections.get(code="basics").answers == {"industry": "示例材料"}


def test_a_section_shown_and_sent_back_unchanged_changes_nothing(client, application):
    fill(application)
    for code in CODES:
        page = at(application, f"sections/{code}/")
        client.post(page, boxes(client.get(page)))

    assert set(application.sections.values_list("version", flat=True)) == {1}


def test_what_cannot_be_read_is_shown_again_and_the_rest_is_saved(client, application):
    page = at(application, "sections/host/")

    response = client.post(page, boxes(client.get(page)) | {"reg_capital": "很多", "contact": "示例联系人"})

    assert response.status_code == 422
    assert 'value="很多"' in response.text
    assert application.sections.get(code="host").answers == {"contact": "示例联系人"}


def test_a_fragment_answers_htmx_and_stands_in_the_page(client, application):
    page = at(application, "sections/host/")
    sent = boxes(client.get(page)) | {"reg_capital": "很多"}

    fragment = client.post(page, sent, headers={"HX-Request": "true"})

    assert fragment.status_code == 422
    assert fragment.text.strip().startswith('<form id="section-form"')
    assert "<html" not in fragment.text


def test_rows_are_added_and_removed_without_javascript(client, application):
    page = at(application, "sections/partners/")
    client.post(page, boxes(client.get(page)) | {"partners-0-name": "示例大学"})
    client.post(page, boxes(client.get(page)) | {"partners-1-name": "示例公司"})
    client.post(page, boxes(client.get(page)) | {"partners-0-DELETE": "on"})

    assert application.sections.get(code="partners").answers == {
        "partners": [{"key": "1", "name": "示例公司"}]
    }


def test_a_form_drawn_before_a_colleague_s_change_of_another_box_keeps_it(client, application):
    page = at(application, "sections/basics/")
    sent = boxes(client.get(page)) | {"industry": "甲"}
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    services.save_section(
        application=application,
        section="basics",
        changes={"established_on": "2026-01-02"},
        version=0,
        by=colleague,
    )

    client.post(page, sent)

    assert application.sections.get(code="basics").answers == {
        "industry": "甲",
        "established_on": "2026-01-02",
    }


def test_a_clash_shows_both_values(client, application):
    page = at(application, "sections/basics/")
    sent = boxes(client.get(page)) | {"industry": "我的产业"}
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    services.save_section(
        application=application, section="basics", changes={"industry": "他的产业"}, version=0, by=colleague
    )

    response = client.post(page, sent)

    assert response.status_code == 409
    assert ("我的产业" in response.text, "他的产业" in response.text) == (True, True)


@pytest.mark.parametrize("marks", ["", "{", "[1]", '{"industry": 5}'])
def test_damaged_marks_do_no_harm(client, application, marks):
    response = client.post(
        at(application, "sections/basics/"), {"version": "x", "was": marks, "industry": "甲"}
    )

    assert response.status_code == 302


# --- autosave -------------------------------------------------------------------------------------------------------


def autosave(client, application, code="basics", version="0", **values):
    data = {"version": version, "changed": list(values), **values}
    return client.post(at(application, f"sections/{code}/save/"), data, headers=AUTOSAVE)


def test_autosave_stores_the_boxes_that_changed(client, application):
    answer = autosave(client, application, industry="示例材料").json()

    assert (answer["version"], len(answer["saved_at"])) == ("1", 8)
    assert application.sections.get(code="basics").answers == {"industry": "示例材料"}


def test_autosave_unticks(client, application):
    autosave(client, application, "commitment", commitments=["truthful"])
    client.post(
        at(application, "sections/commitment/save/"),
        {"version": "1", "changed": "commitments"},
        headers=AUTOSAVE,
    )

    assert application.sections.get(code="commitment").answers == {}


def test_autosave_says_at_their_boxes_what_does_not_agree(client, application):
    words = "待更正：应晚于建设期起始日。"
    wrong = autosave(client, application, build_from="2027-01-02", build_to="2027-01-01")
    right = autosave(client, application, version="1", build_to="2028-01-01")

    assert wrong.json()["remarks"] == {"build_to": [words]}
    assert right.json()["remarks"] == {}


def test_the_page_says_at_their_boxes_what_does_not_agree(client, application):
    autosave(client, application, "team", **{"headcount_total": "1", "roster-0-birth_year": "2026"})
    autosave(client, application, "team", version="1", rd_fulltime="2", rd_parttime="0")

    page = client.get(at(application, "sections/team/")).text

    assert 'id="id_rd_fulltime-remarks"' in page
    assert 'aria-describedby="id_rd_fulltime-remarks"' in page.replace("id_rd_fulltime-help ", "")
    assert "待更正：年龄应在 18 至 80 岁之间" in page


def test_no_box_cuts_off_what_is_pasted(client, application):
    assert "maxlength" not in client.get(at(application, "sections/host/")).text
    answer = autosave(client, application, industry="字" * 61).json()

    assert answer["errors"] == {"industry": ["最多 60 字，现有 61 字。"]}


def test_autosave_says_errors_at_their_boxes_and_keeps_the_rest(client, application):
    response = autosave(client, application, "host", mobile="12", contact="示例联系人")

    assert (response.status_code, list(response.json()["errors"])) == (422, ["mobile"])
    assert application.sections.get(code="host").answers == {"contact": "示例联系人"}


@pytest.mark.parametrize(
    "path",
    ["finance-revenue-1999", "qualifications-__prefix__-kind", "poem", "finance-poem-2025", "host_name-0-x"],
)
def test_autosave_passes_over_boxes_that_the_section_does_not_have(client, application, path):
    assert autosave(client, application, "host", **{path: "1"}).status_code == 200

    assert application.sections.get(code="host").answers == {}


def test_autosave_of_one_box_of_a_long_table_touches_that_box(client, application):
    rows = [{"key": str(number), "name": "示例"} for number in range(60)]
    application.sections.create(
        code="premises",
        answers={"equipment": rows},
        version=1,
        saved_at=application.begun_at,
        saved_by=application.begun_by,
    )
    autosave(client, application, "premises", version="1", **{"equipment-7-name": "示例电镜"})

    row = application.sections.get(code="premises")
    assert list(row.field_versions) == ["equipment-7-name"]
    assert [each["name"] for each in row.answers["equipment"]].count("示例电镜") == 1


def test_autosave_clash_carries_both_values_and_the_next_attempt_may_decide(client, application):
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    services.save_section(
        application=application, section="basics", changes={"industry": "他的"}, version=0, by=colleague
    )

    response = autosave(client, application, industry="我的")
    answer = json.loads(response.content)

    assert response.status_code == 409
    assert [(c["field"], c["mine"], c["theirs"]) for c in answer["clashes"]] == [("industry", "我的", "他的")]
    assert autosave(client, application, version=answer["version"], industry="我的").status_code == 200


@pytest.mark.parametrize(("chosen", "kept"), [("mine", "我的"), ("theirs", "他的")])
def test_without_javascript_a_clash_is_settled_box_by_box(client, application, chosen, kept):
    drawn = client.get(at(application, "sections/basics/")).context["form"]
    colleague = person(Role.ENT_FILLER, organisation=application.host)
    services.save_section(
        application=application, section="basics", changes={"industry": "他的"}, version=0, by=colleague
    )
    typed = {"version": drawn.seen, "was": drawn.marks, "industry": "我的", "established_on": "2026-01-02"}

    clash = client.post(at(application, "sections/basics/"), typed)
    again = dict(clash.context["resend"]) | {"settle-industry": chosen}
    settled = client.post(at(application, "sections/basics/"), again)

    assert (clash.status_code, settled.status_code) == (409, 302)
    assert application.sections.get(code="basics").answers == {
        "industry": kept,
        "established_on": "2026-01-02",
    }


def test_the_budget_says_its_sums_in_words(client, application):
    fill(application)

    totals = [block.totals for block in client.get(at(application, "sections/budget/")).context["blocks"]]

    said = client.get(at(application, "sections/budget/")).content.decode()
    assert [len(each) for each in totals] == [1, 1, 0, 0]
    assert said.count(f"{totals[0][0][1]:,.2f} 元") >= 1


def test_a_stored_day_stands_in_its_box_as_browsers_want_it(client, application):
    autosave(client, application, established_on="2026-01-02")

    assert 'value="2026-01-02"' in client.get(at(application, "sections/basics/")).content.decode()


def test_saving_a_locked_book_is_refused(client, filler):
    application = ApplicationFactory(host=filler.organisations[0], state="unit_review")

    assert autosave(client, application, industry="甲").status_code == 409
    assert client.get(at(application, "sections/basics/")).url == at(application, "book/")


def test_a_section_asks_the_same_number_of_questions_however_much_it_holds(client, application):
    client.get(at(application, "sections/partners/"))
    with CaptureQueriesContext(connection) as empty:
        client.get(at(application, "sections/partners/"))
    fill(application)
    ReturnReasonFactory.create_batch(3, application=application)
    with CaptureQueriesContext(connection) as full:
        client.get(at(application, "sections/partners/"))

    assert len(full) == len(empty)


# --- annexes --------------------------------------------------------------------------------------------------------


def test_an_annex_is_uploaded_opened_and_removed(client, application):
    client.post(at(application, "files/"), {"kind": "licence", "file": a_pdf()})
    annex = Attachment.objects.get()

    shown = client.get(f"/files/{annex.pk}/")
    assert (shown.status_code, shown["Content-Type"], b"".join(shown)[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    client.post(at(application, f"files/{annex.pk}/remove/"))
    annex.refresh_from_db()
    assert annex.removed_at is not None


@pytest.mark.parametrize("content", [b"", b"MZ" + b"\0" * (10 * 1024 * 1024)], ids=["empty", "exe"])
def test_a_bad_file_is_refused_in_words(client, application, content):
    response = client.post(at(application, "files/"), {"kind": "licence", "file": a_pdf("示例.pdf", content)})

    assert response.status_code == 409
    assert not Attachment.objects.exists()


def test_an_upload_without_a_file_is_malformed(client, application):
    assert client.post(at(application, "files/"), {"kind": "licence"}).status_code == 422


def test_another_s_annex_does_not_exist(client, application, filler):
    mine = attach_file(subject=application, kind="licence", upload=a_pdf(), by=filler)
    client.force_login(person(Role.ENT_FILLER))

    assert client.get(f"/files/{mine.pk}/").status_code == 404


# --- beginning, checking, submitting --------------------------------------------------------------------------------


def test_a_filler_begins_and_lands_in_the_first_section(client, filler):
    call = CallFactory()
    assert client.get(f"/calls/{call.pk}/apply/").status_code == 200

    response = client.post(f"/calls/{call.pk}/apply/")

    assert response.url == at(Application.objects.get(), "sections/basics/")


def test_a_closed_call_is_not_begun_and_officers_do_not_begin(client, filler):
    assert client.post(f"/calls/{CallFactory(over=True).pk}/apply/").status_code == 409
    client.force_login(person(Role.BUREAU_CLERK))
    assert client.get(f"/calls/{CallFactory().pk}/apply/").status_code == 403


def test_the_check_says_how_much_is_lacking(client, application):
    fill(application)
    section = application.sections.get(code="host")
    for year in section.answers["finance"]["rd_expense"]:
        section.answers["finance"]["rd_expense"][year] = "2400000.00"
    section.save(update_fields=["answers"])

    response = client.get(at(application, "check/"))
    told = next(each for each in response.context["findings"] if each.finding.code == "host_rd")
    intensity, amount = told.lines

    assert (intensity.value, intensity.asked, intensity.lacking) == (
        "2 %",
        "≥ 3 %",
        "差 1 %（折合 120 万元）",
    )
    assert (amount.value, amount.asked, amount.lacking) == ("240 万元", "≥ 300 万元", "差 60 万元")
    assert "差 1 %（折合 120 万元）" in response.text
    assert f'href="{at(application, "sections/host/#id_finance")}"' in response.text


def test_a_name_that_is_taken_is_said_at_its_box_and_before_handing_in(client, application):
    fill(application)
    words = "已有研究院或正在办理的申报使用这一名称，请更换。"
    free = client.get(at(application, "submit/"))
    ApplicationFactory(institute_name=application.institute_name)

    page, submit = client.get(at(application, "sections/basics/")), client.get(at(application, "submit/"))

    assert f"待更正：{words}" in page.text
    assert words not in free.text
    assert [(fault["label"], fault["text"]) for fault in submit.context["faults"]] == [("研究院名称", words)]
    assert submit.context["faults"][0]["url"] == at(application, "sections/basics/#id_institute_name")


def test_the_check_of_a_full_book_meets_every_criterion(client, application):
    fill(application)

    found = client.get(at(application, "check/")).context["findings"]

    assert {told.finding.outcome for told in found} == {"met"}


def test_the_check_of_an_empty_book_says_what_cannot_be_told_and_where_to_fill_it_in(client, application):
    page = client.get(at(application, "check/"))
    told = next(each for each in page.context["findings"] if each.finding.code == "premises")

    assert (told.finding.outcome, [line.value for line in told.lines]) == ("unknown", ["尚未填写"])
    assert told.url == at(application, "sections/premises/#id_area_m2")


def test_a_hint_of_the_check_leads_to_its_box(client, application):
    fill(application)
    section = application.sections.get(code="base")
    section.answers["patents"][0]["granted_on"] = "2001-01-01"
    section.save(update_fields=["answers"])

    page = client.get(at(application, "check/")).text

    assert f'href="{at(application, "sections/base/#id_patents-0-granted_on")}"' in page


def test_the_page_before_submission_leads_to_every_fault(client, application):
    page = client.get(at(application, "submit/")).text

    assert f'href="{at(application, "sections/basics/#id_chain")}"' in page
    assert f'href="{at(application, "files/#annex-charter")}"' in page


def test_reasons_of_a_return_stand_in_the_section_and_in_the_list(client, application):
    ReturnReasonFactory(application=application, section="basics", field="industry", text="示例：请写明产业")

    page = client.get(at(application, "sections/basics/")).text

    assert ("示例：请写明产业" in page, "1 条退回意见" in page) == (True, True)


def test_officers_read_the_version_that_was_handed_in_with_persons_masked(client, application, filler):
    fill(application)
    services.submit_application(application=application, by=filler)
    services.approve_application(application=application, by=filler)
    client.force_login(person(Role.COUNTY_STAFF))

    page = client.get(at(application, "book/")).text

    assert ("138****1234" in page, "13800001234" in page, application.host.name in page) == (
        True,
        False,
        True,
    )


# --- how far the book is, after a saving ----------------------------------------------------------------------------


def test_autosave_says_how_far_the_book_is_now(client, application):
    first = autosave(client, application, industry="示例材料").json()["parts"]
    full = fill(application)
    ready = autosave(client, full, "plan", version="1", background="另一段示例背景。").json()["parts"]

    assert "本部分还有" in first["lacking"]
    assert "缺" in first["sections"]
    assert "本部分还有" not in ready["lacking"]
    assert 'value="100"' in ready["sections"]
    assert "缺" not in ready["sections"]


def test_autosave_asks_the_database_no_more_for_a_long_book(client, application):
    def asked(industry: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            autosave(client, application, version="9", industry=industry)
        return len(queries)

    premises = fill(application).sections.get(code="premises")
    asked("先存一次")
    few = asked("甲")
    device = premises.answers["equipment"][0]
    premises.answers["equipment"] = [device | {"key": str(n)} for n in range(60)]
    premises.save()

    assert asked("乙") == few


@pytest.mark.parametrize(
    ("hours", "words", "others"),
    [(-1, "截止，这份申报书没有报送", "请预留时间"), (3, "请预留时间", "没有报送"), (72, "", "截止，")],
)
@pytest.mark.parametrize("page", ["sections/basics/", "files/", "check/", "submit/"])
def test_the_pages_of_a_draft_say_where_the_call_stands(client, application, page, hours, words, others):
    now = clock.now()
    call = application.call
    call.first_closes_at = call.closes_at = now + timedelta(hours=hours)
    call.save()

    main = client.get(at(application, page)).text.partition("<main")[2]

    assert words in main
    assert others not in main.partition("内容已完整")[0] or not others


def test_a_book_that_was_received_may_come_back_after_the_end_and_is_not_told_of_it(client, application):
    application.call.first_closes_at = application.call.closes_at = clock.now() - timedelta(hours=1)
    application.call.save()
    Application.objects.filter(pk=application.pk).update(
        received_at=clock.now(), received_by=application.begun_by, number="SJZ-SB-2026-0001"
    )

    assert "没有报送" not in client.get(at(application, "submit/")).text


# --- cards ----------------------------------------------------------------------------------------------------------


def test_a_card_in_order_is_closed_and_one_with_something_to_do_is_open(client, application):
    fill(application)
    partners = application.sections.get(code="partners")
    partners.answers["partners"][1].pop("signed_on")
    partners.save()

    page = client.get(at(application, "sections/partners/")).text.partition("<template")[0]
    cards = page.split('<details class="row-card"')[1:]

    assert [" open>" in card.partition("<summary")[0] for card in cards][:2] == [False, True]
    assert partners.answers["partners"][0]["name"] in cards[0].partition("</summary>")[0]


def test_the_page_of_annexes_names_what_is_lacking(client, application):
    page = client.get(at(application, "files/")).text
    fill(application)

    assert '还缺：<a href="#annex-licence">营业执照</a>' in page
    assert "还缺：" not in client.get(at(application, "files/")).text
