"""Achievements: entered with proof, verified by two offices, counted once; what is refused leaves no trace."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.roles import Role
from institutes import policy, services
from institutes.book.rules.plan import TARGETS
from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as A
from institutes.integrity import achievements_count_once
from institutes.models import Achievement
from institutes.selectors import achievements as reads
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, SamePerson
from records.models import Attachment, AuditEvent
from tests.factories.accounts import make_uscc, person
from tests.factories.achievements import (
    DAY,
    AchievementFactory,
    evidence_for,
    facts_for,
    publish_achievement_rules,
)
from tests.factories.institutes import RecognitionFactory, RevocationFactory, policy_terms
from tests.factories.records import PDF, pdf_upload

pytestmark = pytest.mark.django_db
DIFFERENT = ("different", "示例：型号、用途不同。")


@pytest.fixture
def recognition():
    publish_achievement_rules()
    return RecognitionFactory()


def draft(recognition, kind=K.NEW_PRODUCT, *, files=None, n=1, **more):
    return services.draft_achievement(
        institute=recognition.institute,
        kind=kind,
        **facts_for(kind, n, **more),
        files=evidence_for(kind) if files is None else files,
        by=person(Role.ENT_FILLER, organisation=recognition.institute.host),
    )


def hand_in(achievement):
    admin = person(Role.ENT_ADMIN, organisation=achievement.host)
    services.hand_up_achievement(achievement=achievement, by=admin)
    services.hand_in_achievement(achievement=achievement, by=admin)
    return achievement


def county_verify(achievement, **more):
    by = person(Role.COUNTY_STAFF, division=achievement.division.code)
    return services.county_verify_achievement(
        achievement=achievement, opinion="示例：现场核实，与材料一致。", by=by, **more
    )


def verify(achievement, **more):
    return services.verify_achievement(
        achievement=achievement, by=more.pop("by", None) or person(Role.BUREAU_CLERK), **more
    )


def verified(recognition, kind=K.NEW_PRODUCT, **more):
    return verify(county_verify(hand_in(draft(recognition, kind, **more))))


def texts(error) -> str:
    return " ".join(reason.text for reason in error.value.reasons)


def fields(error) -> list[str]:
    return [reason.field for reason in error.value.reasons]


def trace():
    """What a refusal must leave as it was."""
    return (Achievement.objects.count(), AuditEvent.objects.count(), Notice.objects.count())


# --- what the policy says of the kinds ------------------------------------------------------------------------------


def test_kinds_of_the_edition_fit_the_rest_of_the_policy():
    terms, tasks = policy_terms("achievements"), {row["code"] for row in policy_terms()["tasks"]}
    evidence = {row["code"] for row in terms["evidence"]}
    kinds = {row["code"]: row for row in terms["kinds"]}

    assert set(kinds) == set(K.values)
    assert {code: row["label"] for code, row in kinds.items()} == {k.value: str(k.label) for k in K}
    assert {row["task"] for row in kinds.values()} <= tasks
    assert {target for row in kinds.values() for target in row["targets"]} == set(TARGETS) - {"tax"}
    assert {code for row in kinds.values() for code in row["evidence"]} <= evidence
    assert all(row["evidence"] for row in kinds.values())


@pytest.mark.parametrize(
    ("goal", "kinds"),
    [
        ("achievements", {"new_technology", "new_product", "killer_product"}),
        ("transfers", {"transfer"}),
    ],
)
def test_these_kinds_count_toward_the_city(goal, kinds):
    rows = policy_terms("achievements")["kinds"]

    assert {row["code"] for row in rows if row["toward"] == goal} == kinds


# --- entering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", K)
def test_every_kind_goes_from_entering_to_counting(recognition, kind):
    achievement = draft(recognition, kind)

    assert achievement.state == A.DRAFT
    assert not reads.evidence_missing(achievement)
    verify(county_verify(hand_in(achievement)))
    achievement.refresh_from_db()
    assert achievement.state == A.VERIFIED
    assert achievement.county_verified_by_id != achievement.verified_by_id
    assert reads.verified_of(recognition.institute).get() == achievement


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        (K.NEW_PRODUCT, {"title": " "}, "title"),
        (K.NEW_PRODUCT, {"achieved_on": date(2099, 1, 1)}, "achieved_on"),
        (K.TRANSFER, {"amount": None}, "amount"),
        (K.TRANSFER, {"amount": Decimal(0)}, "amount"),
        (K.TRANSFER, {"number": ""}, "number"),
        (K.TRANSFER, {"number": "合同一号"}, "number"),
        (K.TRANSFER, {"partner_name": ""}, "partner_name"),
        (K.TRAINED_PEOPLE, {"quantity": None}, "quantity"),
        (K.INVENTION_PATENT, {"number": "ZL202110000001.7"}, "number"),
        (K.INVENTION_PATENT, {"number": "专利一"}, "number"),
        (K.STANDARD, {"number": "Q/SJZ 1-2026"}, "number"),
        (K.INCUBATED_FIRM, {"partner_uscc": ""}, "partner_uscc"),
        (K.INCUBATED_FIRM, {"partner_uscc": make_uscc(3)[:-1] + "0"}, "partner_uscc"),
        (K.SERVICE_CLIENT, {"partner_uscc": "123"}, "partner_uscc"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_at_its_box(recognition, kind, wrong, field):
    before = trace()
    with pytest.raises(Incomplete) as error, transaction.atomic():
        draft(recognition, kind, **wrong)

    assert fields(error) == [field]
    assert trace() == before


def test_a_utility_model_is_no_invention(recognition):
    digits = "202120000001"
    with pytest.raises(Incomplete, match="不是发明专利"):
        draft(recognition, K.INVENTION_PATENT, number=f"ZL{digits}.{policy.patent_check(digits)}")


def test_what_a_kind_does_not_ask_for_is_not_kept(recognition):
    achievement = draft(recognition, K.NEW_PRODUCT, amount=Decimal(5), quantity=3)

    assert (achievement.amount, achievement.quantity) == (None, None)


@pytest.mark.parametrize(
    ("ended", "words"),
    [("suspended", "资格已暂停，暂停期间不能填报成果"), ("revoked", "认定已撤销"), ("withdrawn", "主动退出")],
)
def test_only_an_institute_in_force_enters_anything(ended, words):
    publish_achievement_rules()
    recognition = RecognitionFactory(**{ended: True})
    before = trace()

    with pytest.raises(Conflict, match=words), transaction.atomic():
        draft(recognition)
    assert trace() == before


def test_the_terms_are_copied_so_that_a_later_edition_changes_nothing(recognition):
    achievement = draft(recognition, K.KILLER_PRODUCT)

    assert achievement.terms["targets"] == ["killer_products", "new_products"]
    assert achievement.terms["task_label"] == "技术集成与成套工艺、装备、产品开发"
    assert achievement.edition.kind == "achievements"


def test_a_draft_is_mended_and_a_file_takes_the_place_of_the_one_before(recognition):
    achievement = draft(recognition)
    by = person(Role.ENT_FILLER, organisation=achievement.host)
    new = {"test_report": pdf_upload("新.pdf", PDF + b"%new"), "other": [pdf_upload("甲.pdf")]}

    services.revise_achievement(
        achievement=achievement, **facts_for(K.NEW_PRODUCT, title="示例改名"), files=new, by=by
    )

    achievement.refresh_from_db()
    assert (achievement.title, achievement.drafted_by) == ("示例改名", by)
    held = Attachment.objects.about(achievement).current()
    assert sorted(held.values_list("kind", "version")) == [("other", 1), ("test_report", 2)]


def test_a_file_that_is_not_what_it_says_is_refused_at_its_box(recognition):
    bad = pdf_upload("示例.pdf")
    bad.name = "示例.exe"

    with pytest.raises(BadFile) as error:
        draft(recognition, files={"test_report": bad})
    assert fields(error) == ["file_test_report"]


def test_it_is_not_handed_up_without_its_evidence(recognition):
    achievement = draft(recognition, K.TRANSFER, files={})
    before = trace()

    with pytest.raises(Incomplete) as error, transaction.atomic():
        services.hand_up_achievement(
            achievement=achievement, by=person(Role.ENT_FILLER, organisation=achievement.host)
        )
    assert fields(error) == ["file_contract", "file_registration"]
    assert trace() == before


def test_what_was_handed_in_is_not_mended(recognition):
    achievement = hand_in(draft(recognition))

    with pytest.raises(IllegalMove):
        services.revise_achievement(
            achievement=achievement, **facts_for(K.NEW_PRODUCT), by=person(Role.ENT_FILLER)
        )


def test_after_a_change_of_host_the_former_host_hands_nothing_in(recognition):
    achievement = draft(recognition)
    host = person(Role.ENT_ADMIN).memberships_active[0].organisation
    type(achievement.institute).objects.filter(pk=achievement.institute_id).update(host=host)
    achievement.refresh_from_db()

    with pytest.raises(Conflict, match="依托单位已变更"):
        hand_in(achievement)


# --- counted once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again", ["ZL202110000001.6", "zl 2021 1 0000001.6", "CN202110000001.6", "2021100000016"]
)
def test_the_same_patent_however_it_is_typed_counts_once(recognition, again):
    digits = "202110000001"
    number = f"ZL{digits}.{policy.patent_check(digits)}"
    verified(recognition, K.INVENTION_PATENT, number=number)
    second = draft(recognition, K.INVENTION_PATENT, number=again, title="示例另一个名称")
    before = trace()

    with pytest.raises(Conflict) as error, transaction.atomic():
        hand_in(second)
    assert fields(error) == ["number"]
    assert trace() == before


def test_ones_own_twin_is_named_with_the_way_there(recognition):
    first = verified(recognition, K.TRANSFER)
    second = draft(recognition, K.TRANSFER)

    with pytest.raises(Conflict) as error, transaction.atomic():
        hand_in(second)
    (reason,) = error.value.reasons
    assert (first.title in reason.text, reason.url) == (True, first.get_absolute_url())


def test_of_another_institutes_twin_a_unit_learns_no_more_than_that_it_stands(recognition):
    first = verified(recognition, K.TRANSFER)
    second = draft(RecognitionFactory(), K.TRANSFER)

    with pytest.raises(Conflict) as error, transaction.atomic():
        hand_in(second)
    (reason,) = error.value.reasons
    assert "另一家研究院" in reason.text
    assert first.title not in reason.text
    assert first.institute.name not in reason.text
    assert reason.url == ""


def test_a_contract_counts_as_a_transfer_or_as_income_not_as_both(recognition):
    first = verified(recognition, K.TRANSFER)

    with pytest.raises(Conflict, match="只计一次"):
        hand_in(draft(recognition, K.TECHNICAL_INCOME, number=first.number))


def test_a_firm_is_served_once_by_each_institute_and_incubated_once_in_the_city(recognition):
    other = RecognitionFactory()
    verified(recognition, K.SERVICE_CLIENT)
    verified(recognition, K.INCUBATED_FIRM)

    assert verified(other, K.SERVICE_CLIENT, title="示例检测服务").state == A.VERIFIED
    with pytest.raises(Conflict), transaction.atomic():
        hand_in(draft(recognition, K.SERVICE_CLIENT, title="示例再次服务"))
    with pytest.raises(Conflict), transaction.atomic():
        hand_in(draft(other, K.INCUBATED_FIRM, title="示例孵化"))


def test_a_firm_that_is_served_on_counts_again_the_next_year_and_is_one_firm_toward_the_target(recognition):
    """Once a year for whatever goes on; a patent or an incubated firm is the same for ever."""
    last_year = DAY.replace(year=DAY.year - 1)
    verified(recognition, K.SERVICE_CLIENT, achieved_on=last_year)
    verified(recognition, K.INCUBATED_FIRM, achieved_on=last_year)

    assert verified(recognition, K.SERVICE_CLIENT, title="示例再次服务").state == A.VERIFIED
    with pytest.raises(Conflict), transaction.atomic():
        hand_in(draft(recognition, K.SERVICE_CLIENT, title="示例当年又一次"))
    with pytest.raises(Conflict), transaction.atomic():
        hand_in(draft(recognition, K.INCUBATED_FIRM, title="示例孵化"))
    assert reads.counts_by_target(recognition.institute)["service_clients"] == 1
    assert reads.counts_by_target(recognition.institute, since=DAY)["service_clients"] == 1
    assert achievements_count_once() == []


def test_what_was_rejected_gives_its_number_free(recognition):
    first = county_verify(hand_in(draft(recognition, K.TRANSFER)))
    services.reject_achievement(
        achievement=first, reason="示例：合同未履行。", by=person(Role.BUREAU_APPROVER)
    )

    assert hand_in(draft(RecognitionFactory(), K.TRANSFER, title="示例真正的转化")).state == A.COUNTY_REVIEW


# --- what may be the same -------------------------------------------------------------------------------------------


def test_a_title_that_is_alike_is_put_before_county_and_bureau(recognition):
    first = verified(recognition, title="示例高温合金精密铸造叶片")
    second = hand_in(draft(RecognitionFactory(), title="示例高温合金精密铸造叶片（二代）"))

    hint = reads.suspected_twins_of(second).get()
    assert (hint.other, hint.ground) == (first, "title")
    with pytest.raises(Incomplete) as error, transaction.atomic():
        county_verify(second)
    assert fields(error) == [f"hint_{hint.pk}"]

    county_verify(second, answers={hint.pk: DIFFERENT})
    with pytest.raises(Incomplete), transaction.atomic():
        verify(second)
    clerk = person(Role.BUREAU_CLERK)
    verify(second, answers={hint.pk: DIFFERENT}, by=clerk)
    hint.refresh_from_db()
    assert (hint.county_finding, hint.bureau_finding) == ("different", "different")
    assert (hint.bureau_answered_by, hint.bureau_note) == (clerk, DIFFERENT[1])


@pytest.mark.parametrize("side", ["county", "bureau"])
def test_what_an_officer_finds_to_be_the_same_is_not_verified(recognition, side):
    verified(recognition, title="示例高温合金精密铸造叶片")
    second = hand_in(draft(recognition, title="示例高温合金精密铸造叶片B型"))
    hint = reads.suspected_twins_of(second).get()
    if side == "bureau":
        county_verify(second, answers={hint.pk: DIFFERENT})
    before = trace()

    with pytest.raises(Conflict, match="同一成果"), transaction.atomic():
        (county_verify if side == "county" else verify)(second, answers={hint.pk: ("same", "示例：同型号。")})
    assert trace() == before


def test_an_answer_says_why(recognition):
    verified(recognition, title="示例高温合金精密铸造叶片")
    second = hand_in(draft(recognition, title="示例高温合金精密铸造叶片B型"))
    hint = reads.suspected_twins_of(second).get()

    with pytest.raises(Incomplete) as error:
        county_verify(second, answers={hint.pk: ("different", " ")})
    assert fields(error) == [f"note_{hint.pk}"]


def test_the_same_partner_makes_a_title_that_is_near_suspicious(recognition):
    partner = {"partner_name": "示例用户有限公司", "partner_uscc": make_uscc(77)}
    verified(recognition, title="示例轴承自动检测线", **partner)
    near = hand_in(draft(recognition, title="示例轴承检测设备", **partner))
    far = hand_in(
        draft(recognition, title="示例轴承振动试验台", partner_uscc=make_uscc(78), partner_name="示例另一")
    )

    assert [hint.ground for hint in reads.suspected_twins_of(near)] == ["partner"]
    assert [hint.other for hint in reads.suspected_twins_of(far)] == []


def test_handed_in_anew_it_is_looked_up_anew(recognition):
    verified(recognition, title="示例高温合金精密铸造叶片")
    second = hand_in(draft(recognition, title="示例高温合金精密铸造叶片B型"))
    first_hint = reads.suspected_twins_of(second).get()
    services.county_return_achievement(
        achievement=second, reason="示例：名称有误。", by=person(Role.COUNTY_STAFF)
    )
    by = person(Role.ENT_FILLER, organisation=second.host)
    services.revise_achievement(
        achievement=second, **facts_for(K.NEW_PRODUCT, title="示例完全不同的装置"), by=by
    )
    with clock.at(clock.now() + timedelta(hours=1)):
        hand_in(second)

    assert not reads.suspected_twins_of(second).exists()
    assert second.hints.get() == first_hint


# --- county and bureau ----------------------------------------------------------------------------------------------


def test_a_return_by_the_bureau_goes_through_the_county_once_more(recognition):
    achievement = county_verify(hand_in(draft(recognition)))
    services.return_achievement(
        achievement=achievement, reason="示例：缺少签字页。", by=person(Role.BUREAU_CLERK)
    )
    hand_in(achievement)

    achievement.refresh_from_db()
    assert (achievement.state, achievement.county_verified_at, achievement.county_opinion) == (
        A.COUNTY_REVIEW,
        None,
        "",
    )


def test_the_county_says_what_it_looked_at(recognition):
    achievement = hand_in(draft(recognition))

    with pytest.raises(Incomplete) as error:
        services.county_verify_achievement(achievement=achievement, opinion=" ", by=person(Role.COUNTY_STAFF))
    assert fields(error) == ["opinion"]


def test_who_verified_for_the_county_does_not_verify_for_the_bureau(recognition):
    achievement = county_verify(hand_in(draft(recognition)))
    before = trace()

    with pytest.raises(SamePerson), transaction.atomic():
        verify(achievement, by=achievement.county_verified_by)
    assert trace() == before


def test_two_people_take_back_what_was_not_true(recognition):
    achievement = verified(recognition, K.TRANSFER)
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    services.propose_annulment(achievement=achievement, grounds="示例：合同系伪造。", by=clerk)

    assert reads.totals("transfers") == 1, "it counts until decided"
    with pytest.raises(SamePerson):
        services.annul_achievement(achievement=achievement, by=clerk)
    services.annul_achievement(achievement=achievement, by=approver)

    assert reads.totals("transfers") == 0
    assert audit.history(achievement).last().reason == "示例：合同系伪造。"
    assert hand_in(draft(RecognitionFactory(), K.TRANSFER)).state == A.COUNTY_REVIEW


def test_an_annulment_needs_grounds_and_may_be_refused(recognition):
    achievement = verified(recognition)
    clerk = person(Role.BUREAU_CLERK)
    with pytest.raises(Incomplete):
        services.propose_annulment(achievement=achievement, grounds=" ", by=clerk)
    services.propose_annulment(achievement=achievement, grounds="示例：待查。", by=clerk)
    services.keep_achievement(
        achievement=achievement, reason="示例：经查属实。", by=person(Role.BUREAU_APPROVER)
    )

    assert achievement.state == A.VERIFIED
    notice = Notice.objects.get(recipient=clerk, event__endswith="keep.author")
    assert "仍计入成果" in notice.body


def test_with_the_institute_ends_what_is_on_its_way_and_what_was_verified_stays(recognition):
    done, waiting = verified(recognition, K.TRANSFER), hand_in(draft(recognition, n=2))
    approver = person(Role.BUREAU_APPROVER)
    revocation = RevocationFactory(recognition=recognition, state="decision")
    services.revoke_recognition(
        revocation=revocation, minute_number="示例纪要", decision="示例决定。", by=approver
    )

    done.refresh_from_db(), waiting.refresh_from_db()
    assert (done.state, waiting.state) == (A.VERIFIED, A.WITHDRAWN)


# --- who hears, until when ------------------------------------------------------------------------------------------


def heard(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


def test_the_unit_the_county_and_the_bureau_hear_what_concerns_them(recognition):
    unit = person(Role.ENT_FILLER, organisation=recognition.institute.host)
    county = person(Role.COUNTY_STAFF, division=recognition.institute.division.code)
    elsewhere = person(Role.COUNTY_STAFF, division="130104")
    bureau = person(Role.BUREAU_CLERK)
    achievement = hand_in(draft(recognition))
    name = recognition.institute.name

    assert heard(county) == [f"待县级核实：{achievement}"]
    assert deadlines.current(achievement).working_days == 5
    county_verify(achievement)
    assert heard(bureau) == [f"待市科技局核实：{achievement}"]
    assert deadlines.current(achievement).working_days == 10
    verify(achievement)
    assert heard(unit) == [f"成果已报送县级核实：{name}", f"县级已核实成果：{name}", f"成果已核实：{name}"]
    assert heard(county)[-1] == f"抄告：成果已核实：{name}"
    assert heard(elsewhere) == []
    assert deadlines.current(achievement) is None


def test_the_register_has_every_step(recognition):
    achievement = verified(recognition)

    steps = [event.verb.rpartition(".")[2] for event in audit.history(achievement) if event.to_state]
    assert steps == ["begin", "hand_up", "hand_in", "county_verify", "verify"]


# --- what counts ----------------------------------------------------------------------------------------------------


def test_counts_by_target_add_up_people_money_and_pieces(recognition):
    of = {"recognition": recognition, "state": A.VERIFIED}
    AchievementFactory(kind=K.NEW_PRODUCT, **of)
    AchievementFactory(kind=K.KILLER_PRODUCT, **of)
    AchievementFactory.create_batch(2, kind=K.TRAINED_PEOPLE, quantity=15, **of)
    AchievementFactory(kind=K.CHAIN_REVENUE, amount=Decimal("250000.50"), **of)
    AchievementFactory(kind=K.TRANSFER, amount=Decimal("99.00"), **of)
    AchievementFactory(kind=K.NEW_PRODUCT, recognition=recognition, state=A.BUREAU_REVIEW)
    AchievementFactory(kind=K.NEW_PRODUCT, state=A.VERIFIED)

    assert reads.counts_by_target(recognition.institute) == {
        "new_products": 2,
        "killer_products": 1,
        "trained_people": 30,
        "new_revenue": Decimal("250000.50"),
        "transfers": 1,
    }


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        (None, None, 1),
        (DAY, DAY, 1),
        (DAY + timedelta(days=1), None, 0),
        (None, DAY - timedelta(days=1), 0),
    ],
)
def test_counts_are_of_the_days_asked_for_both_ends_included(recognition, since, until, count):
    AchievementFactory(recognition=recognition, state=A.VERIFIED)

    found = reads.counts_by_target(recognition.institute, since=since, until=until)
    assert found.get("new_products", 0) == count
    assert reads.totals("achievements", since=since, until=until) == count


@pytest.mark.parametrize("state", A)
def test_only_what_was_verified_counts(recognition, state):
    AchievementFactory(recognition=recognition, state=state)

    assert reads.totals("achievements") == (state in (A.VERIFIED, A.ANNULLING))


def test_counts_by_task(recognition):
    of = {"recognition": recognition, "state": A.VERIFIED}
    AchievementFactory(kind=K.NEW_PRODUCT, **of)
    AchievementFactory(kind=K.KILLER_PRODUCT, **of)
    AchievementFactory(kind=K.STRATEGY_STUDY, **of)

    assert reads.counts_by_task(recognition.institute) == {
        "技术集成与成套工艺、装备、产品开发": 2,
        "产业发展战略研究": 1,
    }
