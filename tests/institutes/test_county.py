"""The county's part: look-ups that a recommendation rests on, its order, support in money, signing several at once."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from institutes import documents, permissions, selectors, services
from institutes.enums import ApplicationState as S
from institutes.models import Application, ApplicationVersion, IntegrityCheck
from records import audit, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, SamePerson
from records.models import Attachment
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    IntegrityCheckFactory,
    a_pdf,
    looked_up,
    policy_terms,
)
from tests.factories.records import AttachmentFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OPINION = "该单位为产业链链主企业，共建单位齐备，治理结构完整，建设方案可行，同意推荐申报。"
ITEMS = [item["code"] for item in policy_terms()["integrity_items"]]


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture
def application():
    return ApplicationFactory(state=S.COUNTY_REVIEW)


def look_up(application, **changes):
    typed = {
        "item": ITEMS[0],
        "result": "clear",
        "checked_on": clock.today(),
        "source": "示例平台",
        "evidence": a_pdf("查询.pdf"),
        "by": UserFactory(),
    }
    return services.record_integrity(application=application, **typed | changes)


def propose(application, **changes):
    typed = {"proposal": "recommend", "opinion": OPINION, "support": "示例支持", "by": UserFactory()}
    return services.propose_recommendation(application=application, **typed | changes)


def both(count=2, **facts):
    """``count`` applications of one county in one call, ready to be signed."""
    first = ApplicationFactory(state=S.COUNTY_SIGNING, **facts)
    return [
        first,
        *(
            ApplicationFactory(state=S.COUNTY_SIGNING, call=first.call, division=first.division)
            for _ in range(count - 1)
        ),
    ]


# --- look-ups -------------------------------------------------------------------------------------------------------


def test_the_policy_names_four_lists():
    assert ITEMS == ["serious_dishonesty", "abnormal_operation", "overdue_projects", "research_integrity"]


def test_a_look_up_is_kept_with_its_proof_and_stands_in_the_register(application):
    by = UserFactory()

    check = look_up(application, by=by)

    assert (check.result, check.checked_on, check.recorded_by, check.recorded_at) == (
        "clear",
        clock.today(),
        by,
        MONDAY,
    )
    assert check.evidence.kind == "integrity_evidence"
    line = audit.history(application).get(verb="institutes.application.record_integrity")
    assert (line.actor, line.data["item"], line.data["sha256"]) == (by, ITEMS[0], check.evidence.sha256)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": "weather"}, "item"),
        ({"result": "perhaps"}, "result"),
        ({"result": "listed"}, "note"),
        ({"source": " "}, "source"),
        ({"checked_on": MONDAY.date() + timedelta(days=1)}, "checked_on"),
        ({"evidence": None}, "evidence"),
        ({"evidence": a_pdf("查询.exe")}, "evidence"),
    ],
)
def test_a_look_up_that_lacks_something_is_refused_at_its_box(application, changes, field):
    with pytest.raises(Incomplete) as refused:
        look_up(application, **changes)

    assert [reason.field for reason in refused.value.reasons] == [field]
    assert not IntegrityCheck.objects.exists()


@pytest.mark.parametrize("state", [S.DRAFT, S.UNIT_REVIEW, S.FORMAL_REVIEW, S.WITHDRAWN])
def test_only_what_is_at_the_county_is_looked_up(state):
    with pytest.raises(IllegalMove):
        look_up(ApplicationFactory(state=state))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"result": "listed", "note": "示例记录"}, "查有记录（示例记录），不能推荐"),
        ({"checked_on": MONDAY.date() - timedelta(days=31)}, "已于 2026-11-22 过有效期"),
    ],
)
def test_what_was_found_or_has_run_out_keeps_from_recommending(application, facts, words):
    looked_up(application)
    IntegrityCheckFactory(application=application, item=ITEMS[1], **facts)

    with pytest.raises(Incomplete, match=words) as refused:
        propose(application)

    assert len(refused.value.reasons) == 1
    application.refresh_from_db()
    assert application.state == S.COUNTY_REVIEW


def test_a_look_up_counts_for_thirty_days_and_the_last_one_counts(application):
    IntegrityCheckFactory(application=application, item=ITEMS[0], result="listed", note="示例记录")
    looked_up(application, checked_on=MONDAY.date() - timedelta(days=30))

    propose(application)

    assert application.state == S.COUNTY_SIGNING


def test_without_look_ups_every_list_is_named_and_a_refusal_needs_none(application):
    with pytest.raises(Incomplete) as refused:
        propose(application)
    assert [reason.text for reason in refused.value.reasons] == [
        "尚未查询严重失信主体名单，请先登记查询结果。",
        "尚未查询经营异常名录，请先登记查询结果。",
        "尚未查询科技计划项目逾期未结题名录，请先登记查询结果。",
        "尚未查询科研诚信记录，请先登记查询结果。",
    ]

    propose(application, proposal="refuse", support="")

    assert application.state == S.COUNTY_SIGNING


def test_what_ran_out_while_it_waited_is_not_signed(application):
    looked_up(application)
    propose(application)

    with clock.at(MONDAY + timedelta(days=31)), pytest.raises(Incomplete, match="请重新查询"):
        services.sign_recommendation(application=application, by=UserFactory())
    with clock.at(MONDAY + timedelta(days=30)):
        services.sign_recommendation(application=application, by=UserFactory())

    assert application.state == S.FORMAL_REVIEW


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_enters_and_who_reads_look_ups(application, role):
    division = application.division.code
    user = person(role, organisation=application.host) if role in selectors.UNIT else person(role)
    if role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD):
        user = person(role, division=division)
        assert not permissions.may_read_integrity(person(role, division="130104"), application)
        assert not permissions.may_record_integrity(person(role, division="130104"), application)

    assert permissions.may_record_integrity(user, application) == (role == Role.COUNTY_STAFF)
    assert permissions.may_read_integrity(user, application) == (
        role in {Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR}
    )


@pytest.mark.parametrize("kind", ["integrity_evidence", "support_statement"])
def test_the_countys_files_are_not_the_units(client, application, kind):
    file = AttachmentFactory(subject=application, kind=kind)
    url = reverse("records:attachment", args=[file.pk])
    answers = {}
    for role in (Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.BUREAU_CLERK):
        unit = {"organisation": application.host} if role == Role.ENT_ADMIN else {}
        county = {"division": application.division.code} if role == Role.COUNTY_STAFF else {}
        client.force_login(person(role, **unit, **county))
        answer = client.get(url)
        answers[role] = answer.status_code
        b"".join(answer)
    client.force_login(person(Role.COUNTY_STAFF, division="130104"))

    assert answers == {Role.ENT_ADMIN: 404, Role.COUNTY_STAFF: 200, Role.BUREAU_CLERK: 200}
    assert client.get(url).status_code == 404


def test_a_unit_that_gets_its_book_back_can_neither_remove_nor_freeze_them():
    application = ApplicationFactory(state=S.DRAFT)
    file = AttachmentFactory(subject=application, kind="integrity_evidence")

    with pytest.raises(BadFile, match="主管部门"):
        services.remove(application=application, attachment=file, by=UserFactory())

    assert Attachment.objects.about(application).current().count() == 1
    assert not ApplicationVersion.objects.exists()


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"result": "perhaps", "note": "示例"}, "institutes_integritycheck_result_known"),
        ({"source": ""}, "institutes_integritycheck_has_source"),
        ({"result": "listed", "note": ""}, "institutes_integritycheck_entry_has_note"),
    ],
)
def test_what_no_form_would_store_of_a_look_up(facts, name):
    row = IntegrityCheck.objects.filter(pk=IntegrityCheckFactory().pk)

    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        row.update(**facts)


# --- support --------------------------------------------------------------------------------------------------------


def test_support_in_money_rests_on_a_document(application):
    looked_up(application)
    with pytest.raises(Incomplete) as refused:
        propose(application, support_amount=Decimal("500000.00"))
    assert [reason.field for reason in refused.value.reasons] == ["support_document"]

    propose(application, support_amount=Decimal("500000.00"), support_document="示政办〔2026〕3号")

    application.refresh_from_db()
    assert (application.county_support_amount, application.county_support_document) == (
        Decimal("500000.00"),
        "示政办〔2026〕3号",
    )


def test_the_document_of_the_support_is_kept_in_versions(application):
    looked_up(application)
    propose(
        application, support_amount=Decimal("1.00"), support_file=a_pdf("一.pdf", b"%PDF-1.4\n%one\n%%EOF")
    )
    services.send_back_recommendation(application=application, reason="请改", by=UserFactory())
    propose(
        application, support_amount=Decimal("2.00"), support_file=a_pdf("二.pdf", b"%PDF-1.4\n%two\n%%EOF")
    )

    file = selectors.support_file_of(application)
    assert (file.name, file.version, file.replaces.name) == ("二.pdf", 2, "一.pdf")


def test_a_support_file_of_the_wrong_kind_is_refused_at_its_box(application):
    looked_up(application)

    with pytest.raises(Incomplete) as refused:
        propose(application, support_file=a_pdf("支持.exe"))

    assert [reason.field for reason in refused.value.reasons] == ["support_file"]


def test_the_letter_says_amount_document_rank_and_look_ups():
    application = ApplicationFactory(
        state=S.COUNTY_SIGNING,
        county_support_amount="1234567.00",
        county_support_document="示政办〔2026〕3号",
        county_rank=2,
    )
    ApplicationVersion.objects.create(
        application=application,
        number=1,
        answers={},
        digest="0" * 64,
        frozen_at=MONDAY,
        frozen_by=UserFactory(),
    )
    services.sign_recommendation(application=application, by=UserFactory())

    event = audit.history(application).get(to_state=S.FORMAL_REVIEW)
    said = documents.recommendation(application, event)

    assert (said["support_amount"], said["support_document"], said["rank"]) == (
        "123.4567",
        "示政办〔2026〕3号",
        2,
    )
    assert said["integrity"][0] == "严重失信主体名单（2026年11月23日，示例信用查询平台）未发现记录"
    assert len(said["integrity"]) == 4


# --- order ----------------------------------------------------------------------------------------------------------


def test_the_leader_orders_what_the_county_recommends():
    first, second, third = both(3)
    by = UserFactory()

    services.rank_recommendations(
        call=first.call, division=first.division, applications=[third, first, second], by=by
    )
    services.rank_recommendations(
        call=first.call, division=first.division, applications=[second, third, first], by=by
    )

    ranks = dict(Application.objects.values_list("pk", "county_rank"))
    assert ranks == {second.pk: 1, third.pk: 2, first.pk: 3}
    lines = audit.history(second).filter(verb="institutes.application.rank_recommendation")
    assert [line.data["rank"] for line in lines.order_by("pk")] == [3, 1]


def test_an_order_names_all_of_them_and_nothing_else():
    first, second = both()
    other = ApplicationFactory(state=S.COUNTY_SIGNING)
    facts = {"call": first.call, "division": first.division, "by": UserFactory()}

    for wrong in ([first], [first, first], [first, second, other]):
        with pytest.raises(Conflict, match="名单已有变化"):
            services.rank_recommendations(applications=wrong, **facts)


def test_the_order_stays_once_the_bureau_has_taken_up_the_first():
    first, second = both()
    Application.objects.filter(pk=first.pk).update(
        formal_proposed_at=MONDAY, formal_proposed_by=UserFactory()
    )

    with pytest.raises(Conflict, match="不能再改"):
        services.rank_recommendations(
            call=first.call, division=first.division, applications=[second, first], by=UserFactory()
        )


def test_two_of_a_county_have_no_place_in_common():
    first, second = both()
    Application.objects.filter(pk=first.pk).update(county_rank=1)
    elsewhere = ApplicationFactory(state=S.COUNTY_SIGNING, call=CallFactory(), county_rank=1)

    assert elsewhere.county_rank == 1
    with (
        pytest.raises(IntegrityError, match='"institutes_application_county_rank_once"'),
        transaction.atomic(),
    ):
        give_the_same_place(second)


def give_the_same_place(application):
    Application.objects.filter(pk=application.pk).update(county_rank=1)
    connection.check_constraints()


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"county_rank": 0}, "institutes_application_county_rank_positive"),
        ({"county_support_amount": 0}, "institutes_application_support_positive"),
    ],
)
def test_no_place_and_no_amount_of_nothing(facts, name):
    row = Application.objects.filter(pk=ApplicationFactory(state=S.COUNTY_SIGNING).pk)

    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        row.update(**facts)


# --- several at once ------------------------------------------------------------------------------------------------


def test_several_are_signed_each_with_its_own_number():
    services.sign_recommendations(applications=both(), by=UserFactory())

    numbers = {
        line.data["paper"]["number"]
        for one in Application.objects.all()
        for line in audit.history(one).filter(to_state=S.FORMAL_REVIEW)
    }
    assert len(numbers) == 2
    assert set(Application.objects.values_list("state", flat=True)) == {S.FORMAL_REVIEW}


def test_one_that_cannot_be_signed_keeps_all_from_it():
    first, second = both()
    by = first.county_proposed_by

    with pytest.raises(SamePerson):
        services.sign_recommendations(applications=[second, first], by=by)
    with pytest.raises(Incomplete):
        services.sign_recommendations(applications=[], by=by)

    assert set(Application.objects.values_list("state", flat=True)) == {S.COUNTY_SIGNING}


# --- pages ----------------------------------------------------------------------------------------------------------

LIST, SIGN = "institutes:recommendation-list", "institutes:recommendation-sign"


def leader(client, application, role=Role.COUNTY_LEAD):
    client.force_login(person(role, division=application.division.code))


def test_the_staff_enters_a_look_up_on_its_page(client, application):
    leader(client, application, Role.COUNTY_STAFF)
    url = reverse("institutes:application-integrity", args=[application.pk])
    typed = {"item": ITEMS[0], "result": "clear", "checked_on": "2026-11-20", "source": "示例平台"}

    without = client.post(url, typed)
    kept = client.post(url, typed | {"evidence": a_pdf("查询.pdf")}, follow=True)

    assert (without.status_code, kept.status_code) == (422, 200)
    assert "有效期至" in kept.text
    assert [str(check.checked_on) for check in application.integrity_checks.all()] == ["2026-11-20"]
    assert "登记查询结果" in client.get(application.get_absolute_url()).text


@pytest.mark.parametrize(
    ("role", "get", "post"),
    [
        (Role.COUNTY_STAFF, 200, 422),
        (Role.COUNTY_LEAD, 200, 403),
        (Role.BUREAU_CLERK, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.ENT_ADMIN, 403, 403),
        (Role.AGENCY, 404, 404),
        (Role.FINANCE, 404, 404),
    ],
)
def test_who_opens_the_page_of_look_ups(client, application, role, get, post):
    where = {"organisation": application.host} if role == Role.ENT_ADMIN else {}
    where |= {"division": application.division.code} if role in selectors.COUNTY else {}
    client.force_login(person(role, **where))
    url = reverse("institutes:application-integrity", args=[application.pk])

    assert (client.get(url).status_code, client.post(url).status_code) == (get, post)


def test_another_county_sees_nothing_of_it(client, application):
    waiting = ApplicationFactory(state=S.COUNTY_SIGNING)
    client.force_login(person(Role.COUNTY_LEAD, division="130104"))

    page = client.get(reverse(LIST))
    signed = client.post(reverse(SIGN), {"applications": [waiting.pk], "confirmed": "yes"})
    client.post(reverse("institutes:call-order", args=[waiting.call_id]), {f"rank_{waiting.pk}": 1})

    assert waiting.institute_name not in page.text
    assert signed.status_code == 422
    assert client.get(reverse("institutes:application-integrity", args=[application.pk])).status_code == 404
    waiting.refresh_from_db()
    assert (waiting.state, waiting.county_rank) == (S.COUNTY_SIGNING, None)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SYSTEM, *selectors.COUNTY}])
def test_only_counties_have_the_list(client, role):
    client.force_login(person(role))

    assert client.get(reverse(LIST)).status_code == 403
    assert client.post(reverse(SIGN)).status_code == 403
    assert client.post(reverse("institutes:call-order", args=[CallFactory().pk])).status_code == 403


def test_staff_reads_the_list_and_neither_orders_nor_signs(client):
    (one,) = both(1)
    leader(client, one, Role.COUNTY_STAFF)

    assert one.institute_name in client.get(reverse(LIST)).text
    assert client.post(reverse(SIGN), {"applications": [one.pk]}).status_code == 403
    assert client.post(reverse("institutes:call-order", args=[one.call_id])).status_code == 403


def test_the_leader_orders_on_the_list(client):
    first, second = both()
    leader(client, first)
    url = reverse("institutes:call-order", args=[first.call_id])

    twice = client.post(url, {f"rank_{first.pk}": 1, f"rank_{second.pk}": 1})
    kept = client.post(url, {f"rank_{first.pk}": 2, f"rank_{second.pk}": 1}, follow=True)

    assert (twice.status_code, kept.status_code) == (422, 200)
    assert "推荐排序不能重复" in twice.text
    assert list(Application.objects.order_by("county_rank").values_list("pk", flat=True)) == [
        second.pk,
        first.pk,
    ]
    assert kept.text.index(second.institute_name) < kept.text.index(first.institute_name)


def test_signing_several_shows_first_what_would_happen(client):
    ready, late = both()
    IntegrityCheckFactory(application=late, item=ITEMS[2], result="listed", note="示例逾期")
    leader(client, ready)

    shown = client.post(reverse(SIGN), {"applications": [ready.pk, late.pk]})

    assert "确认签发 1 件" in shown.text
    assert "示例逾期" in shown.text
    assert set(Application.objects.values_list("state", flat=True)) == {S.COUNTY_SIGNING}

    done = client.post(reverse(SIGN), {"applications": [ready.pk], "confirmed": "yes"}, follow=True)

    ready.refresh_from_db()
    late.refresh_from_db()
    assert "已签发 1 件" in done.text
    assert (ready.state, late.state) == (S.FORMAL_REVIEW, S.COUNTY_SIGNING)


def test_the_list_asks_no_more_the_longer_it_is(client, django_assert_num_queries):
    leader(client, both(1)[0])
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as short:
        client.get(reverse(LIST))
    first = Application.objects.get()
    for _ in range(5):
        ApplicationFactory(state=S.COUNTY_SIGNING, call=first.call, division=first.division)

    with django_assert_num_queries(len(short)):
        assert len(client.get(reverse(LIST)).context["rows"]) == 6


def test_nothing_ticked_is_422(client):
    (one,) = both(1)
    leader(client, one)

    assert client.post(reverse(SIGN)).status_code == 422


# --- programs -------------------------------------------------------------------------------------------------------


def test_a_program_enters_and_reads_look_ups(client, application):
    leader(client, application, Role.COUNTY_STAFF)
    url = f"/api/v1/applications/{application.pk}/integrity-checks/"
    typed = {"item": ITEMS[0], "result": "clear", "checked_on": "2026-11-20", "source": "示例平台"}

    kept = client.post(url, typed | {"evidence": a_pdf("查询.pdf")})
    client.force_login(person(Role.ENT_ADMIN, organisation=application.host))
    unit = client.get(url)
    client.force_login(person(Role.COUNTY_STAFF, division="130104"))
    elsewhere = client.get(url)
    client.force_login(person(Role.BUREAU_CLERK))

    assert (kept.status_code, unit.status_code, elsewhere.status_code) == (201, 403, 404)
    assert [row["item"] for row in client.get(url).json()] == [ITEMS[0]]
    assert client.post(url, typed).status_code == 403


def test_a_program_sets_the_order(client):
    first, second = both()
    url = f"/api/v1/calls/{first.call_id}/recommendation-order/"
    body = {"applications": [second.pk, first.pk]}

    leader(client, first)
    kept = client.put(url, body, content_type="application/json")
    client.force_login(person(Role.COUNTY_LEAD, division="130104"))
    elsewhere = client.put(url, body, content_type="application/json")
    leader(client, first, Role.COUNTY_STAFF)
    staff = client.put(url, body, content_type="application/json")

    assert (kept.status_code, elsewhere.status_code, staff.status_code) == (200, 422, 403)
    assert dict(Application.objects.values_list("pk", "county_rank")) == {second.pk: 1, first.pk: 2}


def test_a_unit_learns_its_place_with_the_signature(client):
    (one,) = both(1, county_rank=1)
    url = f"/api/v1/applications/{one.pk}/"
    places = {}
    for role in (Role.ENT_ADMIN, Role.BUREAU_CLERK):
        client.force_login(person(role, **({"organisation": one.host} if role == Role.ENT_ADMIN else {})))
        places[role] = client.get(url).json()["county_rank"]
    services.sign_recommendation(application=one, by=UserFactory())
    client.force_login(person(Role.ENT_ADMIN, organisation=one.host))

    assert places == {Role.ENT_ADMIN: None, Role.BUREAU_CLERK: 1}
    assert client.get(url).json()["county_rank"] == 1
