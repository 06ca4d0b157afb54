"""Decisions of a meeting: drafted unseen, previewed as they will be, released at once or not at all."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.enums import BatchState, Outcome
from institutes.models import DecisionBatch, DecisionItem
from institutes.selectors import places_taken
from notices.models import Notice, PublicNotice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, SamePerson
from records.models import Deadline, NumberSeries
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CallFactory,
    DecisionBatchFactory,
    DecisionItemFactory,
    FormalCheckFactory,
    IndustryChainFactory,
    RecognitionFactory,
    decide,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = "示例纪要〔2026〕9 号"


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def _rules():
    publish_rules()


@pytest.fixture
def call():
    return CallFactory()


def waiting(call, **fields):
    """An application that waits for the decision, with a book that says who builds the institute."""
    application = ApplicationFactory(
        call=call, state=S.PENDING_DECISION, chain=IndustryChainFactory(), **fields
    )
    answers = {
        "partners": {"partners": [{"key": "0", "name": "示例大学"}, {"key": "1", "name": "示例配套公司"}]}
    }
    ApplicationVersionFactory(application=application, answers=answers)
    return application


def onto_the_list(*applications):
    return [{"application": one, "outcome": "shortlist"} for one in applications]


def refused(application, *, cause="overlap", reason="与已认定研究院方向重复。"):
    return {"application": application, "outcome": "reject", "cause": cause, "reason": reason}


def draft(call, items, *, by=None, **terms):
    terms = {"minute_number": MINUTE, "meeting_on": MONDAY.date()} | terms
    return services.draft_decisions(call=call, items=items, by=by or UserFactory(), **terms)


def release(batch, *, by=None, key=None, revision=None):
    return services.release_decisions(
        batch=batch, revision=revision or batch.revision, key=key or uuid4(), by=by or UserFactory()
    )


def untouched(application):
    """Nothing was written about it: neither a state nor a line of the register nor a message."""
    application.refresh_from_db()
    told = Notice.objects.filter(subject_type="institutes.application", subject_id=application.pk)
    return (
        application.state == S.PENDING_DECISION
        and not audit.history(application).exists()
        and not told.exists()
    )


# --- drafting -----------------------------------------------------------------------------------------------------


def test_a_draft_tells_nobody_but_the_approvers(call):
    approver, unit = person(Role.BUREAU_APPROVER), waiting(call)
    filler = person(Role.ENT_FILLER, organisation=unit.host)

    batch = draft(call, onto_the_list(unit))

    assert untouched(unit)
    assert not PublicNotice.objects.exists()
    assert [notice.recipient for notice in Notice.objects.all()] == [approver]
    assert not Notice.objects.filter(recipient=filler).exists()
    event = audit.history(batch).get()
    assert (event.verb, event.data) == (
        "institutes.decisionbatch.begin",
        {"shortlist": [unit.pk], "reject": []},
    )
    assert deadlines.current(batch).holder_role == Role.BUREAU_APPROVER


def test_a_draft_is_due_when_its_first_application_is(call):
    early, late = waiting(call), waiting(call)
    deadlines.open_for(early, label="示例", role=Role.BUREAU_APPROVER, at=MONDAY, working_days=3)
    deadlines.open_for(late, label="示例", role=Role.BUREAU_APPROVER, at=MONDAY, working_days=9)

    batch = draft(call, onto_the_list(late, early))

    assert deadlines.current(batch).due_on == deadlines.current(early).due_on


def test_a_draft_names_everything_it_lacks_at_once(call):
    application = waiting(call)

    with pytest.raises(Incomplete) as found:
        draft(
            call,
            [refused(application, cause="", reason=" ")],
            minute_number=" ",
            meeting_on=MONDAY.date() + timedelta(days=1),
        )

    assert [str(reason) for reason in found.value.reasons] == [
        "请填写局务会会议纪要号。",
        "会议日期不能晚于今天。",
        f"“{application}”不予认定，请选择原因类别。",
        f"“{application}”不予认定，须写明理由，将告知申报单位。",
    ]
    assert not DecisionBatch.objects.exists()


@pytest.mark.parametrize(
    ("items", "words"), [([], "请至少列入一项"), (["nonsense"], "请选择拟认定或不予认定")]
)
def test_a_draft_needs_a_known_outcome_for_something(call, items, words):
    application = waiting(call)

    with pytest.raises(Incomplete, match=words):
        draft(call, [{"application": application, "outcome": outcome} for outcome in items])


def test_a_draft_takes_only_what_waits_in_its_call_and_stands_nowhere_else(call):
    closed = ApplicationFactory(call=call, state=S.CLOSED_REVIEW)
    stranger, twice = waiting(CallFactory()), waiting(call)
    other = draft(call, onto_the_list(twice))

    with pytest.raises(Conflict) as found:
        draft(call, onto_the_list(closed, stranger, twice))

    assert [str(reason) for reason in found.value.reasons] == [
        f"“{closed}”现为“评审未通过”，不在审议中。",
        f"“{stranger}”不属于《{call}》。",
        f"“{twice}”已列入{other}。",
    ]


def test_a_revised_draft_has_to_be_looked_at_again(call):
    first, second = waiting(call), waiting(call)
    batch = draft(call, onto_the_list(first))

    services.revise_decisions(
        batch=batch,
        minute_number="示例纪要〔2026〕10 号",
        meeting_on=MONDAY.date(),
        items=[refused(first), *onto_the_list(second)],
        by=UserFactory(),
    )

    assert (batch.revision, batch.minute_number) == (2, "示例纪要〔2026〕10 号")
    assert {item.application: item.outcome for item in batch.items.all()} == {
        first: Outcome.REJECT,
        second: Outcome.SHORTLIST,
    }
    with pytest.raises(Conflict, match="重新预览"):
        release(batch, revision=1)
    assert untouched(first)
    assert untouched(second)


def test_a_released_decision_is_not_changed(call):
    batch = release(draft(call, onto_the_list(waiting(call))))

    with pytest.raises(IllegalMove, match="内容不能再改"):
        services.revise_decisions(
            batch=batch, minute_number="示例", meeting_on=MONDAY.date(), items=[], by=UserFactory()
        )


def test_a_discarded_draft_frees_its_applications(call):
    application, clerk = waiting(call), UserFactory()
    batch = draft(call, onto_the_list(application), by=clerk)

    services.discard_decisions(batch=batch, reason="会议改期", by=UserFactory())

    assert (batch.state, batch.items.get().dropped_at) == (BatchState.DISCARDED, MONDAY)
    assert Notice.objects.filter(recipient=clerk, title__startswith="审议决定已作废").exists()
    assert untouched(application)
    release(draft(call, onto_the_list(application)))
    application.refresh_from_db()
    assert application.state == S.PUBLICITY


# --- releasing ----------------------------------------------------------------------------------------------------


def test_a_release_posts_one_notice_for_all_ranked_by_score(call):
    low, high = waiting(call, review_score="70.00"), waiting(call, review_score="90.00")
    out, by = waiting(call), UserFactory()

    notice = decide(shortlist=[low, high], reject=[(out, "方向重复")], minute_number=MINUTE, by=by)

    assert PublicNotice.objects.get() == notice
    assert [(item.name, item.host_name) for item in notice.items.order_by("place")] == [
        (high.institute_name, high.host.name),
        (low.institute_name, low.host.name),
    ]
    assert notice.items.first().co_builder_names == ["示例大学", "示例配套公司"]
    assert (str(notice.first_day), str(notice.last_day)) == ("2026-11-23", "2026-11-27")
    for application in (low, high):
        assert (application.state, application.decided_by) == (S.PUBLICITY, by)
        assert application.minute_number == MINUTE
        assert str(deadlines.current(application).due_on) == "2026-11-27"
    assert (out.state, out.minute_number, out.closing_reason) == (S.CLOSED_DECISION, MINUTE, "方向重复")
    assert audit.history(out).get().data["paper"]["kind"] == "result_notice"
    batch = DecisionBatch.objects.get()
    assert (batch.state, batch.released_by, batch.notice) == (BatchState.RELEASED, by, notice)


def test_refusals_alone_need_no_notice(call):
    application = waiting(call)

    assert decide(reject=[(application, "示例理由")]) is None
    assert (application.state, PublicNotice.objects.count()) == (S.CLOSED_DECISION, 0)


def test_the_same_key_releases_once(call):
    batch, key, by = draft(call, onto_the_list(waiting(call))), uuid4(), UserFactory()

    first = release(batch, key=key, by=by)
    again = release(DecisionBatch.objects.get(), key=key, by=by)

    assert (first, PublicNotice.objects.count()) == (again, 1)
    with pytest.raises(IllegalMove):
        release(batch, by=by)


def test_a_release_is_all_or_nothing_and_says_all_that_is_in_the_way(call):
    ready, gone, away = waiting(call), waiting(call), waiting(call)
    batch = draft(call, [*onto_the_list(ready, gone), refused(away)])
    for application in (gone, away):
        services.withdraw_application(application=application, reason="示例理由", by=UserFactory())

    with pytest.raises(IllegalMove) as found:
        release(batch)

    assert len(found.value.reasons) == 2
    batch.refresh_from_db()
    assert batch.state == BatchState.DRAFT
    assert untouched(ready)
    assert not PublicNotice.objects.exists()


def test_who_drew_it_up_does_not_release_it(call):
    application, clerk = waiting(call), UserFactory()
    batch = draft(call, onto_the_list(application), by=clerk)

    with pytest.raises(SamePerson):
        release(batch, by=clerk)

    assert untouched(application)


def test_who_checked_the_form_does_not_decide(call):
    application = waiting(call)
    batch = draft(call, onto_the_list(application))

    with pytest.raises(SamePerson):
        release(batch, by=application.formal_proposed_by)

    assert untouched(application)


def test_the_twenty_first_needs_a_reason(call):
    application = waiting(call)
    RecognitionFactory.create_batch(20, year=2026)
    batch = draft(call, onto_the_list(application))

    with pytest.raises(NotEligible, match="2026年将认定 21 家，超过每年 20 家") as found:
        release(batch)
    assert [reason.clause for reason in found.value.reasons] == ["三"]
    assert untouched(application)

    services.discard_decisions(batch=batch, reason="补充理由", by=UserFactory())
    decide(shortlist=[application], override_reason="经市政府同意")
    assert audit.history(application).get().data["override"] == "经市政府同意"
    assert places_taken(2026) == 21


def test_the_twentieth_is_welcome(call):
    RecognitionFactory.create_batch(19, year=2026)

    decide(shortlist=[waiting(call)])

    assert places_taken(2026) == 20


def test_a_host_leads_one_institute_unless_there_is_a_reason(call):
    application = waiting(call, host=RecognitionFactory().institute.host)

    with pytest.raises(NotEligible, match="已有 1 家在册研究院"):
        decide(shortlist=[application])

    assert untouched(application)


def test_a_name_is_borne_once_whatever_the_reason(call):
    application = waiting(call, institute_name=RecognitionFactory().institute.name)

    with pytest.raises(NotEligible, match="已被使用"):
        decide(shortlist=[application], override_reason="示例")


def test_an_institute_without_a_chain_is_not_recognised(call):
    application = ApplicationFactory(call=call, state=S.PENDING_DECISION)

    with pytest.raises(NotEligible, match="没有所属产业链"):
        decide(shortlist=[application])


# --- preview ------------------------------------------------------------------------------------------------------


def test_the_preview_says_what_the_release_will_send_and_leaves_nothing(call):
    chosen, out = waiting(call), waiting(call)
    for application in (chosen, out):
        person(Role.ENT_FILLER, organisation=application.host)
    batch, by = draft(call, [*onto_the_list(chosen), refused(out)]), UserFactory()
    series = list(NumberSeries.objects.values_list())

    shown = services.preview_release(batch=batch, by=by)

    assert untouched(chosen)
    assert untouched(out)
    assert not PublicNotice.objects.exists()
    assert list(NumberSeries.objects.values_list()) == series
    batch.refresh_from_db()
    assert batch.state == BatchState.DRAFT
    said = {
        (who.pk, message.title, message.body)
        for effect in shown.effects
        for message in effect.messages
        for who in message.recipients
    }
    release(batch, by=by)
    about = Notice.objects.filter(subject_type="institutes.application")
    assert said == set(about.values_list("recipient_id", "title", "body"))
    assert len(said) == shown.messages
    notice = PublicNotice.objects.get()
    assert (shown.notice.number, shown.notice.last_day) == (notice.number, notice.last_day)
    assert [item.name for item in shown.notice.items.all()] == [item.name for item in notice.items.all()]
    effects = {effect.application: effect for effect in shown.effects}
    assert effects[chosen].due_on == Deadline.objects.open().get(subject_id=chosen.pk, kind="state").due_on
    assert effects[out].paper["title"] == "结果告知书"
    assert effects[out].paper["number"] == audit.history(out).get().data["paper"]["number"]


def test_the_preview_refuses_what_a_release_would(call):
    batch = draft(call, onto_the_list(waiting(call)))
    RecognitionFactory.create_batch(20, year=2026)

    with pytest.raises(NotEligible, match="超过每年 20 家"):
        services.preview_release(batch=batch, by=UserFactory())


# --- common reasons -----------------------------------------------------------------------------------------------


def test_the_notice_says_why_others_failed_without_naming_them(call):
    chosen, rest = waiting(call), [waiting(call) for _n in range(3)]
    for _n in range(2):
        failed = ApplicationFactory(call=call, state=S.CLOSED_FORMAL)
        FormalCheckFactory(application=failed, item="agreements_valid", result="unmet", note="示例情况")
    ApplicationFactory(call=call, state=S.CLOSED_REVIEW)
    ApplicationFactory(state=S.CLOSED_REVIEW)

    notice = decide(shortlist=[chosen], reject=[(one, "示例理由") for one in rest])

    assert notice.body.splitlines() == [
        "本次申报未通过的共性原因如下（同一申报可有多项，不涉及具体单位）：",
        "1. 与已认定研究院方向重复（3 项次）",
        "2. 共建协议有效并已签署：不符合（2 项次）",
        "3. 其他原因（1 项次）",
    ]
    assert not any(one.institute_name in notice.body or one.host.name in notice.body for one in rest)


def test_where_nobody_failed_nothing_is_said(call):
    assert decide(shortlist=[waiting(call)]).body == ""


def test_a_ground_of_one_is_not_told_where_it_stands_alone(call):
    assert decide(shortlist=[waiting(call)], reject=[(waiting(call), "示例理由")]).body == ""


def test_an_edition_may_keep_the_reasons_to_itself(call):
    terms = call.edition.terms
    call.edition.terms = terms | {"publicity": terms["publicity"] | {"common_reasons": False}}
    call.edition.save()

    out = [(waiting(call), "示例理由") for _n in range(2)]
    assert decide(shortlist=[waiting(call)], reject=out).body == ""


# --- the database -------------------------------------------------------------------------------------------------


def test_factories_make_lawful_rows():
    item = DecisionItemFactory()

    assert (str(item), item.batch.state) == (f"{item.application} 拟认定", BatchState.DRAFT)
    assert DecisionBatchFactory(discarded=True).state == BatchState.DISCARDED
    assert DecisionItem.objects.standing().count() == 1
